// How a map is worked off: by a worker, coarse first and then finer; where none can be started, by the page itself, a
// few milliseconds at a time.
import { sweep, SWEEPING } from "./sweep.js";
const SLICE = 8; // milliseconds

// In the page: returns how to stop.
function inSlices(program, job, show) {
  const runs = sweep(program, job);
  let timer = 0;
  const slice = () => {
    for (const began = performance.now(); performance.now() - began < SLICE;) {
      const { done, value } = runs.next();
      if (done) return;
      if (value) show(value);
    }
    timer = setTimeout(slice);
  };
  slice();
  return () => clearTimeout(timer);
}

function startWorker(text) {
  const parts = [
    text.replace(/^export /gm, ""),
    ...SWEEPING.map(String),
    "onmessage = ({ data }) => { for (const shot of " +
      sweep.name +
      "({ rules, surfaces, bound }, data)) if (shot) postMessage(shot); };",
  ];
  const place = URL.createObjectURL(new Blob([parts.join("\n")], { type: "text/javascript" }));
  const worker = new Worker(place);
  URL.revokeObjectURL(place);
  return worker;
}

// Work a job off and call `show` with each finished pass; returns how to stop.
export function workOff(program, text, job, show) {
  let stop = () => {};
  const slowly = () => {
    stop();
    stop = inSlices(program, job, show);
  };
  try {
    const worker = startWorker(text);
    stop = () => worker.terminate();
    worker.onmessage = ({ data }) => {
      if (data.stride === 1) worker.terminate();
      show(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      slowly();
    };
    worker.postMessage(job);
  } catch {
    slowly();
  }
  return () => stop();
}
