// What a run has to reach, and within how many steps.
export const GOAL = 1e-6;
export const STAY = 61; // as in descent.races
export const SEED = 1; // of the noise in the runs that are drawn in full
export const MAP_STEPS = 200; // within which a run has to arrive
