// The rule's text as it is shown at first; of a rule that the reader kept, that of the rule it was made of.
import { baseOf } from "./keeping.js";
import { known } from "./known.js";

export const original = (name) => known.rules[baseOf(name)].trimEnd();
