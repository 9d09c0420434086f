"""Loss surfaces over two coordinates, each from ONE formula.

SymPy derives the gradient and the Hessian, so they cannot be mistyped; the same expression is written as NumPy, as
LaTeX and (in ``descent.tracing``) as JavaScript. That is done in ``descent.algebra``, once a surface is computed with.
"""

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from descent import formulas
from descent.checks import number, numbers, short, unknown
from descent.errors import told
from descent.formulas import FUNCTIONS

if TYPE_CHECKING:
    import sympy

NAME = re.compile(r"[^\W\d]\w{2,}")  # of a surface, as opposed to a formula such as ``xy``
GRID = 100  # cells along each side of a window, in which the lowest height is sought
AROUND = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j])


class Surface:
    """A loss surface f(x, y), with its derivatives.

    ``formula`` is text (``"(x**2 / 40 + y**2) / 2"``, or as on paper: ``"x² + 3xy"``) or a SymPy expression in ``x``
    and ``y``.
    ``window`` is the part worth looking at, ``start`` where the runs of this course begin. ``parameters`` gives
    values to further symbols. ``value``, ``grad`` and ``hessian`` take arrays of the shape ``(..., 2)``.

    >>> Surface("x**2 + 3*y**2").grad([1.0, 2.0])
    array([ 2., 12.])
    """

    @told
    def __init__(
        self,
        formula: "str | sympy.Expr",
        *,
        name: str = "surface",
        window: ArrayLike = ((-3, 3), (-3, 3)),
        start: ArrayLike = (-2, 1),
        parameters: dict[str, float] | None = None,
    ):
        self.formula, self.parameters = formula, _parameters(parameters)
        _ = self.general  # read now, so that a mistake shows here
        if not isinstance(name, str) or not name:
            raise TypeError(f"name is {short(name)}; it must be text")
        self.name = name
        self.window = _window(window)
        self.start = _start(start)
        self._check_start()

    def _check_start(self):
        formula = self.formula
        try:
            with np.errstate(all="ignore"):
                value = self._at_start()
                slope = self.grad(self.start)
        except (TypeError, OverflowError):
            raise ValueError(f"{str(formula)!r} has no real value of ordinary size at the start {self.start}") from None
        if not np.isfinite(value):
            raise ValueError(
                f"{str(formula)!r} is {value} at the start {self.start}; choose a start where it is finite"
            )
        if not np.isfinite(slope).all():
            raise ValueError(f"{str(formula)!r} has no slope at the start {self.start}; choose another start")

    def _at_start(self):
        """The height at the start, of a text as it is typed: SymPy simplifies what has no value there."""
        if isinstance(self.formula, str):
            values = {"x": self.start[0], "y": self.start[1]} | self.parameters
            typed = formulas.evaluate(formulas.read(self.formula, tuple(values)), values)
            if not np.isfinite(typed):
                return typed
        return self.value(self.start)

    def __getstate__(self):
        """What another process cannot be sent, the functions that are made from the formula, it makes anew."""
        made = ("general", "expression", "_value", "_grad", "_hessian")
        return {name: value for name, value in vars(self).items() if name not in made}

    def __repr__(self) -> str:
        return f"Surface({str(self.expression)!r}, name={self.name!r})"

    def _repr_latex_(self):
        return f"$f(x, y) = {self.latex}$"

    @cached_property
    def general(self) -> "sympy.Expr":
        """The formula as SymPy sees it, with letters for the parameters."""
        return _algebra().parse(self.formula, self.parameters)

    @cached_property
    def expression(self) -> "sympy.Expr":
        """The formula as SymPy sees it, with the parameters put in."""
        return _algebra().with_values(self.general, self.parameters)

    @property
    def latex(self) -> str:
        """The formula as LaTeX, without dollar signs."""
        return _algebra().latex(self.expression)

    @told
    def value(self, x: ArrayLike) -> np.ndarray:
        """The height at ``x``; shape ``(...)``."""
        return self._evaluate("_value", x)[..., 0]

    @told
    def grad(self, x: ArrayLike) -> np.ndarray:
        """The gradient at ``x``; shape ``(..., 2)``, in units of f per unit of the coordinate."""
        return self._evaluate("_grad", x)

    @told
    def hessian(self, x: ArrayLike) -> np.ndarray:
        """The second derivatives at ``x``; shape ``(..., 2, 2)``."""
        xx, xy, yy = np.moveaxis(self._evaluate("_hessian", x), -1, 0)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)

    @cached_property
    def minima(self) -> np.ndarray:
        """The local minima inside the window, lowest first; shape ``(n, 2)``.

        Found by Newton's method from a grid of starts, kept where the Hessian is positive definite.
        """
        (x0, x1), (y0, y1) = self.window
        grid = np.stack(np.meshgrid(np.linspace(x0, x1, 25), np.linspace(y0, y1, 25)), -1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            points = _newton(self, grid)
            inside = np.all((points >= (x0, y0)) & (points <= (x1, y1)), axis=-1)
            points = points[inside & np.all(np.abs(self.grad(points)) < 1e-9, axis=-1)]
        points = points[[np.linalg.eigvalsh(h).min() > 1e-6 for h in self.hessian(points)]]
        order = sorted(points, key=lambda p: (round(float(self.value(p)), 12), *np.round(p, 9)))
        reach, distinct = 1e-3 * np.array((x1 - x0, y1 - y0)), []
        for p in order:  # in a very flat valley Newton's points differ, and at a shelf, as of x**3, they lie near one
            with np.errstate(all="ignore"):
                shelf = np.any(self.value(p + reach * AROUND) < self.value(p))
            if not shelf and all(np.any(np.abs(p - q) > reach) for q in distinct):
                distinct.append(p)
        return np.array(distinct).reshape(-1, 2) + 0.0

    @property
    def floor(self) -> float:
        """The lowest height: at the lowest minimum, or else the lowest found in the window."""
        return float(self.value(self.minima[0])) if len(self.minima) else self._lowest[0]

    @property
    def has_minimum(self) -> bool:
        """Whether there is a minimum in the window: a point, or a lowest height that is not taken at the edge alone.

        Where there is none, as for ``x*y`` or ``exp(x)``, a run has no goal, and nothing is above a lowest loss.
        """
        return len(self.minima) > 0 or self._lowest[1]

    @cached_property
    def _lowest(self):
        """The lowest height in the window, and whether a point inside has it.

        From the lowest point of a grid, by ever shorter steps. Where each halving of the step still gains as much as
        the last, as at a pole, there is no bottom. ``findLowest`` in explorer/formula.js does the same.
        """
        low, high = np.transpose(self.window)
        points = np.stack(np.meshgrid(*np.linspace(low, high, GRID + 1).T, indexing="ij"), -1)

        def height(at):
            with np.errstate(all="ignore"):
                return np.nan_to_num(self.value(at), nan=np.inf, posinf=np.inf, neginf=np.inf)

        heights = height(points)
        inner = heights[1:-1, 1:-1]
        edge = min(heights[0].min(), heights[-1].min(), heights[:, 0].min(), heights[:, -1].min())
        i, j = np.unravel_index(np.argmin(inner), inner.shape)
        point, lowest, cell, gained = points[i + 1, j + 1], inner[i, j], (high - low) / GRID, []
        on_grid = min(lowest, edge)
        for halving in range(30):
            before = lowest
            for _ in range(100):
                near = np.clip(point + AROUND * cell * 0.5**halving, low, high)
                found = height(near)
                if not found.min() < lowest:
                    break
                point, lowest = near[np.argmin(found)], found.min()
            gained.append(before - lowest)
        with np.errstate(all="ignore"):
            settles = sum(gained[20:]) <= sum(gained[10:20]) / 2
        inside = bool(np.all((point > low) & (point < high)) and lowest <= edge and settles)
        return float(lowest if inside else on_grid), inside

    def _evaluate(self, which, x):
        x = numbers("x", x, "it must be numbers of the shape (..., 2)")
        if x.ndim == 0 or x.shape[-1] != 2:
            raise ValueError(f"a point on a surface has two coordinates; got an array of the shape {x.shape}")
        parts = getattr(self, which)(x[..., 0], x[..., 1])
        return np.stack([np.broadcast_to(np.asarray(part, dtype=float), x.shape[:-1]) for part in parts], -1)

    @cached_property
    def _value(self):
        return _algebra().compiled(self.expression)

    @cached_property
    def _grad(self):
        return _algebra().compiled(*_algebra().gradient(self.expression))

    @cached_property
    def _hessian(self):
        return _algebra().compiled(*_algebra().hessian(self.expression))


def _algebra():
    from descent import algebra  # SymPy takes longer to import than all else here, and networks need no surface

    return algebra


def _parameters(parameters):
    if parameters is not None and not isinstance(parameters, dict):
        raise TypeError(f"parameters is {short(parameters)}; it must be a dict, such as {{'kappa': 40}}")
    for name, value in (parameters or {}).items():
        if name in ("x", "y", "pi", *FUNCTIONS) or not (isinstance(name, str) and name.isidentifier()):
            raise ValueError(f"a parameter cannot be called {short(name)}; choose another name")
        number(name, value)
    return dict(parameters or {})


def _window(window):
    sides = numbers("window", window, "it must be two sides, such as ((-3, 3), (-3, 3))")
    if sides.shape != (2, 2) or not np.all(np.isfinite(sides)) or not np.all(sides[:, 0] < sides[:, 1]):
        raise ValueError(f"window is {short(window)}; it must be ((x0, x1), (y0, y1)), each side from low to high")
    return tuple((float(low), float(high)) for low, high in sides)


def _start(start):
    point = numbers("start", start, "it must be two numbers, such as (-2, 1)")
    if point.shape != (2,):
        raise ValueError(f"start is {short(start)}; it must be two numbers, such as (-2, 1)")
    return tuple(map(float, point))


def _newton(surface, points, rounds=60):
    """Damped Newton on the gradient from many starts at once; what does not settle is dropped by the caller."""
    points = points.copy()
    for _ in range(rounds):
        g, h = surface.grad(points), surface.hessian(points)
        values, vectors = np.linalg.eigh(np.where(np.isfinite(h), h, 0.0))
        size = np.maximum(np.abs(values), 1e-6)
        step = np.einsum("...ij,...j,...kj,...k->...i", vectors, 1 / size, vectors, np.where(np.isfinite(g), g, 0.0))
        length = np.linalg.norm(step, axis=-1, keepdims=True)
        points = points - step * np.minimum(1, 0.5 / np.maximum(length, 1e-300))
    return points


def ravine(kappa: float = 40, tilt: float = 0) -> Surface:
    """A long narrow valley: curvature 1 across and 1/kappa along, turned by ``tilt`` radians."""
    if number("kappa", kappa) == 0:
        raise ValueError("kappa is 0; the curvature along the valley is 1/kappa")
    return Surface(**RAVINE, parameters={"kappa": kappa, "tilt": tilt})


RAVINE = {
    "formula": "((cos(tilt)*x + sin(tilt)*y)**2/kappa + (cos(tilt)*y - sin(tilt)*x)**2)/2",
    "name": "ravine",
    "window": ((-5, 2.5), (-3.6, 3.6)),
    "start": (-4, 2),
}


def known(formula: str, *, name: str, window: tuple, start: tuple, parameters: dict | None = None) -> Surface:
    """A surface of the catalogue: the tests have checked it, and nothing is derived before it is asked for."""
    surface = Surface.__new__(Surface)
    surface.formula, surface.name, surface.parameters = formula, name, parameters or {}
    surface.window, surface.start = _window(window), _start(start)
    return surface


#: The catalogue: a ``Surface`` for each name, such as ``"ravine"``.
SURFACES = {
    surface.name: surface
    for surface in (
        known(**RAVINE, parameters={"kappa": 40, "tilt": 0}),
        known("x**2/2 - y**2/2 + y**4/8", name="saddle", window=((-2.8, 2.8), (-2.7, 2.7)), start=(-2.4, 0.06)),
        known(
            "(x**2 + 1.4*y**2)/20 - exp(-((x - 1.5)**2 + (y - 0.7)**2)/2.2) - 0.3*exp(-((x + 1.5)**2 + (y + 0.6)**2)/0.35)",
            name="two_wells",
            window=((-3.05, 3.05), (-2.9, 2.9)),
            start=(-2.6, -1.2),
        ),
        known(
            "(1 - x)**2 + 100*(y - x**2)**2", name="rosenbrock", window=((-2.05, 2.05), (-1, 3)), start=(-1.35, 0.25)
        ),
        known(
            "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
            name="beale",
            window=((-0.35, 4.15), (-2.05, 2.25)),
            start=(0.75, 1.45),
        ),
        known("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", name="himmelblau", window=((-5.2, 5.2), (-5, 5)), start=(0, 0)),
        known("tanh((x**2 + 2*y**2)/6)", name="plateau", window=((-5.2, 5.2), (-5, 5)), start=(-4, 1.5)),
        known(
            "0.4*x**2*y**2 + 0.3*x**2*y + 0.3*x**2 + 0.3*y**2 - 0.25*x*y**2 + 0.31*x*y - 0.2*x + 2.1*y",
            name="post003",
            window=((-6.5, 6.5), (-6, 6.5)),
            start=(0.5, 5.8),
        ),
    )
}


def is_expression(thing: object) -> bool:
    """Is it an expression of SymPy's?"""
    from sympy import Expr

    return isinstance(thing, Expr)


def find_surface(surface: "str | sympy.Expr | Surface") -> Surface:
    """The surface itself, the catalogue's of that name, or one made from a formula."""
    if isinstance(surface, Surface):
        return surface
    if isinstance(surface, str) and surface in SURFACES:
        return SURFACES[surface]
    if isinstance(surface, str) and NAME.fullmatch(surface):
        raise ValueError(unknown("surface", surface, SURFACES, "a formula, such as 'x**2 + 3*y**2'"))
    if isinstance(surface, str) or is_expression(surface):
        return Surface(surface)
    raise TypeError(f"{short(surface)} is not a surface; give a name, such as 'ravine', a formula, or a Surface")
