// @ts-check
// The search for the nearest settings, number for number as in Python; the tests compare them. It is a generator, that a
// page may do something else between two of its trials.

/** @typedef {Record<string, number>} Settings */

export const TINY = 1e-25;
const FROM_ONE = ["mu", "rho", "beta1", "beta2"];
const STRIDES = [70, 35, 18, 9, 4, 2, 1];
const STRIDE_PAIRS = STRIDES.flatMap((k, a) => STRIDES.filter((_, b) => Math.abs(a - b) <= 1).map((j) => [k, j]));
const MARGIN = 0.02;
const ROUNDS = 100;

/** @param {string} name @param {number} now @param {number} k @param {number} digits */
function moved(name, now, k, digits) {
  if (!k) return now;
  /** @param {number} x */
  const short = (x) => Number(x.toPrecision(digits));
  return FROM_ONE.includes(name) ? 1 - short((1 - now) * 1.01 ** -k) : short(now * 1.01 ** k);
}

/**
 * The moves that are tried in a round: of one setting alone, and of two together.
 * @param {Settings} settings
 */
function changes(settings) {
  const free = Object.keys(settings).filter(
    (name) => !["centered", "dampening"].includes(name) && settings[name] > TINY,
  );
  const alone = STRIDES.flatMap((k) => free.flatMap((name) => [{ [name]: k }, { [name]: -k }]));
  const pairs = STRIDE_PAIRS.flatMap(([k, j]) =>
    free.flatMap((one, i) =>
      free.slice(0, i).flatMap((other) =>
        [k, -k].flatMap((a) => [
          { [one]: a, [other]: j },
          { [one]: a, [other]: -j },
        ]),
      ),
    ),
  );
  return [alone, pairs].filter((moves) => moves.length);
}

/** @param {Settings} settings @param {Settings} place */
function changed(settings, place, digits = 6) {
  /** @type {Settings} */
  const row = {};
  for (const [name, now] of Object.entries(settings)) row[name] = moved(name, now, place[name], digits);
  return FROM_ONE.every((name) => !place[name] || (row[name] > 0 && row[name] < 1)) ? row : null;
}

/**
 * The best settings so far and their error; `tryAll` takes the best of some rows and says which, or -1.
 * @param {Settings} settings @param {(row: Settings) => number} distance
 */
function contest(settings, distance) {
  const best = { row: settings, error: distance(settings) };
  /** @param {(Settings | null)[]} rows @returns {Generator<void, number>} */
  function* tryAll(rows) {
    const errors = [];
    for (const row of rows) {
      errors.push(row ? distance(row) : Infinity);
      yield;
    }
    const i = errors.indexOf(Math.min(...errors));
    const row = rows[i];
    if (!row || !(errors[i] < best.error * (1 - MARGIN))) return -1;
    Object.assign(best, { row, error: errors[i] });
    return i;
  }
  return { best, tryAll };
}

/** @param {Settings} settings */
const withOtherEps = (settings) =>
  Array.from({ length: 34 }, (_, i) => ({ ...settings, eps: Number(`${i % 2 ? 1 : 3}e-${i >> 1}`) }));

/**
 * The settings, moved from those given, at the least distance that is found.
 * @param {Settings} settings @param {boolean} anyEps @param {(row: Settings) => number} distance
 * @returns {Generator<void, Settings>}
 */
export function* search(settings, anyEps, distance) {
  const { best, tryAll } = contest(settings, distance);
  if (anyEps && "eps" in settings) yield* tryAll(withOtherEps(settings));
  const base = best.row;
  /** @type {Settings} */
  let place = {};
  for (let round = 0; round < ROUNDS; round++) {
    let found = -1;
    for (const moves of changes(base)) {
      const places = moves.map((move) => {
        const next = { ...place };
        for (const [name, k] of Object.entries(move)) next[name] = (place[name] ?? 0) + k;
        return next;
      });
      found = yield* tryAll(places.map((next) => changed(base, next)));
      if (found < 0) continue;
      place = places[found];
      break;
    }
    if (found < 0) break;
  }
  const short = changed(base, place, 3);
  return short && distance(short) < best.error * (1 + MARGIN) ? short : best.row;
}
