// What Python writes when it links the modules (linking.py).
declare module "*/words.js" {
  export const words: any;
}
declare module "*/forms.js" {
  type Ask = (x: number, y: number, slope: Float64Array, t: number) => void;
  type Settings = Record<string, number>;
  export const FORMS: Record<
    string,
    { memory: number; step(state: Float64Array, t: number, settings: Settings, ask: Ask, slope: Float64Array): void }
  >;
}
