// How a rule as it runs here differs from its lines: the shares of its rate, and no correction for starting at zero.
import { sharesOf, variant } from "../shared/variants.js";
import { isCorrected } from "./dissect.js";

export function addVariation(fig) {
  const { state, program } = fig;
  fig.variation = (name) => ({
    shares: fig.rated(name) ? sharesOf(state.schedule, state.steps) : [],
    corrected: state.corrected || !isCorrected(fig, name),
  });
  fig.ruleOf = (name) => {
    const { shares, corrected } = fig.variation(name);
    return variant(program.rules[name], shares, corrected);
  };
}
