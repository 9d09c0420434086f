// The line in words: how the runs end.
import { say } from "../shared/say.js";
import { arrival, SEARCH, STAY } from "./goals.js";
import { levelText, lossText, shortText } from "./numbers.js";
import {
  called,
  caughtText,
  divergesText,
  heightsText,
  hoversText,
  notYetText,
  reachText,
  trappedText,
} from "./texts.js";
import { words } from "./words.js";
export function sentence(fig) {
  if (!fig.on().length) return words.nobody;
  return [...(fig.surface.goal ? arrivals(fig) : heightsSaid(fig)), ...otherDraws(fig)].join(" ");
}

// Where there is no minimum: how high the runs are.
function heightsSaid(fig) {
  const all = fig.on().map((name) => [called(fig.looks[name].label), fig.runs[name]]);
  const lost = all.filter(([, r]) => r.lostAt);
  const here = all
    .filter(([, r]) => !r.lostAt)
    .map(([name, r]) => [name, r.losses[r.last]])
    .sort((a, b) => a[1] - b[1]);
  return [
    heightsText(
      here.map(([name, v]) => [name, shortText(v)]),
      fig.state.steps,
    ),
    ...lost.map(([name, r]) => divergesText(name, r.lostAt)),
  ];
}

// The runs, followed far beyond the picture, by what becomes of them.
function fates(fig) {
  const home = [];
  const lost = [];
  const trapped = [];
  const slow = [];
  for (const name of fig.on()) {
    const r = fig.follow(name, SEARCH + STAY);
    const k = arrival(r);
    const entry = { name: called(fig.looks[name].label), k, r };
    (k !== null ? home : r.lostAt ? lost : fig.isTrapped(r) ? trapped : slow).push(entry);
  }
  return { home: home.sort((a, b) => a.k - b.k), lost, trapped, slow };
}

function arrivals(fig) {
  const { home, lost, trapped, slow } = fates(fig);
  const out = [];
  const winners = home.filter((e) => e.k === home[0].k);
  const others = home.slice(winners.length);
  const names = (entries) => entries.map((e) => e.name);
  const lasting = (r) => lossText(r.losses.slice(SEARCH / 2).sort()[SEARCH / 4]);
  if (home.length)
    out.push(
      reachText(
        names(winners),
        home[0].k,
        others.map((e) => [e.name, e.k]),
      ),
    );
  for (const e of lost) out.push(divergesText(e.name, e.r.lostAt));
  if (fig.state.noise) {
    if (trapped.length) out.push(caughtText(names(trapped), lasting(trapped[0].r)));
    if (slow.length) out.push(hoversText(slow.map((e) => [e.name, lasting(e.r)])));
  } else {
    if (trapped.length) out.push(trappedText(names(trapped), lossText(trapped[0].r.losses[trapped[0].r.last])));
    if (slow.length) out.push(notYetText(names(slow), SEARCH, home.length > 0));
  }
  return out;
}

function otherDraws(fig) {
  if (!fig.draws.length) return [];
  const ends = fig.draws
    .map((r) => (r.lostAt ? Infinity : r.losses[r.last]))
    .sort((a, b) => a - b)
    .map((v) => levelText(fig.surface, v));
  return [
    say(words.draws, {
      name: called(fig.looks[fig.chosen()].label),
      many: fig.draws.length,
      k: fig.state.steps,
      low: ends[0],
      high: ends.at(-1),
      what: fig.surface.goal ? words.lossColumn : words.height,
    }),
  ];
}
