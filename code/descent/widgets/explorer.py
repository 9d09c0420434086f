"""The interactive figure: drag the start, move the sliders, and watch several rules run.

Everything that moves is computed in the browser by ``explorer/main.js``, from the same lines of Python that NumPy runs:
``descent.tracing`` writes rules and surfaces down as JavaScript. So a figure works in a live notebook, on a page
without Python, and with a rule that was typed into a cell a minute ago.
"""

import base64
import inspect
import io
import math
import re
from collections.abc import Callable, Hashable, Iterable
from contextlib import redirect_stdout
from functools import lru_cache, partial
from numbers import Real
from typing import ClassVar

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike
from PIL import Image

from descent import draw, races, tracing, widgets
from descent.checks import check_hyper, nearest, unknown
from descent.errors import place, pointing, told
from descent.notes import hyperparameters, name_of
from descent.rules import CARDS, RULES, adam, adamw, amsgrad, nadam
from descent.schedules import SCHEDULES
from descent.surfaces import SURFACES, Surface, find_surface
from descent.walk import descend, noisy, scheduled, uncorrected
from descent.widgets import editor

MAX_STEPS = 1000
DOTS = 200  # per inch, of the still
CORRECTED = (adam, adamw, amsgrad, nadam)  # for starting at zero
IN_SENTENCE = {card.label: card.sentence for card in CARDS}  # what a rule is called amid others
QUESTIONS = ("first", "steps", "lowest", "lost")


class Explorer(anywidget.AnyWidget):
    """Several rules on a loss surface, under the reader's hands.

    ``surface`` is a name from ``SURFACES``, a formula, a ``Surface``, or a list of them (the first is shown, the
    reader can choose). ``rules`` are names or functions. Each rule runs at its own tuned rate (``races.tuned_rate``), with
    ``same_rate=True`` all at one, and with ``lr=...`` at that one. Further hyperparameters hold for every rule that
    has them. ``anatomy=True`` adds a panel that takes one step apart. ``noise`` is the standard deviation of what is
    added to each coordinate of every slope, as a mini-batch would (``descent.walk.noisy`` is the same in Python).
    ``schedule`` is a name from ``descent.schedules``: how every rate goes over the steps (``descent.walk.scheduled``).
    ``bias_correction=False`` takes from Adam and its kin the correction for starting at zero (``descent.walk.uncorrected``).
    ``maps=True`` opens the two maps, of all settings and of all starts.

    At first the figure shows the map, the rules' names, the run in one sentence, and the ``knobs``: names of
    hyperparameters of the rules, or ``"kappa"``, ``"noise"``, ``"steps"``, ``"schedule"``, ``"bias_correction"``; ``[]``
    for none. Without ``knobs`` it is ``"mu"`` where the last rule has it, else its ``"beta2"``, else the learning rate,
    ``"lr"``. With ``chart=True`` the losses and the standings stand beside the map. All else is behind "More", which
    ``more=True`` opens. ``invitation`` is a sentence above the map: such a figure makes one run by itself, and says no
    number before it is asked for more.

    ``ask`` hides the run until the reader has answered a question: ``"first"`` (which rule reaches loss 1e-6 first?),
    ``"steps"`` (how many steps does the first rule need for it?), ``"lowest"`` (which is lowest after the steps
    shown?), ``"lost"`` (which diverges first?), ``True`` for the first or, with one rule, the second of these, or the
    same in words of your own, ending in a question mark. The right answer is computed from the run at that moment.

    On a surface without a minimum in its window there is no loss to reach and no rate to tune: the figure shows the
    height itself, and each rule begins at its default rate.

    ``surface`` (a name), ``start`` (two numbers), ``steps`` (1 to 1000), ``noise``, ``schedule`` (a name),
    ``bias_correction`` (true or false), ``rules`` (names of those on),
    ``parameters`` (of the surface, such as ``{"kappa": 40, "tilt": 0}``) and ``settings`` (rule name to the
    hyperparameters in force) can be read and set at any time; settings that are not mentioned stay as they are.
    ``texts`` maps the rules that the reader has changed in the figure to their text, as in
    ``{"momentum": "def momentum(x, grad, t, ..."}``; set it, and the figure runs what it says. A number more, as in
    ``"momentum_2"``, is a rule that the reader keeps beside the other. Python reads the text
    and never runs it, so a still shows the rule as it was.
    Wrong values raise ``ValueError`` or ``TypeError``, and ``TraitError`` when set later; what an Explorer does not
    have cannot be set (``AttributeError``).
    """

    _esm = widgets.source("explorer/main.js")
    _css = widgets.style("boxes.css", "explorer.css")
    LATER: ClassVar = {"editor": editor.source}  # programs that are sent where one asks for them

    surface = traitlets.Unicode().tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    noise = traitlets.TraitType(0.0).tag(sync=True)
    schedule = traitlets.TraitType("constant").tag(sync=True)
    bias_correction = traitlets.TraitType(True).tag(sync=True)
    rules = traitlets.List().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    ask = traitlets.Unicode().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _calls = traitlets.Dict().tag(sync=True)  # how each surface is written in Python
    _looks = traitlets.Dict().tag(sync=True)
    _tuned = traitlets.Dict().tag(sync=True)  # the tuned rates at the beginning, so that the page need not seek them
    _shared = traitlets.Bool().tag(sync=True)
    _anatomy = traitlets.Bool().tag(sync=True)
    _maps = traitlets.Bool().tag(sync=True)
    _more = traitlets.Bool().tag(sync=True)
    _chart = traitlets.Bool().tag(sync=True)
    _knobs = traitlets.List().tag(sync=True)
    _invitation = traitlets.Unicode().tag(sync=True)

    @told
    def __init__(
        self,
        surface: str | Surface | Iterable[str | Surface] = "ravine",
        rules: str | Callable | Iterable[str | Callable] = ("sgd", "momentum"),
        *,
        start: ArrayLike | None = None,
        steps: int = 120,
        same_rate: bool = False,
        anatomy: bool = False,
        ask: str | bool | None = None,
        noise: float = 0.0,
        schedule: str = "constant",
        bias_correction: bool = True,
        maps: bool = False,
        knobs: str | Iterable[str] | None = None,
        chart: bool = False,
        more: bool = False,
        invitation: str = "",
        **hyper: float,
    ):
        self._surfaces = _by_name(surface, find_surface, "surface", lambda s: s.name)
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
            _more=bool(more or maps),
            _chart=bool(chart),
            _knobs=_knobs(knobs, self._offers.values(), self._surfaces.values()),
            _invitation=_sentence(invitation),
            _tuned={name: rate for name, rate in tuned.items() if rate is not None},
            surface=shown.name,
            parameters=_parameters(shown),
            start=start,
            steps=_steps(steps),
            noise=_noise(noise),
            schedule=_schedule(schedule),
            bias_correction=_correction(bias_correction),
            rules=list(self._offers),
            ask=_question(ask, len(self._offers)),
        )
        if same_rate and "lr" not in hyper:
            leader = "sgd" if "sgd" in tuned else next((name for name in tuned if tuned[name] is not None), None)
            tuned = {name: tuned[leader] if rate is not None else None for name, rate in tuned.items()}
        rates = {name: {} if rate is None else {"lr": rate} for name, rate in tuned.items()}
        self.settings = {name: rates[name] | given[name] for name in self._offers}
        self.on_msg(self._answer)

    def _answer(self, _, asked, __):
        """Send a program that the figure asks for."""
        if asked in self.LATER:
            self.send({asked: self.LATER[asked]()})

    def set_state(self, sync_data: dict) -> None:
        """Take what the browser says.

        A figure that is linked to this one in several traits draws its own conclusions from a new surface, and they come
        back before the rest is told: then all of it is said again.
        """
        try:
            super().set_state(sync_data)
        except traitlets.TraitError:
            if "surface" not in sync_data:
                raise
            super().set_state(sync_data)

    # -- traits

    @told
    def __setattr__(self, name, value):
        strange = not name.startswith("_") and not hasattr(type(self), name)
        known = [rule for rule, setting in self.settings.items() if name in setting] if strange else []
        instead = f"it is a setting: ex.settings = {{{known[0]!r}: {{{name!r}: {value!r}}}}}" if known else ""
        widgets.check_attribute(self, name, instead)
        if name == "surface" and isinstance(value, Surface):
            value = value.name
        if name == "rules" and (callable(value) or isinstance(value, str)):
            value = [value]
        super().__setattr__(name, widgets.plain(value))

    @traitlets.validate("surface")
    def _check_surface(self, proposal):
        return _known(proposal.value, self._surfaces, "surface")

    @traitlets.validate("rules")
    def _check_rules(self, proposal):
        on = [self._name(rule) for rule in proposal.value]
        return [name for name in self._names() if name in on]

    def _names(self):
        """The names of its rules, and of those that the reader made of them, as in ``momentum_2``."""
        return [*self._offers, *(name for name in self.texts if name not in self._offers)]

    def _name(self, rule):
        """The name of a rule of this Explorer; of a rule that is none of its own, what is wrong."""
        if not callable(rule):
            return _known(rule, self._names(), "rule")
        if own := [name for name, offered in self._offers.items() if offered is rule]:
            return own[0]
        _as_trait_error(tracing.trace, rule)
        listed = ", ".join([*map(repr, self._offers), name_of(rule)])
        raise traitlets.TraitError(
            f"{name_of(rule)} is not in this Explorer; make one with it: Explorer({self.surface!r}, [{listed}])"
        )

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

    @traitlets.validate("schedule")
    def _check_schedule(self, proposal):
        return _as_trait_error(_schedule, proposal.value)

    @traitlets.validate("bias_correction")
    def _check_correction(self, proposal):
        return _as_trait_error(_correction, proposal.value)

    @traitlets.validate("texts")
    def _check_texts(self, proposal):
        for name, text in proposal.value.items():
            base = name if name in self._offers else re.sub(r"_\d+$", "", name)
            if tracing.is_own(self._offers[_known(base, self._offers, "rule")]):
                raise traitlets.TraitError(f"{name} is a rule of your own; change it where it is defined")
            if not isinstance(text, str):
                raise traitlets.TraitError(f"the text of {name} is {text!r}; give it as a string")
        return proposal.value

    @traitlets.validate("parameters")
    def _check_parameters(self, proposal):
        known = _parameters(self._surfaces[self.surface])
        elsewhere = {name for surface in self._surfaces.values() for name in surface.parameters} - known.keys()
        given = {name: value for name, value in proposal.value.items() if name not in elsewhere}  # a linked figure's
        for name, value in given.items():
            if _known(name, known, "parameter") == "kappa" and not (_finite(value) and value >= 1):
                raise traitlets.TraitError(f"kappa is {value!r}; a condition number is at least 1")
            if not _finite(value):
                raise traitlets.TraitError(f"{name} is {value!r}; it must be a finite number")
        current = {name: value for name, value in self.parameters.items() if name in known}
        return known | current | {name: float(value) for name, value in given.items()}

    @traitlets.validate("settings")
    def _check_settings(self, proposal):
        settings = {}
        for name, given in proposal.value.items():
            _known(name, self._names(), "rule")
            if not isinstance(given, dict):
                raise traitlets.TraitError(f"the settings of {name} are {given!r}; give a dict such as {{'lr': 0.01}}")
            changed = name in self.texts  # to a text that may name other hyperparameters
            settings[name] = given if changed else _as_trait_error(_checked, self._offers[name], given)
        return {name: self._in_force(name, settings.get(name, {})) for name in self._names()}

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
        if name in self.texts and (given or name not in self._offers):
            return {key: float(value) for key, value in (given or self.settings.get(name, {})).items()}
        rule = self._offers[name]
        old = {key: value for key, value in self.settings.get(name, {}).items() if key in hyperparameters(rule)}
        new = hyperparameters(rule) | old | given
        if old and "lr" not in given and _without_rate(old) != _without_rate(new):
            surface = self._surface_at(self.surface, self.parameters)
            if old.get("lr") == _tuned_rate(rule, surface, _without_rate(old)):
                new["lr"] = _tuned_rate(rule, surface, _without_rate(new))
        return {key: float(value) for key, value in new.items()}

    def _tuned_names(self, surface):
        rates = {
            name: _tuned_rate(rule, surface, _without_rate(self.settings[name])) for name, rule in self._offers.items()
        }
        return [
            name for name, rate in rates.items() if rate is not None and math.isclose(rate, self.settings[name]["lr"])
        ]

    def _retune(self, names):
        surface = self._surface_at(self.surface, self.parameters)
        rates = {name: _tuned_rate(self._offers[name], surface, _without_rate(self.settings[name])) for name in names}
        self.settings = {name: {"lr": rate} for name, rate in rates.items()}

    # -- what is shown where no browser runs

    def still(self) -> draw.Drawing:
        """The same picture on paper: the map with the paths, and with ``chart`` or ``more`` the losses; a ``draw.Drawing``."""
        surface = self._surface_at(self.surface, self.parameters)
        runs, looks = {}, {}
        for name, look in zip(self._offers, _dress(self._offers.values()), strict=True):
            if name in self.rules:
                rule = self._offers[name]
                drawn = _label(rule) if tracing.is_own(rule) else name
                settings = {key: v for key, v in self.settings[name].items() if key in hyperparameters(rule)}
                with redirect_stdout(None):
                    runs[drawn] = descend(self._variant(rule), surface.grad, self.start, self.steps, **settings)
                looks[drawn] = look
        alt = str(self)
        marks = [] if runs else [("start", self.start)]
        if not (runs and (self._chart or self._more)):
            wide = _landscape(surface.window)
            return draw.paths(surface, runs, alt=alt, looks=looks, marks=marks, window=wide, height=4.2, relief=True)
        return draw.row(
            draw.paths(surface, runs, alt=alt, looks=looks, relief=True),
            _levels(surface, runs, alt, looks),
            alt=alt,
            widths=(1.2, 1),
        )

    def _variant(self, rule):
        """The rule as it runs here: with its course of rates, its correction or none, and the noise."""
        if not self.bias_correction and rule in CORRECTED:
            rule = uncorrected(rule)
        if "lr" in hyperparameters(rule):
            rule = scheduled(rule, lambda t: SCHEDULES[self.schedule](t, self.steps))
        return noisy(rule, self.noise)

    def _repr_mimebundle_(self, **options):
        still = {"image/png": _palette(self.still().png(DOTS))}
        return widgets.bundle(super()._repr_mimebundle_(**options), still, str(self))

    def __repr__(self) -> str:
        labels = [_label(rule) for name, rule in self._offers.items() if name in self.rules]
        names = [IN_SENTENCE.get(label, label) for label in labels] or ["no rule"]
        listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        return f"Explorer: {self.surface}, {listed}, {self.steps} step{'s' * (self.steps != 1)}"

    __str__ = __repr__


def _landscape(window, ratio=1.85):
    """The window, with more of the surface beside or above it, as wide as the explorer's map."""
    (x0, x1), (y0, y1) = window
    wide, high = max(0, ratio * (y1 - y0) - (x1 - x0)) / 2, max(0, (x1 - x0) / ratio - (y1 - y0)) / 2
    return ((x0 - wide, x1 + wide), (y0 - high, y1 + high))


def _palette(png):
    """The picture in 256 colours, less than half the size and the same to the eye, in base64."""
    small = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, kmeans=2, dither=Image.Dither.NONE)
    picture.save(small, "png", optimize=True, dpi=(DOTS, DOTS))
    return base64.b64encode(small.getvalue()).decode()


def _by_name(things, find, kind, called):
    """Each thing by what it is called; one alone, or several of any kind of collection."""
    one = isinstance(things, (str, Surface)) or callable(things) or not isinstance(things, Iterable)
    things = [things] if one else list(things)
    if not things:
        raise ValueError(f"an Explorer needs at least one {kind}")
    named = {}
    for thing in map(find, things):
        if named.setdefault(called(thing), thing) is not thing:
            raise ValueError(f"two different {kind}s are called {called(thing)!r}; give each a name of its own")
    return named


def _rule(rule):
    rule = tracing.traceable(rule)
    return rule if isinstance(rule, Hashable) else partial(rule)  # a dataclass, say: what is traced is remembered


def _given(rules, hyper):
    """The given hyperparameters of each rule by its name, checked."""
    rules = list(rules)
    known = list(dict.fromkeys(name for rule in rules for name in hyperparameters(rule)))
    for name in hyper:
        if name not in known:
            own = [n for n in inspect.signature(Explorer).parameters if n not in ("hyper", "self")]
            near = nearest(name, [*own, *known])
            said = f"did you mean {near}?" if near else f"these rules have {', '.join(known)}"
            raise TypeError(f"unknown hyperparameter {name!r}; {said}")
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


def _knobs(knobs, rules, surfaces):
    """The names of what the reader can turn at first, checked, or the one that suits the last of the rules."""
    known = dict.fromkeys(name for rule in rules for name in hyperparameters(rule))
    if knobs is None:
        last = hyperparameters(list(rules)[-1])
        return [name for name in ("mu", "beta2", "lr") if name in last][:1]
    known = [*known, *({"kappa"} & {name for surface in surfaces for name in surface.parameters}), "noise", "steps"]
    known += ["schedule"] * ("lr" in known) + ["bias_correction"] * any(rule in CORRECTED for rule in rules)
    names = list(knobs) if isinstance(knobs, Iterable) and not isinstance(knobs, str) else [knobs]
    for name in names:
        if name not in known:
            raise ValueError(f"unknown knob {name!r}; this explorer has {', '.join(known)}")
    return names


def _sentence(invitation):
    if not isinstance(invitation, str):
        raise TypeError(f"invitation is {invitation!r}; it must be a sentence, to stand above the map")
    return invitation


def _noise(noise):
    if not _finite(noise) or noise < 0:
        raise ValueError(f"noise is {noise!r}; it must be a finite number, 0 or more")
    return float(noise)


def _schedule(schedule):
    if schedule not in tuple(SCHEDULES):
        raise ValueError(unknown("schedule", schedule, SCHEDULES))
    return schedule


def _correction(correction):
    if not isinstance(correction, bool):
        raise TypeError(f"bias_correction is {correction!r}; it must be True or False")
    return correction


def _finite(value):
    return isinstance(value, Real) and not isinstance(value, bool) and abs(value) < 1e300


def _known(name, names, kind):
    if not isinstance(name, str) or name not in names:
        near = nearest(name, names)
        said = f"did you mean {near}?" if near else f"this explorer has {', '.join(names) or 'none'}"
        raise traitlets.TraitError(f"unknown {kind} {name!r}; {said}")
    return name


def _as_trait_error(check, *values):
    try:
        return check(*values)
    except (TypeError, ValueError) as error:
        raise pointing(traitlets.TraitError(str(error)), place(error)) from None


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
    return ("your " if label in RULES else "") + label.replace("_", " ")


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
        with redirect_stdout(None):  # a rule that prints would do so thousands of times
            return races.tuned_rate(rule, surface, **hyper)
    except ValueError:
        return float(default)
