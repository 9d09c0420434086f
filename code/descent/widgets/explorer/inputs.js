// What the reader can do: each input changes the state, and says what has to be drawn again.
import { SEARCH } from "./goals.js";
import { ownSurface } from "./own_surface.js";
import { OWN, setSteps } from "./state.js";

export function addInputs(fig) {
  const {
    state,
    names,
    program: { surfaces },
  } = fig;
  fig.setSteps = (n) => setSteps(state, n);
  fig.setParameter = (key, value) => {
    state.parameters = { ...state.parameters, [key]: value };
    fig.change("surface");
  };
  fig.moveStart = (point) => {
    state.start = point.map(fig.rounded);
    fig.change("run");
  };
  fig.highlight = (name) => {
    fig.hot = name;
    fig.change("view");
  };
  fig.toggle = (name) => {
    state.on = names.filter((n) => (n === name) !== state.on.includes(n));
    if (state.on.includes(name)) state.who = name;
    fig.change("run");
  };
  fig.pickSurface = (name) => {
    fig.stop();
    const { start, parameters } = surfaces[name];
    if (name !== state.surface) Object.assign(state, { surface: name, parameters: { ...parameters } });
    Object.assign(state, { start: [...start], pinned: {}, step: state.steps });
    fig.useSurface();
    // a rate that was set for another surface may be far too large
    if (name === OWN && state.shared && state.on.some((rule) => fig.follow(rule, SEARCH, fig.field).lostAt))
      state.rate = null;
    fig.change("surface");
  };
  fig.useFormula = async (own) => {
    // { formula, window, start }
    surfaces[OWN] = await ownSurface(own);
    state.own = fig.own = own;
    fig.forgetTuned();
  };
  fig.begin = () => {
    // again, as at first
    fig.stop();
    Object.assign(state, structuredClone(fig.initial));
    fig.verdict = { text: "", on: "" };
    fig.preview = null;
    fig.change("surface");
  };
  fig.reset = () => {
    fig.begin();
    for (const part of Object.values(fig.parts)) part.fold?.();
  };
}
