// How far off a guess was, said above the answer.
import { html, write } from "../shared/elements.js";
import { tickText } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { numberFrom } from "./arithmetic.js";
import { general, unlocked } from "./seal.js";
import { words } from "./words.js";

const NEAR = 0.1; // of the right number
const MOST_POINTS = 5; // where that is a share
const GUESS_KEY = "guess"; // as in publish/guessing.py

const twoDigits = (value) => tickText(Number(value.toPrecision(2)));

// How far, in what suits the two: as a multiple, in per cent, in points; as a difference where no ratio says anything.
function distance(guess, right, isShare) {
  const apart = Math.abs(guess - right);
  if (isShare) return say(words.points, { much: twoDigits(apart) });
  if (guess <= 0 || right <= 0) return twoDigits(apart);
  const times = Math.max(guess / right, right / guess);
  if (times >= 2) return say(words.times, { much: twoDigits(times) });
  return say(words.share, { much: twoDigits((100 * apart) / right) });
}

const SHARE = /\s*%$/;
// A number with or without its sign of per cent.
const readShare = (written) => numberFrom(written.trim().replace(SHARE, ""));

// What is said to a guess; `shown` is the right number as the chapter shows it.
export function verdictOn(text, shown) {
  const isShare = SHARE.test(shown);
  const right = readShare(shown);
  const guess = readShare(text) / (SHARE.test(text.trim()) && !isShare ? 100 : 1); // 37 % is 0.37
  if (!Number.isFinite(guess)) return say(words.noGuess, { right: shown });
  const allowed = Math.min(NEAR * Math.abs(right), isShare ? MOST_POINTS : Infinity);
  const near = Math.abs(guess - right) <= allowed * (1 + 1e-9);
  const far = near || distance(guess, right, isShare);
  const wrong = guess * right < 0 ? words.otherSign : say(guess < right ? words.tooLow : words.tooHigh, { far });
  const said = `${general(guess)}${isShare ? "%" : ""}`;
  return say(words.guessed, { guess: said, right: shown, verdict: near ? words.rightOn : wrong });
}

export function tellGuess(field, fold) {
  const said = fold.querySelector(":scope > [role=status]") ?? html("p", { class: "guess-said", role: "status" });
  if (!said.isConnected) fold.firstElementChild.after(said);
  write(said, "");
  const verdict = verdictOn(field.value, unlocked(GUESS_KEY, field.dataset.guess));
  setTimeout(() => write(said, verdict)); // a status is read aloud when it changes, not when it comes
}
