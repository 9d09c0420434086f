"""Loss surfaces over two coordinates, each from ONE formula.

SymPy derives the gradient and the Hessian, so they cannot be mistyped; the same expression is written as NumPy, as
LaTeX and (in ``descent.tracing``) as JavaScript.
"""

import ast
import math
import warnings
from functools import cached_property

import numpy as np
import sympy

X, Y = sympy.symbols("x y", real=True)
FUNCTIONS = {
    name: getattr(sympy, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan")
} | {"abs": sympy.Abs}
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
MAX_LENGTH = 300
# Second derivatives of longer or deeper formulas take SymPy many seconds.
MAX_OPERATIONS = 60
MAX_DEPTH = 6


class Surface:
    """A loss surface f(x, y), with its derivatives.

    ``formula`` is text in Python's arithmetic (``"(x**2 / 40 + y**2) / 2"``) or a SymPy expression in ``x`` and ``y``.
    ``window`` is the part worth looking at, ``start`` where the runs of this course begin. ``parameters`` gives
    values to further symbols. ``value``, ``grad`` and ``hessian`` take arrays of the shape ``(..., 2)``.

    >>> Surface("x**2 + 3*y**2").grad([1.0, 2.0])
    array([ 2., 12.])
    """

    def __init__(self, formula, *, name="surface", window=((-3, 3), (-3, 3)), start=(-2, 1), parameters=None):
        self.parameters = dict(parameters or {})
        self.general = parse(formula, self.parameters)
        self.name = name
        self.window = tuple((float(low), float(high)) for low, high in window)
        self.start = tuple(float(c) for c in start)
        try:
            with np.errstate(all="ignore"):
                value = self.value(self.start)
        except (TypeError, OverflowError):
            raise ValueError(f"{str(formula)!r} has no real value of ordinary size at the start {self.start}") from None
        if not np.isfinite(value):
            raise ValueError(
                f"{str(formula)!r} is {value} at the start {self.start}; choose a start where it is finite"
            )

    def __repr__(self):
        return f"Surface({str(self.expression)!r}, name={self.name!r})"

    def _repr_latex_(self):
        return f"$f(x, y) = {self.latex}$"

    @cached_property
    def expression(self):
        """The formula as SymPy sees it, with the parameters put in."""
        values = {sympy.Symbol(name, real=True): _exact(value) for name, value in self.parameters.items()}
        return self.general.subs(values)

    @property
    def latex(self):
        """The formula as LaTeX, without dollar signs."""
        return sympy.latex(self.expression)

    def value(self, x):
        """The height at ``x``; shape ``(...)``."""
        return self._evaluate("_value", x)[..., 0]

    def grad(self, x):
        """The gradient at ``x``; shape ``(..., 2)``, in units of f per unit of the coordinate."""
        return self._evaluate("_grad", x)

    def hessian(self, x):
        """The second derivatives at ``x``; shape ``(..., 2, 2)``."""
        xx, xy, yy = np.moveaxis(self._evaluate("_hessian", x), -1, 0)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)

    @cached_property
    def minima(self):
        """The local minima inside the window, lowest first; shape ``(n, 2)``.

        Found by Newton's method from a grid of starts, kept where the Hessian is positive definite.
        """
        (x0, x1), (y0, y1) = self.window
        grid = np.stack(np.meshgrid(np.linspace(x0, x1, 25), np.linspace(y0, y1, 25)), -1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            points = _newton(self, grid)
            inside = np.all((points >= (x0, y0)) & (points <= (x1, y1)), axis=-1)
            points = points[inside & np.all(np.abs(self.grad(points)) < 1e-9, axis=-1)]
        points = points[[np.linalg.eigvalsh(h).min() > 1e-9 for h in self.hessian(points)]]
        distinct = []
        for p in points:
            if all(np.hypot(*(p - q)) > 1e-5 for q in distinct):
                distinct.append(p)
        return np.array(sorted(distinct, key=lambda p: (round(float(self.value(p)), 12), *p))).reshape(-1, 2) + 0.0

    @property
    def floor(self):
        """The lowest value: at the lowest minimum, or the smallest on a grid over the window if there is none."""
        if len(self.minima):
            return float(self.value(self.minima[0]))
        (x0, x1), (y0, y1) = self.window
        grid = np.stack(np.meshgrid(np.linspace(x0, x1, 101), np.linspace(y0, y1, 101)), -1)
        return float(np.nanmin(self.value(grid)))

    def _evaluate(self, which, x):
        x = np.asarray(x, dtype=float)
        if x.ndim == 0 or x.shape[-1] != 2:
            raise ValueError(f"a point on a surface has two coordinates; got an array of the shape {x.shape}")
        parts = getattr(self, which)(x[..., 0], x[..., 1])
        return np.stack([np.broadcast_to(np.asarray(part, dtype=float), x.shape[:-1]) for part in parts], -1)

    @cached_property
    def _value(self):
        return _compile([self.expression])

    @cached_property
    def _grad(self):
        return _compile([derivative(self.expression, X), derivative(self.expression, Y)])

    @cached_property
    def _hessian(self):
        f = self.expression
        return _compile([derivative(f, X, X), derivative(f, X, Y), derivative(f, Y, Y)])


def derivative(expression, *symbols):
    """The derivative with respect to each symbol in turn; at a corner of ``abs`` the second one is taken as 0."""
    return expression.diff(*symbols).replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))


def parse(formula, parameters=()):
    """Turn a formula into a SymPy expression without ever running it as code."""
    symbols = {"x": X, "y": Y} | {name: sympy.Symbol(name, real=True) for name in parameters}
    if isinstance(formula, sympy.Expr):
        strange = {str(s) for s in formula.free_symbols} - set(symbols)
        if strange:
            raise ValueError(f"the formula uses {', '.join(sorted(strange))}; only {', '.join(symbols)} are known")
        return formula.xreplace({s: symbols[str(s)] for s in formula.free_symbols})
    if not isinstance(formula, str):
        raise TypeError(f"a surface is made from a formula in x and y, not from {type(formula).__name__}")
    if len(formula) > MAX_LENGTH:
        raise ValueError(f"the formula has {len(formula)} characters; at most {MAX_LENGTH} are read")
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"cannot read the formula {formula!r}; write it in Python, such as x**2 + 3*y**2") from None
    try:
        expression = sympy.sympify(_read(tree, symbols, formula))
    except (OverflowError, RecursionError, TypeError):
        raise ValueError(f"cannot read the formula {formula!r}; its numbers are too large, or not real") from None
    if expression.has(sympy.zoo, sympy.oo, -sympy.oo, sympy.nan, sympy.I, sympy.AccumBounds):
        raise ValueError(f"{formula!r} is not a real number everywhere; check its divisions and roots")
    if expression.count_ops() > MAX_OPERATIONS or _depth(expression) > MAX_DEPTH:
        raise ValueError(
            f"{formula!r} is too long: up to {MAX_OPERATIONS} operations and {MAX_DEPTH} functions or powers in one another"
        )
    return expression


def _depth(expression):
    return max(map(_depth, expression.args), default=0) + isinstance(expression, (sympy.Function, sympy.Pow))


def _read(node, symbols, formula):
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return _settled(_exact(node.value), node, formula)
        case ast.Name(id=name) if name in symbols:
            return symbols[name]
        case ast.Name(id="pi"):
            return sympy.pi
        case ast.UnaryOp(op=ast.USub()):
            return -_read(node.operand, symbols, formula)
        case ast.UnaryOp(op=ast.UAdd()):
            return _read(node.operand, symbols, formula)
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            left, right = _read(node.left, symbols, formula), _read(node.right, symbols, formula)
            if isinstance(op, ast.Pow) and right.is_number and abs(right) > 64:
                raise ValueError(f"the power {ast.unparse(node)!r} is too large; powers up to 64 are read")
            if isinstance(op, ast.Pow) and left.is_negative and not right.is_number:
                raise ValueError(
                    f"{ast.unparse(node)!r} in {formula!r} is a power of a negative number, not real everywhere"
                )
            return _settled(OPERATORS[type(op)](left, right), node, formula)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            inner = _read(argument, symbols, formula)
            # SymPy would otherwise work on imaginary parts: without a derivative for abs, without end for cosh.
            if name in ("abs", "sinh", "cosh", "tanh") and not inner.is_extended_real:
                raise ValueError(f"{ast.unparse(node)!r} in {formula!r} takes {name}() of what is not real everywhere")
            return _settled(FUNCTIONS[name](inner), node, formula)
    part = ast.unparse(node)
    raise ValueError(
        f"{part!r} in {formula!r} is not understood; use {', '.join(symbols)}, numbers, + - * / ** and {', '.join(FUNCTIONS)}"
    )


def _settled(value, node, formula):
    """Keep fractions of small numbers, multiples of pi and single roots exact; turn every other constant into a float.

    SymPy works constants such as ``atan(cos(sinh(1e9)))`` or the root of a huge fraction out exactly, for hours.
    """
    if not value.is_number:
        return value
    factor = (value**2 if isinstance(value, sympy.Pow) else value / sympy.pi) if not value.is_Rational else value
    if factor.is_Rational and max(abs(factor.p), factor.q) <= 10**9:
        return value
    number = value.evalf(17)
    if not number.is_Float or not abs(number) < 1e300:
        part = ast.unparse(node)
        raise ValueError(
            f"{part!r} in {formula!r} is not a real number of ordinary size; check its divisions and roots"
        )
    return sympy.Float(number, 17)


def _exact(number):
    """A number as SymPy's exact one, so that 0.3 stays 3/10 through every derivative."""
    return sympy.Rational(str(number)) if math.isfinite(number) else sympy.Float(number)


def _compile(expressions):
    # NumPy's functions refuse whole numbers that fit no machine integer.
    large = {n: sympy.Float(n, 17) for e in expressions for n in e.atoms(sympy.Rational) if max(abs(n.p), n.q) > 2**53}
    return sympy.lambdify((X, Y), [e.xreplace(large) for e in expressions], modules="numpy", cse=True)


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


def ravine(kappa=40, tilt=0):
    """A long narrow valley: curvature 1 across and 1/kappa along, turned by ``tilt`` radians."""
    return Surface(
        "((cos(tilt)*x + sin(tilt)*y)**2/kappa + (cos(tilt)*y - sin(tilt)*x)**2)/2",
        name="ravine",
        window=((-5, 2.5), (-3.6, 3.6)),
        start=(-4, 2),
        parameters={"kappa": kappa, "tilt": tilt},
    )


SURFACES = {
    surface.name: surface
    for surface in (
        ravine(),
        Surface("x**2/2 - y**2/2 + y**4/8", name="saddle", window=((-2.8, 2.8), (-2.7, 2.7)), start=(-2.4, 0.06)),
        Surface(
            "(x**2 + 1.4*y**2)/20 - exp(-((x - 1.5)**2 + (y - 0.7)**2)/2.2) - 0.3*exp(-((x + 1.5)**2 + (y + 0.6)**2)/0.35)",
            name="two_wells",
            window=((-3.05, 3.05), (-2.9, 2.9)),
            start=(-2.6, -1.2),
        ),
        Surface(
            "(1 - x)**2 + 100*(y - x**2)**2", name="rosenbrock", window=((-2.05, 2.05), (-1, 3)), start=(-1.35, 0.25)
        ),
        Surface(
            "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
            name="beale",
            window=((-0.35, 4.15), (-2.05, 2.25)),
            start=(0.75, 1.45),
        ),
        Surface(
            "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", name="himmelblau", window=((-5.2, 5.2), (-5, 5)), start=(0, 0)
        ),
        Surface("tanh((x**2 + 2*y**2)/6)", name="plateau", window=((-5.2, 5.2), (-5, 5)), start=(-4, 1.5)),
        Surface(
            "0.4*x**2*y**2 + 0.3*x**2*y + 0.3*x**2 + 0.3*y**2 - 0.25*x*y**2 + 0.31*x*y - 0.2*x + 2.1*y",
            name="post003",
            window=((-6.5, 6.5), (-6, 6.5)),
            start=(0.5, 5.8),
        ),
    )
}
