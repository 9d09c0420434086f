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
declare module "*/known.js" {
  type Known = {
    operators: Record<string, string>;
    others: string[];
    instead: Record<string, string>;
    settings: string[];
    usual: Record<string, string>;
    rules: Record<string, string>;
    sentences: Record<string, string>;
  };
  export const known: Known;
}
declare module "*/hill.js" {
  export const steps: number;
  export const LOST: number;
  export const hill: { start: number[]; make(parameters: {}): { slope(x: number, y: number, g: Float64Array): void } };
}
declare module "*/says.js" {
  export const says: Record<string, string>;
}
declare module "*/style.js" {
  export const style: string;
}
