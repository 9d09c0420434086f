// What the reader sets: six rates, whether each holds until the next, the rule and the noise; and the model beside it.
import { clamp } from "../shared/numbers.js";

export const POINTS = 6;
const TRAITS = ["rates", "hold", "rule", "noise"];

const brief = (rate) => Number(rate.toPrecision(4));

export function stateOf(model, rules, { low, high }, change) {
  const state = { points: [], hold: false, rule: Object.keys(rules)[0], noise: 0 };
  const within = (rate) => clamp(rate, low, high);
  const read = () => {
    const rates = model.get("rates");
    const drawn = rates?.length === POINTS && rates.every((r) => r > 0 && Number.isFinite(r));
    if (drawn) state.points = rates.map(within);
    state.hold = Boolean(model.get("hold"));
    if (rules[model.get("rule")]) state.rule = model.get("rule");
    if (model.get("noise") >= 0 && model.get("noise") <= 10) state.noise = model.get("noise");
  };
  let telling = false;
  const tell = () => {
    telling = true;
    const values = [[...state.points], state.hold, state.rule, state.noise];
    TRAITS.forEach((name, i) => {
      if (JSON.stringify(model.get(name)) !== JSON.stringify(values[i])) model.set(name, values[i]);
    });
    telling = false;
    model.save_changes();
  };
  const listen = () => {
    if (telling) return;
    read();
    change();
  };
  const top = () => Math.max(...state.points);
  const put = (some) => {
    Object.assign(state, some);
    change();
  };
  const putRates = (rates, hold = state.hold) => put({ hold, points: rates.map((rate) => brief(within(rate))) });
  // Is this what is drawn, as far as the axis reaches?
  const isShape = (shares, hold) =>
    hold === state.hold &&
    shares.every((share, k) => Math.abs(Math.log(within(top() * share) / state.points[k])) < 0.002);
  read();
  for (const name of TRAITS) model.on(`change:${name}`, listen);
  const leave = () => TRAITS.forEach((name) => model.off(`change:${name}`, listen));
  return { state, tell, top, put, putRates, isShape, leave };
}
