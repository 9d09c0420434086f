// The interactive figure. One idea: every input changes the state (state.js); the next animation frame computes the runs
// and draws all parts from them (figure.js). Rules and surfaces come as a program text written by descent.tracing, so
// these files know none of them by heart (only dissect.js says more about rules that it recognises).
import { load } from "../shared/programs.js";
import { figure } from "./figure.js";

export default {
  initialize({ model }) {
    load(model.get("_program")).catch(() => {}); // early; what is wrong with it, render says
  },
  async render({ model, el }) {
    return figure(model, el, await load(model.get("_program")));
  },
};
