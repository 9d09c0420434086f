// A rule's steps one after the other: where each stood and what was remembered, where a slope was read and which, and
// where it led.
export function* stepsOf(rule, hyper, field, start) {
  const s = new Float64Array(2 + 2 * rule.memory);
  const g = new Float64Array(2);
  const pairs = () => Array.from({ length: rule.memory + 1 }, (_, i) => [s[2 * i], s[2 * i + 1]]);
  [s[0], s[1]] = start;
  for (let t = 1; ; t++) {
    const [from, ...before] = pairs();
    const read = {};
    const slope = (x, y, into) => {
      field.slope(x, y, into, t);
      Object.assign(read, { at: [x, y], slope: [...into] });
    };
    rule.step(s, t, hyper, slope, g);
    const [to, ...memory] = pairs();
    yield { from, before, to, memory, ...read };
  }
}
