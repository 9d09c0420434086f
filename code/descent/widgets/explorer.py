"""The interactive figure: drag the start, move the sliders, and watch several rules run.

Everything that moves is computed in the browser by ``explorer/main.js``, from the same lines of Python that NumPy runs:
``descent.tracing`` writes rules and surfaces down as JavaScript. So a figure works in a live notebook, on a page
without Python, and with a rule that was typed into a cell a minute ago.
"""

import base64
import io
import math
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache, partial
from numbers import Real

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike
from PIL import Image

from descent import draw, races, tracing, widgets
from descent.checks import check_hyper
from descent.notes import hyperparameters, name_of
from descent.rules import RULES
from descent.surfaces import SURFACES, Surface
from descent.walk import descend, noisy

MAX_STEPS = 1000
DOTS = 200  # per inch, of the still
QUESTIONS = ("first", "steps", "lowest", "lost")


class Explorer(anywidget.AnyWidget):
    """Several rules on a loss surface, under the reader's hands.

    ``surface`` is a name from ``SURFACES``, a ``Surface``, or a list of them (the first is shown, the reader can
    choose). ``rules`` are names or functions. Each rule runs at its own tuned rate (``races.tuned_rate``), with
    ``same_rate=True`` all at one, and with ``lr=...`` at that one. Further hyperparameters hold for every rule that
    has them. ``anatomy=True`` adds a panel that takes one step apart. ``noise`` is the standard deviation of what is
    added to each coordinate of every slope, as a mini-batch would (``descent.walk.noisy`` is the same in Python).
    ``maps=True`` opens the two maps, of all settings and of all starts.

    ``ask`` hides the run until the reader has answered a question: ``"first"`` (which rule reaches loss 1e-6 first?),
    ``"steps"`` (how many steps does the first rule need for it?), ``"lowest"`` (which is lowest after the steps
    shown?), ``"lost"`` (which diverges first?), ``True`` for the first or, with one rule, the second of these, or the
    same in words of your own, ending in a question mark. The right answer is computed from the run at that moment.

    On a surface without a minimum in its window there is no loss to reach and no rate to tune: the figure shows the
    height itself, and each rule begins at its default rate.

    ``surface`` (a name), ``start`` (two numbers), ``steps`` (1 to 1000), ``noise``, ``rules`` (names of those on),
    ``parameters`` (of the surface, such as ``{"kappa": 40, "tilt": 0}``) and ``settings`` (rule name to the
    hyperparameters in force) can be read and set at any time; settings that are not mentioned stay as they are.
    Wrong values raise ``ValueError`` or ``TypeError``, and ``TraitError`` when set later.
    """

    _esm = widgets.source("explorer/main.js")
    _css = widgets.style("explorer.css")

    surface = traitlets.Unicode().tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    noise = traitlets.Any(0.0).tag(sync=True)
    rules = traitlets.List().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    ask = traitlets.Unicode().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _calls = traitlets.Dict().tag(sync=True)  # how each surface is written in Python
    _looks = traitlets.Dict().tag(sync=True)
    _tuned = traitlets.Dict().tag(sync=True)  # the tuned rates at the beginning, so that the page need not seek them
    _shared = traitlets.Bool().tag(sync=True)
    _anatomy = traitlets.Bool().tag(sync=True)
    _maps = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        surface: str | Surface | Sequence[str | Surface] = "ravine",
        rules: str | Callable | Sequence[str | Callable] = ("sgd", "momentum"),
        *,
        start: ArrayLike | None = None,
        steps: int = 120,
        same_rate: bool = False,
        anatomy: bool = False,
        ask: str | bool | None = None,
        noise: float = 0.0,
        maps: bool = False,
        **hyper: float,
    ):
        self._surfaces = _by_name(surface, _surface, "surface", lambda s: s.name)
        self._offers = _by_name(rules, _rule, "rule", name_of)
        given = _given(self._offers.values(), hyper)
        shown = next(iter(self._surfaces.values()))
        start = _point(shown.start if start is None else start)
        program = _program_text(tuple(self._offers.values()), tuple(self._surfaces.values()))
        tuned = {name: _tuned_rate(rule, shown, _without_rate(given[name])) for name, rule in self._offers.items()}
        super().__init__(
            _program=program,
            _calls={name: _call(surface) for name, surface in self._surfaces.items()},
            _looks=_looks(self._offers.values()),
            _shared=bool(same_rate) or "lr" in hyper,
            _anatomy=bool(anatomy),
            _maps=bool(maps),
            _tuned={name: rate for name, rate in tuned.items() if rate is not None},
            surface=shown.name,
            parameters=_parameters(shown),
            start=start,
            steps=_steps(steps),
            noise=_noise(noise),
            rules=list(self._offers),
            ask=_question(ask, len(self._offers)),
        )
        if same_rate and "lr" not in hyper:
            leader = "sgd" if "sgd" in tuned else next((name for name in tuned if tuned[name] is not None), None)
            tuned = {name: tuned[leader] if rate is not None else None for name, rate in tuned.items()}
        rates = {name: {} if rate is None else {"lr": rate} for name, rate in tuned.items()}
        self.settings = {name: rates[name] | given[name] for name in self._offers}

    # -- traits

    @traitlets.validate("surface")
    def _check_surface(self, proposal):
        return _known(proposal.value, self._surfaces, "surface")

    @traitlets.validate("rules")
    def _check_rules(self, proposal):
        on = [_known(name, self._offers, "rule") for name in proposal.value]
        return [name for name in self._offers if name in on]

    @traitlets.validate("start")
    def _check_start(self, proposal):
        return _as_trait_error(_point, proposal.value)

    @traitlets.validate("steps")
    def _check_steps(self, proposal):
        return _as_trait_error(_steps, proposal.value)

    @traitlets.validate("ask")
    def _check_ask(self, proposal):
        return _as_trait_error(_question, proposal.value, len(self._offers))

    @traitlets.validate("noise")
    def _check_noise(self, proposal):
        return _as_trait_error(_noise, proposal.value)

    @traitlets.validate("parameters")
    def _check_parameters(self, proposal):
        known = _parameters(self._surfaces[self.surface])
        for name, value in proposal.value.items():
            if _known(name, known, "parameter") == "kappa" and not (_finite(value) and value >= 1):
                raise traitlets.TraitError(f"kappa is {value!r}; a condition number is at least 1")
            if not _finite(value):
                raise traitlets.TraitError(f"{name} is {value!r}; it must be a finite number")
        current = {name: value for name, value in self.parameters.items() if name in known}
        return known | current | {name: float(value) for name, value in proposal.value.items()}

    @traitlets.validate("settings")
    def _check_settings(self, proposal):
        settings = {}
        for name, given in proposal.value.items():
            rule = self._offers[_known(name, self._offers, "rule")]
            if not isinstance(given, dict):
                raise traitlets.TraitError(f"the settings of {name} are {given!r}; give a dict such as {{'lr': 0.01}}")
            settings[name] = _as_trait_error(_checked, rule, given)
        return {name: self._in_force(name, settings.get(name, {})) for name in self._offers}

    @traitlets.observe("surface")
    def _on_surface(self, change):
        if not change.old or "surface" in self._property_lock:  # the browser sends what follows from it along
            return
        retune = self._tuned_names(self._surface_at(change.old, self.parameters))
        shown = self._surfaces[self.surface]
        with self.hold_sync():
            self.parameters = _parameters(shown)
            self.start = list(shown.start)
            self._retune(retune)

    @traitlets.observe("parameters")
    def _on_parameters(self, change):
        if not change.old or self._property_lock or change.old.keys() != change.new.keys():
            return
        self._retune(self._tuned_names(self._surface_at(self.surface, change.old)))

    def _surface_at(self, name, parameters):
        surface = self._surfaces[name]
        if parameters == _parameters(surface):
            return surface
        return Surface(surface.general, name=name, window=surface.window, start=surface.start, parameters=parameters)

    def _in_force(self, name, given):
        """A rule's hyperparameters after ``given`` is put in; a rate that was tuned stays tuned."""
        rule = self._offers[name]
        old = self.settings.get(name, {})
        new = hyperparameters(rule) | old | given
        if old and "lr" not in given and _without_rate(old) != _without_rate(new):
            surface = self._surface_at(self.surface, self.parameters)
            if old.get("lr") == _tuned_rate(rule, surface, _without_rate(old)):
                new["lr"] = _tuned_rate(rule, surface, _without_rate(new))
        return {key: float(value) for key, value in new.items()}

    def _tuned_names(self, surface):
        rates = {name: _tuned_rate(self._offers[name], surface, _without_rate(h)) for name, h in self.settings.items()}
        return [
            name for name, rate in rates.items() if rate is not None and math.isclose(rate, self.settings[name]["lr"])
        ]

    def _retune(self, names):
        surface = self._surface_at(self.surface, self.parameters)
        rates = {name: _tuned_rate(self._offers[name], surface, _without_rate(self.settings[name])) for name in names}
        self.settings = {name: {"lr": rate} for name, rate in rates.items()}

    # -- what is shown where no browser runs

    def still(self) -> draw.Drawing:
        """The same picture on paper: the map with the paths, and the losses; a ``draw.Drawing``."""
        surface = self._surface_at(self.surface, self.parameters)
        runs, looks = {}, {}
        for name, look in zip(self._offers, _dress(self._offers.values()), strict=True):
            if name in self.rules:
                rule = self._offers[name]
                drawn = _label(rule) if tracing.is_own(rule) else name
                settings = self.settings[name]
                runs[drawn] = descend(noisy(rule, self.noise), surface.grad, self.start, self.steps, **settings)
                looks[drawn] = look
        alt = str(self)
        if not runs:
            return draw.paths(surface, {}, alt=alt, marks=[("start", self.start)])
        return draw.row(
            draw.paths(surface, runs, alt=alt, looks=looks),
            _levels(surface, runs, alt, looks),
            alt=alt,
            widths=(1.2, 1),
        )

    def _repr_mimebundle_(self, **options):
        still = {"image/png": _palette(self.still().png(DOTS))}
        return widgets.bundle(super()._repr_mimebundle_(**options), still, str(self))

    def __repr__(self) -> str:
        names = [_label(self._offers[name]) for name in self.rules]
        names = [name.lower() if name == "Gradient descent" else name for name in names] or ["no rule"]
        listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        return f"Explorer: {self.surface}, {listed}, {self.steps} step{'s' * (self.steps != 1)}"

    __str__ = __repr__


def _palette(png):
    """The picture in 128 colours, a third of the size and the same to the eye, in base64."""
    small = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(small, "png", optimize=True, dpi=(DOTS, DOTS))
    return base64.b64encode(small.getvalue()).decode()


def _by_name(things, find, kind, called):
    things = list(things) if isinstance(things, (list, tuple)) else [things]
    if not things:
        raise ValueError(f"an Explorer needs at least one {kind}")
    named = {}
    for thing in map(find, things):
        if named.setdefault(called(thing), thing) is not thing:
            raise ValueError(f"two different {kind}s are called {called(thing)!r}; give each a name of its own")
    return named


def _surface(surface):
    if isinstance(surface, Surface):
        return surface
    if isinstance(surface, str) and surface in SURFACES:
        return SURFACES[surface]
    raise ValueError(f"unknown surface {surface!r}; use {', '.join(SURFACES)}, or a Surface")


def _rule(rule):
    if callable(rule):
        return rule if isinstance(rule, Hashable) else partial(rule)  # a dataclass, say: what is traced is remembered
    if isinstance(rule, str) and rule in RULES:
        return RULES[rule]
    raise ValueError(f"unknown rule {rule!r}; use {', '.join(RULES)}, or a function")


def _given(rules, hyper):
    """The given hyperparameters of each rule by its name, checked."""
    rules = list(rules)
    known = list(dict.fromkeys(name for rule in rules for name in hyperparameters(rule)))
    for name in hyper:
        if name not in known:
            raise TypeError(f"unknown hyperparameter {name!r}; these rules have {', '.join(known)}")
    own = {name_of(rule): {name: v for name, v in hyper.items() if name in hyperparameters(rule)} for rule in rules}
    return {name_of(rule): _checked(rule, own[name_of(rule)]) for rule in rules}


def _checked(rule, hyper):
    for name, value in hyper.items():
        if not _finite(value):
            raise ValueError(f"{name} is {value!r}; it must be one finite number")
    return {name: float(value) for name, value in check_hyper(rule, hyper).items()}


def _point(start):
    coordinates = list(start) if hasattr(start, "__iter__") and not isinstance(start, str) else []
    if len(coordinates) != 2 or not all(map(_finite, coordinates)):
        raise ValueError(f"start is {start!r}; it must be two finite numbers, such as (-4, 2)")
    return [float(c) for c in coordinates]


def _steps(steps):
    if isinstance(steps, bool) or not hasattr(steps, "__index__") or not 1 <= steps <= MAX_STEPS:
        raise ValueError(f"steps is {steps!r}; it must be a whole number from 1 to {MAX_STEPS}")
    return int(steps)


def _question(ask, count):
    if ask is None or ask is False or ask == "":
        return ""
    if ask is True:
        return "first" if count > 1 else "steps"
    if isinstance(ask, str) and (ask in QUESTIONS or (ask.endswith("?") and len(ask) <= 200)):
        return ask
    raise ValueError(f"ask is {ask!r}; use True, {', '.join(QUESTIONS)}, or a question of at most 200 letters with a ?")


def _noise(noise):
    if not _finite(noise) or noise < 0:
        raise ValueError(f"noise is {noise!r}; it must be a finite number, 0 or more")
    return float(noise)


def _finite(value):
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) < 1e300


def _known(name, names, kind):
    if not isinstance(name, str) or name not in names:
        raise traitlets.TraitError(f"unknown {kind} {name!r}; this explorer has {', '.join(names) or 'none'}")
    return name


def _as_trait_error(check, *values):
    try:
        return check(*values)
    except (TypeError, ValueError) as error:
        raise traitlets.TraitError(str(error)) from None


def _parameters(surface):
    return {name: float(value) for name, value in surface.parameters.items()}


def _call(surface):
    known = SURFACES.get(surface.name)
    if known is not None and known.general == surface.general:
        return f'"{surface.name}"'
    expression = str(surface.expression)
    return f"Surface({expression!r}, name={surface.name!r}, window={surface.window}, start={surface.start})"


def _without_rate(hyper):
    return {name: value for name, value in hyper.items() if name != "lr"}


def _label(rule):
    """The name a reader sees; a learner's ``sgd`` need not be gradient descent."""
    label = tracing.label(rule)
    return f"your {label}" if label in RULES else label.replace("_", " ")


def _dress(rules):
    """The look of each rule: its card's, or, without a card, one that no card has."""
    spare = draw.strangers()
    return [next(spare) if tracing.is_own(rule) else draw.LOOKS[name_of(rule)] for rule in rules]


def _looks(rules):
    rules = list(rules)
    return {
        name_of(rule): {"label": _label(rule), "own": tracing.is_own(rule), **widgets.look(*look)}
        for rule, look in zip(rules, _dress(rules), strict=True)
    }


def _levels(surface, runs, alt, looks):
    """The chart beside the map: the losses, or the heights, as far as the window reaches, where there is no minimum."""
    if surface.has_minimum:
        curves = {name: races.losses(run, surface) for name, run in runs.items()}
        return draw.losses(curves, goal=1e-6, alt=alt, looks=looks)
    low, high = np.transpose(surface.window)
    with np.errstate(all="ignore"):
        heights = {
            name: np.where(np.all((run.xs >= low) & (run.xs <= high), axis=-1), surface.value(run.xs), np.nan)
            for name, run in runs.items()
        }
    return draw.lines(heights, title="height", xlabel="step", alt=alt, looks=looks)


@lru_cache(maxsize=64)
def _program_text(rules, surfaces):
    return tracing.program(rules, surfaces)


def _tuned_rate(rule, surface, others):
    """The tuned rate, the rule's own default where none can be, or ``None`` for a rule without a rate."""
    if "lr" not in hyperparameters(rule):
        return None
    if not surface.has_minimum:
        return float(hyperparameters(rule)["lr"])
    return _remembered_rate(rule, surface, tuple(sorted((hyperparameters(rule) | others).items())))


@lru_cache(maxsize=512)
def _remembered_rate(rule, surface, hyper):
    hyper = dict(hyper)
    default = hyper.pop("lr")
    try:
        return races.tuned_rate(rule, surface, **hyper)
    except ValueError:
        return float(default)
