"""Fair comparison: what a tuned rate is, what it means to reach a loss, and a protocol for whole races.

The first two definitions live here only; the explorer's JavaScript is tested against them. The protocol, ``fair_race``:
every rule gets the same log grid of rates, refined once round its best; every run may ask for the same number of
gradients; the rate is chosen on some starts or seeds and judged on others; and how much the choice mattered is part of
the result.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from descent import chunks
from descent.advice import advised
from descent.checks import count, find_rule, number, numbers, short
from descent.errors import told
from descent.networks import Network, one_thread
from descent.notes import name_of
from descent.surfaces import Surface, find_surface
from descent.training import train
from descent.walk import Run, descend

STAY = 61  # a loss counts as reached when it stays below the goal for this many steps in a row
TUNING_STEPS = 200
SMALLEST = 1e-8  # losses below this count as this: a finish beyond it wins nothing more
COARSE = np.arange(-288, 97, 8)  # rates 10 ** (j / 64): 4.5 decades below 1 to 1.5 above, 8 a decade
NEAR_BEST = 0.1  # within this mean log10 loss of the best, the smallest rate is preferred


@told
def losses(run: Run, surface: str | Surface) -> np.ndarray:
    """The loss above the surface's lowest value at each recorded point; shape ``(steps + 1, ...)``."""
    surface = find_surface(surface)
    with np.errstate(all="ignore"):
        return surface.value(run.xs) - surface.floor


@told
def reaches(losses: ArrayLike, goal: float, stay: int = STAY) -> int | None:
    """The first step from which the losses are below ``goal`` for ``stay`` steps in a row, or ``None``.

    ``losses`` has the shape ``(steps + 1,)``. A lucky dip does not count, and neither does a run that ends before it
    has stayed.

    >>> reaches([1.0, 0.1, 1.0, 0.1, 0.1], goal=0.5, stay=2)
    3
    """
    goal, stay = number("goal", goal), count("stay", stay, least=1)
    losses = numbers("losses", losses, "they must be numbers of the shape (steps + 1,)")
    if losses.ndim != 1:
        raise ValueError(f"losses have the shape {losses.shape}; they must be those of one run, (steps + 1,)")
    in_a_row = 0
    for k, loss in enumerate(losses):
        in_a_row = in_a_row + 1 if loss < goal else 0
        if in_a_row == stay:
            return k - stay + 1
    return None


@told
def steps_to(
    rule: str | Callable[..., tuple],
    surface: str | Surface,
    goal: float = 1e-6,
    *,
    start: ArrayLike | None = None,
    at_most: int = 4000,
    **hyper: float,
) -> int | None:
    """How many steps the rule takes to reach ``goal`` above the surface's lowest value, or ``None``."""
    surface = find_surface(surface)
    _need_minimum(surface)
    at_most = count("at_most", at_most)
    run = descend(rule, surface.grad, surface.start if start is None else start, at_most + STAY - 1, **hyper)
    return reaches(losses(run, surface), goal)


def tuning_starts(surface):
    """The surface's start and a neighbour on either side, 8 % of half the window away; shape ``(3, 2)``."""
    (x0, x1), (y0, y1) = surface.window
    reach = 0.08 * min(x1 - x0, y1 - y0) / 2
    return np.array(surface.start) + reach * np.array([[-1, 1], [0, 0], [1, -1]])


def tuning_cost(rule, surface, rates, **hyper):
    """Mean log10 loss of each rate over the first 200 steps from the tuning starts; shape ``(len(rates),)``.

    The loss is taken above the minimum nearest to where the run ends. A rate that ever lifts the loss above its start
    costs infinity.
    """
    starts = tuning_starts(surface)
    lr = np.asarray(rates, dtype=float)[:, None, None]
    run = descend(rule, surface.grad, starts, TUNING_STEPS, lr=lr, **hyper)
    above = losses(run, surface)
    with np.errstate(all="ignore"):
        lifted = ~np.all(above <= 1.0001 * above[0], axis=(0, 2))
        above = above[1:] - _valley(surface, run.final)
        cost = np.mean(np.log10(np.maximum(above, SMALLEST)), axis=(0, 2))
    return np.where(lifted, np.inf, cost)


@told
def tuned_rate(rule: str | Callable[..., tuple], surface: str | Surface, **hyper: float) -> float:
    """The gentlest rate within a hair of the best: the rate that a fair race gives a rule on a surface.

    Of the rates ``10 ** (j / 64)``, coarse and then finely round the best, the smallest whose ``tuning_cost`` is
    within 0.1 of the lowest. Raises ``ValueError`` when every rate lifts the loss.
    """
    rule, surface = find_rule(rule), find_surface(surface)
    _need_minimum(surface)
    _leave_rate(hyper)
    cost = dict(zip(COARSE, tuning_cost(rule, surface, 10 ** (COARSE / 64), **hyper), strict=True))
    best = min(cost.values())
    if not np.isfinite(best):
        raise ValueError(f"no learning rate from 10^-4.5 to 10^1.5 lets {name_of(rule)} descend on {surface.name}")
    middle = min(j for j in cost if cost[j] == best)
    fine = np.arange(middle - 7, middle + 8)
    cost |= dict(zip(fine, tuning_cost(rule, surface, 10 ** (fine / 64), **hyper), strict=True))
    limit = min(cost.values()) + NEAR_BEST
    return float(10 ** (min(j for j in cost if cost[j] <= limit) / 64))


@dataclass(frozen=True)
class Entry:
    """One rule's line in a race; costs are in the race's unit, infinite for a run that failed.

    ``lr`` is the best rate, judged by the median over the members it was tuned on; ``at_border`` says that it is the
    first or last of all rates tried, so that a wider grid might do better. ``costs`` are those of the members it was
    judged on, and ``median``, ``low`` and ``high`` their quartiles. ``rates`` and ``medians`` are the even grid and
    the tuning medians on it; ``robust`` is the share of it whose median is within a factor of two of the best there.
    ``members`` is how many runs each of the ``tried`` rates was tuned with.
    """

    rule: str
    lr: float
    costs: np.ndarray
    at_border: bool
    robust: float
    rates: np.ndarray
    medians: np.ndarray
    tried: int
    members: int

    @property
    def median(self) -> float:
        """The median cost of the judged runs."""
        return float(np.median(self.costs))

    @property
    def low(self) -> float:
        """A quarter of the judged runs cost less."""
        return float(np.quantile(self.costs, 0.25, method="lower"))

    @property
    def high(self) -> float:
        """A quarter of the judged runs cost more."""
        return float(np.quantile(self.costs, 0.75, method="higher"))

    @property
    def failed(self) -> int:
        """How many of the judged runs failed."""
        return int(np.sum(~np.isfinite(self.costs)))

    @property
    def mean(self) -> float:
        """The mean cost of the judged runs."""
        return float(np.mean(self.costs))

    @property
    def error(self) -> float:
        """The standard error of that mean; NaN for a single run or when one failed."""
        n = len(self.costs)
        return float(np.std(self.costs, ddof=1) / np.sqrt(n)) if n > 1 and not self.failed else np.nan


@dataclass(frozen=True)
class Race:
    """What ``fair_race`` found: ``entries``, the cheapest first, and the ``unit`` of their costs."""

    entries: tuple[Entry, ...]
    unit: str = "cost"

    def __getitem__(self, rule: str) -> Entry:
        for entry in self.entries:
            if entry.rule == rule:
                return entry
        raise KeyError(f"no {rule!r} in this race; there are {', '.join(entry.rule for entry in self.entries)}")

    @property
    def curves(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """The tuning medians against the rates, for ``draw.lines(race.curves, log="xy", ...)``; failures are NaN."""
        return {e.rule: (e.rates, np.where(np.isfinite(e.medians), e.medians, np.nan)) for e in self.entries}

    @property
    def table(self) -> list[tuple[str, ...]]:
        """The race as rows of text, the heading first."""
        heading = ("rule", "best lr", f"median {self.unit}", "quartiles", "failed", "rates within 2x of the best")
        return [heading] + [
            (
                e.rule,
                _number(e.lr, "none", 3) + " (border)" * e.at_border,
                _number(e.median),
                f"{_number(e.low)} to {_number(e.high)}",
                f"{e.failed} of {len(e.costs)}",
                f"{e.robust:.0%}",
            )
            for e in self.entries
        ]

    def __repr__(self):
        widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
        lines = ("  ".join(f"{text:<{n}}" for text, n in zip(row, widths, strict=True)) for row in self.table)
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self):
        heading, *rows = [[escape(text) for text in row] for row in self.table]
        head = "".join(f'<th scope="col">{text}</th>' for text in heading)
        body = "".join(
            f'<tr><th scope="row">{rule}</th>' + "".join(f"<td>{text}</td>" for text in rest) + "</tr>"
            for rule, *rest in rows
        )
        return f'<table class="table descent-race"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


@told
def fair_race(
    runs: dict[str, Callable[..., ArrayLike]],
    tuning: Sequence,
    judging: Sequence,
    *,
    judge: dict[str, Callable[..., ArrayLike]] | None = None,
    lowest: float = 1e-4,
    highest: float = 10.0,
    per_decade: float = 4,
    finer: int = 4,
    unit: str = "cost",
    executor: Executor | None = None,
    progress: bool = False,
) -> Race:
    """Tune every rule by the same protocol, judge it on members it was not tuned on, and rank; returns a ``Race``.

    ``runs`` maps a name to a function ``run(rates, members)`` that returns costs of the shape
    ``(len(rates), len(members))``, lower is better, NaN or infinite for a failure; ``surface_run`` and
    ``network_run`` make such functions. A *member* is what the result must not hang on: a start, or a seed. ``tuning``
    and ``judging`` are two sets of members; ``judge``, a dict like ``runs``, holds another cost to judge by, such as
    the loss on test data where validation data chose the rate. First each rule is run on a log grid from ``lowest`` to
    ``highest``, ``per_decade`` rates a decade, then between the two neighbours of its best rate, ``finer`` times as
    finely. The best rate has the lowest median; of equals, the one in the middle. A rule that fails at every rate gets
    ``lr`` NaN. ``executor`` and ``progress`` are those of ``descend``: what is shared out are each rule's rates, or
    its members where they are more, and the race is the same where a cost does not hang on the other rates and members.
    """
    for name, given in (("runs", runs), ("judge", judge or runs)):
        if not isinstance(given, dict) or not given or not all(map(callable, given.values())):
            raise TypeError(f"{name} is {short(given)}; it must be a dict of functions, such as those of surface_run")
        if missing := [rule for rule in runs if rule not in given]:
            raise ValueError(f"{name} has no {missing[0]!r}; it must have a function for each of {', '.join(runs)}")
    number("per_decade", per_decade, least=1e-3)
    count("finer", finer, least=1)
    if not 0 < number("lowest", lowest) < number("highest", highest):
        raise ValueError(f"the grid goes from {lowest} to {highest}; it must rise, and start above 0")
    if not len(tuning) or not len(judging):
        raise ValueError("tuning and judging each need at least one member")
    rates = round(per_decade * np.log10(highest / lowest)) + 1
    grid = np.geomspace(lowest, highest, max(rates, 2))
    judge = judge or runs
    chunks.check_executor(executor, progress)
    entering = {name: _enter(name, run, judge[name], grid, finer, tuning, judging) for name, run in runs.items()}
    entries = _stage_by_stage(entering, partial(_costs, executor, progress))
    return Race(tuple(sorted(entries, key=lambda e: (e.median, e.failed, e.low))), unit)


@told
def surface_run(
    rule: str | Callable[..., tuple],
    surface: str | Surface,
    goal: float = 1e-6,
    *,
    budget: int = 2000,
    **hyper: float,
) -> Callable[[ArrayLike, ArrayLike], np.ndarray]:
    """For ``fair_race``: gradients asked for until the loss stays below ``goal``; members are starts ``(n, 2)``.

    The loss is counted above the surface's lowest value, and *stays* is that of ``reaches``. A run may ask for
    ``budget`` gradients, those of the stay not counted; one that has not arrived by then failed.
    """
    rule, surface = find_rule(rule), find_surface(surface)
    _need_minimum(surface)
    _leave_rate(hyper)
    goal, budget = number("goal", goal), count("budget", budget)
    asks = gradients_per_step(rule)

    def run(rates, starts):
        lr = np.asarray(rates, dtype=float)[:, None, None]
        done = descend(rule, surface.grad, starts, budget // asks + STAY - 1, lr=lr, **hyper)
        return asks * first_stay(losses(done, surface), goal)

    run.size = 16 * (budget // asks + STAY)  # bytes, for whoever cuts a race in chunks
    return run


@told
def network_run(
    rule: str | Callable[..., tuple], net: Network, data: tuple, epochs: int, *, curve: str = "val_loss", **options: Any
) -> Callable[[ArrayLike, ArrayLike], np.ndarray]:
    """For ``fair_race``: what a network costs after its epochs; members are seeds. ``options`` go to ``train``.

    The cost is the last value of that curve of ``Training``, or one minus it for an accuracy. Tune on
    ``"val_loss"``, judge by ``"test_loss"`` or ``"test_accuracy"``. The weights start in the dtype of the data. A rule
    that asks for two gradients a step gets half the epochs.
    """
    rule = find_rule(rule)
    _leave_rate(options)
    epochs = count("epochs", epochs) // gradients_per_step(rule, net.size)
    asked = {0, _place(net, data, curve)} | ({2} if options.get("keep") == "best" else set())
    needed = [part if k // 2 in asked else None for k, part in enumerate(data)]
    dtype = np.asarray(data[0]).dtype
    dtype = dtype if dtype.kind == "f" else np.float32

    def cost(rate, seed):
        seed = count("seed", seed)
        given = {"seed": seed, "start": net.init(seed, dtype=dtype), "curves": False} | options
        done = train(rule, net, needed, epochs, lr=float(rate), **given)
        if done.failed_at >= 0:
            return np.nan
        end = getattr(done, curve)[done.epoch]
        return 1 - end if curve.endswith("accuracy") else end

    return lambda rates, seeds: np.array([[cost(rate, seed) for seed in seeds] for rate in rates])


def _place(net, data, curve):
    """Which of the pairs in ``data`` a curve is measured on."""
    sets, _, what = curve.partition("_") if isinstance(curve, str) else ("", "", "")
    if sets not in ("train", "test", "val") or what not in ("loss", "accuracy"):
        raise ValueError(f"curve is {short(curve)}; use train, test or val, and _loss or _accuracy, such as val_loss")
    if what == "accuracy" and net.output != "softmax":
        raise ValueError(f"a network with {net.output} output has no accuracy; use {sets}_loss")
    place = ("train", "test", "val").index(sets)
    if len(data) <= 2 * place or data[2 * place] is None:
        raise ValueError(f"the data have no rows for {curve}; use digits(val=...), or another curve")
    return place


def _need_minimum(surface):
    if not surface.has_minimum:
        raise ValueError(f"{surface.name} has no minimum in its window, so there is no loss to reach; draw its heights")


def _leave_rate(hyper):
    if "lr" in hyper:
        raise TypeError(f"lr is {short(hyper['lr'])}, but the rate is what is sought here; leave it out")


def gradients_per_step(rule, size=2):
    """How many gradients one step of ``rule`` asks for, of a vector of this size."""
    asked = []

    def grad(x):
        asked.append(x)
        return np.ones_like(x)

    with advised(rule):
        rule(np.ones(size), grad, 1)
    return len(asked)


def first_stay(losses, goal, stay=STAY):
    """``reaches`` for whole batches: losses of the shape ``(steps + 1, ...)``; infinite where it is never reached."""
    below = np.asarray(losses) < goal
    so_far = np.cumsum(np.concatenate([np.zeros_like(below[:1], dtype=int), below]), axis=0)
    stays = so_far[stay:] - so_far[:-stay] == stay
    return np.where(stays.any(axis=0), stays.argmax(axis=0), np.inf) if len(stays) else np.full(below.shape[1:], np.inf)


def _enter(name, run, judge, grid, finer, tuning, judging):
    """Yield what costs are asked for, a function with rates and members, and get them; return the ``Entry``."""
    coarse = np.median((yield run, grid, tuning), axis=1)
    if not np.any(np.isfinite(coarse)):
        return Entry(name, np.nan, np.full(len(judging), np.inf), False, 0.0, grid, coarse, len(grid), len(tuning))
    k = _middle_best(coarse)
    around = pairwise(grid[max(k - 1, 0) : k + 2])
    fine = np.concatenate([np.geomspace(low, high, finer + 1)[1:-1] for low, high in around])
    rates = np.concatenate([grid, fine])
    medians = np.concatenate([coarse, np.median((yield run, fine, tuning), axis=1)])
    order = np.argsort(rates)
    best = order[_middle_best(medians[order])]
    return Entry(
        rule=name,
        lr=float(rates[best]),
        costs=(yield judge, rates[[best]], judging)[0],
        at_border=best in (order[0], order[-1]),
        robust=float(np.mean(coarse <= 2 * coarse.min())),
        rates=grid,
        medians=coarse,
        tried=len(rates),
        members=len(tuning),
    )


def _stage_by_stage(entering, ask):
    """The entries of all rules, which ask together for what they need at each stage: more to share out at once."""
    entries, costs = {}, dict.fromkeys(entering)
    for stage in ("tuning", "tuning finely", "judging", ""):
        asked = {}
        for name, cost in costs.items():
            try:
                asked[name] = entering[name].send(cost)
            except StopIteration as end:
                entries[name] = end.value
        costs = ask(stage, asked)
    return [entries[name] for name in entering]


def _costs(executor, progress, word, asked):
    """The costs of each of a dict of functions with rates and members; failures are infinite."""
    if executor is None:
        return {name: _cost(*given) for name, given in asked.items()}
    costs, places, pieces = {}, [], []
    for name, (run, rates, members) in asked.items():
        costs[name] = np.empty((len(rates), len(members)))
        sent = (chunks.packed(executor, f"{name}'s function", run),)
        for part in chunks.cut(costs[name].shape, getattr(run, "size", 0)):
            places.append((name, part.index()))
            pieces.append(_piece(name, part, sent, rates, members))
    with one_thread():  # for threads that train: a product of matrices that more of them share is rounded otherwise
        for (name, where), result in zip(places, chunks.results(executor, pieces, word * progress), strict=True):
            costs[name][where] = result
    return costs


def _piece(name, part, sent, rates, members):
    """A chunk of a race: some of a rule's rates, or some of its members."""
    own = slice(part.first, part.last)
    rates, members, which = (
        (rates, members[own], f", {part.said('member')}") if part.axis == -1 else (rates[own], members, "")
    )
    lrs = " to ".join(f"{lr:.3g}" for lr in dict.fromkeys((rates[0], rates[-1])))
    return chunks.Chunk(f"{name} at lr {lrs}{which}", part._replace(among=False), _cost, sent, (rates, members))


def _cost(run, rates, members):
    """The costs that ``run`` gives, checked, with infinity for a failure."""
    shape = (len(rates), len(members))
    costs = np.asarray(run(rates, members), dtype=float) if len(rates) else np.empty(shape)
    if costs.shape != shape:
        raise ValueError(f"a run gave costs of the shape {costs.shape}; it must be {shape}")
    return np.where(np.isnan(costs), np.inf, costs)


def _middle_best(costs):
    best = np.flatnonzero(costs == np.min(costs))
    return int(best[(len(best) - 1) // 2])


def _number(value, other="never", digits=4):
    return f"{value:.{digits}g}" if np.isfinite(value) else other


def _valley(surface, points):
    """How far above the floor the minimum nearest to each point lies; shape ``points.shape[:-1]``."""
    if not len(surface.minima):
        return np.zeros(points.shape[:-1])
    distance = np.linalg.norm(points[..., None, :] - surface.minima, axis=-1)
    nearest = np.argmin(np.where(np.isnan(distance), np.inf, distance), axis=-1)
    return surface.value(surface.minima)[nearest] - surface.floor
