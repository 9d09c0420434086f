"""Formulas as SymPy's expressions in ``x`` and ``y``: read, derived and written as NumPy.

SymPy takes longer to import than all else here together. ``descent.surfaces`` imports this module when a surface is
first computed with.
"""

import math
import re

import sympy

from descent import formulas
from descent.formulas import FUNCTIONS

X, Y = sympy.symbols("x y", real=True)
latex = sympy.latex


def with_values(expression, parameters):
    """The expression with numbers in place of its parameters."""
    return expression.subs({sympy.Symbol(name, real=True): _exact(value) for name, value in parameters.items()})


def derivative(expression, *symbols):
    """The derivative with respect to each symbol in turn; at a corner of ``abs`` the second one is taken as 0."""
    return expression.diff(*symbols).replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))


def gradient(expression):
    """The two first derivatives, written as briefly as by hand: 200 (y - x²), not 200 y - 200 x²."""
    return _brief(derivative(expression, X)), _brief(derivative(expression, Y))


def _brief(expression):
    """With a whole number that all terms share before a bracket, where that saves an operation."""
    number, rest = expression.primitive()
    brief = sympy.Mul(number, rest, evaluate=False)
    return brief if number.is_Integer and brief.count_ops() < expression.count_ops() else expression


def hessian(expression):
    """The second derivatives: by x twice, by both, by y twice."""
    return derivative(expression, X, X), derivative(expression, X, Y), derivative(expression, Y, Y)


def parse(formula, parameters=()):
    """Turn a formula into a SymPy expression without ever running it as code."""
    symbols = {"x": X, "y": Y} | {name: sympy.Symbol(name, real=True) for name in parameters}
    if isinstance(formula, sympy.Expr):
        strange = {str(s) for s in formula.free_symbols} - set(symbols)
        if strange:
            raise ValueError(f"the formula uses {', '.join(sorted(strange))}; only {', '.join(symbols)} are known")
        return formula.xreplace({s: symbols[str(s)] for s in formula.free_symbols})
    if not isinstance(formula, str):
        raise TypeError(f"a surface is made from a formula, such as 'x**2 + 3*y**2', not from {type(formula).__name__}")
    if found := re.search(r"\b(np|numpy|math)\.(\w+)", formula):
        raise ValueError(f"cannot read the formula {formula!r}: write {found[2]} in place of {found[0]}")
    try:
        expression = sympy.sympify(_expression(formulas.read(formula, tuple(symbols)), symbols, formula))
    except (OverflowError, RecursionError, TypeError):
        raise ValueError(f"cannot read the formula {formula!r}; its numbers are too large, or not real") from None
    if expression.has(sympy.zoo, sympy.oo, -sympy.oo, sympy.nan, sympy.I, sympy.AccumBounds):
        raise ValueError(f"{formula!r} is not a real number everywhere; check its divisions and roots")
    return expression


def _expression(tree, symbols, formula):
    kind, *operands = tree
    if kind == "number":
        return _settled(_exact(operands[0]), formula)
    if kind == "name":
        return symbols.get(operands[0], sympy.pi)
    parts = [_expression(part, symbols, formula) for part in operands]
    if kind == "**":
        base, exponent = parts
        if exponent.is_number and abs(exponent) > formulas.MAX_POWER:
            raise ValueError(f"{formula!r} has a power that is too large; powers up to {formulas.MAX_POWER} are read")
        if base.is_negative and not exponent.is_number:
            raise ValueError(f"{formula!r} has a power of a negative number, which is not real everywhere")
    if kind in PLAIN and not parts[0].is_extended_real:
        return PLAIN[kind](parts[0])
    made = -parts[0] if kind == "neg" else SYMPY[kind](*parts)
    return _settled(made, formula)


SYMPY = formulas.ARITHMETIC | {name: getattr(sympy, name) for name in FUNCTIONS if name != "abs"} | {"abs": sympy.Abs}


def _plain(name, slope):
    """A function of which SymPy knows no more than its name and its derivative."""
    return type(name, (sympy.Function,), {"fdiff": lambda self, place=1: slope(self.args[0])})


# SymPy's own work on imaginary parts where what they are taken of is not real everywhere: without a derivative for
# abs, without end for cosh.
_step = _plain("sign", lambda _: sympy.Integer(0))
PLAIN = {"abs": _plain("Abs", _step)}
PLAIN["cosh"] = _plain("cosh", lambda u: PLAIN["sinh"](u))
PLAIN["sinh"] = _plain("sinh", PLAIN["cosh"])
PLAIN["tanh"] = _plain("tanh", lambda u: 1 - PLAIN["tanh"](u) ** 2)


def _settled(value, formula):
    """Keep fractions of small numbers, multiples of pi and single roots exact; turn every other constant into a float.

    SymPy works constants such as ``atan(cos(sinh(1e9)))`` or the root of a huge fraction out exactly, for hours.
    """
    if not value.is_number:
        return value
    factor = (value**2 if isinstance(value, sympy.Pow) else value / sympy.pi) if not value.is_Rational else value
    if factor.is_Rational and max(abs(factor.p), factor.q) <= 10**9:
        return value
    number = value.evalf(17)
    if not number.is_Float or not abs(number) < formulas.LARGEST:
        raise ValueError(f"a part of {formula!r} is not a real number of ordinary size; check its divisions and roots")
    return sympy.Float(number, 17)


def _exact(number):
    """A number, or its text, as SymPy's exact one, so that 0.3 stays 3/10 through every derivative."""
    if isinstance(number, str):
        number = int(number) if number.isdigit() else float(number)
    return sympy.Rational(str(number)) if math.isfinite(number) else sympy.Float(number)


def compiled(*expressions):
    """A function of NumPy's that takes x and y and returns a list, one value an expression."""
    # NumPy's functions refuse whole numbers that fit no machine integer.
    large = {n: sympy.Float(n, 17) for e in expressions for n in e.atoms(sympy.Rational) if max(abs(n.p), n.q) > 2**53}
    return sympy.lambdify((X, Y), [e.xreplace(large) for e in expressions], modules="numpy", cse=True)
