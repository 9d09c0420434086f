// Programs written by descent.tracing, as modules.

const programs = new Map(); // figures with the same rules and surfaces share one module

// An address of a program for this page alone, until it is revoked.
export const placeOf = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

export function load(text) {
  if (!programs.has(text)) {
    const place = placeOf(text);
    programs.set(
      text,
      import(place).finally(() => URL.revokeObjectURL(place)),
    );
  }
  return programs.get(text);
}
