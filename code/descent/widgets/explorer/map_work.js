// How a map is worked off: by a worker, coarse first and then finer; where none can be started, by the page itself, a
// few milliseconds at a time.
import { placeOf, load } from "../shared/programs.js";
import { sweep, SWEEPING } from "./sweep.js";
const SLICE = 8; // milliseconds

function startWorker(code) {
  const run = `onmessage = ({ data }) => { for (const shot of ${sweep.name}(kernel, data)) if (shot) postMessage(shot); };`;
  const place = placeOf([code.replace("export ", ""), ...SWEEPING, run].join("\n"));
  const worker = new Worker(place);
  URL.revokeObjectURL(place);
  return worker;
}

// Work a job off and call `show` with each finished pass; returns how to stop.
export function workOff(job, show) {
  let wanted = true;
  let worker = null;
  const inPage = async () => {
    const { kernel } = await load(job.code);
    let began = performance.now();
    for (const shot of sweep(kernel, job)) {
      if (performance.now() - began > SLICE) {
        await new Promise((done) => setTimeout(done));
        began = performance.now();
      }
      if (!wanted) return;
      if (shot) show(shot);
    }
  };
  try {
    worker = startWorker(job.code);
    worker.onmessage = ({ data }) => {
      if (data.stride === 1) worker.terminate();
      show(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      inPage();
    };
    worker.postMessage(job);
  } catch {
    inPage();
  }
  return () => {
    wanted = false;
    worker?.terminate();
  };
}
