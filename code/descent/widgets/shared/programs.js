// Programs written by descent.tracing, as modules.

const programs = new Map(); // figures with the same rules and surfaces share one module

export function load(text) {
  if (!programs.has(text)) {
    const place = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    programs.set(
      text,
      import(place).finally(() => URL.revokeObjectURL(place)),
    );
  }
  return programs.get(text);
}
