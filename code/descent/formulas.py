"""Formulas as people type them, read into a tree and never run as code.

Read is Python's arithmetic, and what can only mean one thing: ``x^2``, ``x²``, ``2x``, ``3xy``, ``−``, ``·``, ``π``,
``ln``. The figure's own box (``explorer/formula.js``) reads by the same rules; one table in the tests holds both to it.
"""

import re

import numpy as np

FUNCTIONS = ("sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "abs")
MAX_LENGTH = 300
# Second derivatives of longer or deeper formulas take SymPy many seconds. Counted as typed.
MAX_OPERATIONS = 60
MAX_DEPTH = 6
MAX_OPEN = 30  # parentheses
MAX_POWER = 64
LARGEST = 1e300

ALIASES = {"ln": "log", "arctan": "atan", "X": "x", "Y": "y"}
SIGNS = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**", "π": " pi ", "√": " sqrt "}
)
RAISED, PLAIN = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TOKEN = re.compile(rf"{NUMBER}|[A-Za-z_]\w*|\*\*|[^ \t\r\n\xa0]", re.ASCII)
PIECE = re.compile("|".join(sorted((*FUNCTIONS, *ALIASES, "pi", "x", "y"), key=len, reverse=True)))


def read(formula, names=("x", "y")):
    """The tree of a formula: ``(operation, *operands)``, with ``("number", text)`` and ``("name", text)`` as leaves.

    ``names`` are the letters that it may use. Raises ``ValueError`` with one line that says what to type instead.
    """
    if len(formula) > MAX_LENGTH:
        raise ValueError(f"the formula has {len(formula)} characters; at most {MAX_LENGTH} are read")
    return _Reader(formula, names).whole()


def evaluate(tree, values):
    """The number that a tree gives, operation by operation as typed, in floating point; NaN where it has none."""
    with np.errstate(all="ignore"):
        return _evaluate(tree, {name: np.float64(value) for name, value in values.items()})[0]


def _evaluate(tree, values):
    """A tree's number, and whether that is a constant."""
    kind, *operands = tree
    if kind == "number":
        return _ordinary(np.float64(operands[0])), True
    if kind == "name":
        return values.get(operands[0], np.float64(np.pi)), operands[0] == "pi"
    parts = [_evaluate(part, values) for part in operands]
    numbers, constant = [number for number, _ in parts], all(constant for _, constant in parts)
    if kind == "**" and not parts[1][1]:
        return np.exp(numbers[1] * np.log(numbers[0])), False
    result = ARITHMETIC[kind](*numbers) if kind in ARITHMETIC else NUMPY.get(kind, getattr(np, kind, None))(*numbers)
    return _ordinary(result) if constant else result, constant


def _ordinary(number):
    if not abs(number) < LARGEST:
        raise ValueError("a part of the formula is not a real number of ordinary size; check its divisions and roots")
    return number


NUMPY = {"atan": np.arctan, "neg": np.negative}
ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


def _normal(formula):
    """The formula in Python's signs."""
    raised = re.compile(f"[{RAISED}]+")
    text = raised.sub(lambda found: f"**({found[0].translate(str.maketrans(RAISED, PLAIN))})", formula)
    return text.translate(SIGNS)


class _Reader:
    def __init__(self, formula, names):
        self.formula, self.names = formula, names
        self.tokens = [piece for token in TOKEN.findall(_normal(formula)) for piece in self._pieces(token)]
        self.at = self.operations = self.open = 0
        self.loose = -1  # the place after a power whose exponent a further factor might belong to

    def _pieces(self, token):
        """``xy`` is x and y; names that are known stay whole."""
        if token in self.names or token in FUNCTIONS:
            return [token]
        pieces = PIECE.findall(token)
        return [ALIASES.get(piece, piece) for piece in pieces] if "".join(pieces) == token else [token]

    def whole(self):
        tree, _ = self._sum()
        if self.at < len(self.tokens):
            self._strange(self.tokens[self.at])
        return tree

    def _refuse(self, why):
        raise ValueError(f"cannot read the formula {self.formula!r}: {why}")

    def _strange(self, token):
        if token is None:
            self._refuse("something is missing at the end")
        if token == "=":
            self._refuse("write only what stands to the right of the =")
        if token == ",":
            self._refuse("write 0.5 for a half, with a point")
        if token == "|":
            self._refuse("write abs(x) for |x|")
        if token in "[{":
            self._refuse("write round parentheses")
        if token == "e":
            self._refuse("write exp(x) for e**x")
        if re.fullmatch(r"[xy]\d+", token):
            self._refuse(f"write {token[0]}**{token[1:]} or {token[1:]}*{token[0]} for {token}")
        if token == ")":
            self._refuse("a ( is missing before )")
        if re.match(NUMBER, token, re.ASCII):
            self._refuse(f"a sign is missing before {token}")
        self._refuse(
            f"{token!r} is not understood; use {', '.join(self.names)}, numbers, + - * / ** and {', '.join(FUNCTIONS)}"
        )

    def _next(self, *wanted):
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def _made(self, depth, *tree):
        self.operations += 1
        if self.operations > MAX_OPERATIONS or depth > MAX_DEPTH:
            self._too_long()
        return tree, depth

    def _too_long(self):
        self._refuse(f"at most {MAX_OPERATIONS} operations, and {MAX_DEPTH} functions or powers in one another")

    def _inner(self):
        self.open += 1
        if self.open > MAX_OPEN:
            self._too_long()
        found = self._sum()
        if not self._next(")"):
            token = self.tokens[self.at] if self.at < len(self.tokens) else None
            if token in (",", "=", "|"):
                self._strange(token)
            self._refuse(f"a ) is missing {'at the end' if token is None else f'before {token}'}")
        self.open -= 1
        return found

    def _atom(self):
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        self.at += 1
        if token == "(":
            return self._inner()
        if token in self.names or token == "pi":
            return ("name", token), 0
        if token in FUNCTIONS:
            if not self._next("("):
                self._refuse(f"write {token}(...), and its square as {token}(...)**2")
            inner, depth = self._inner()
            return self._made(depth + 1, token, inner)
        if token is None or not re.fullmatch(NUMBER, token, re.ASCII):
            self._strange(token)
        return ("number", token), 0

    def _power(self):
        base, depth = self._atom()
        if not self._next("**"):
            return base, depth
        exponent, deep = self._signed()
        if self._is_name(self.at - 1):
            self.loose = self.at
        return self._made(max(depth, deep) + 1, "**", base, exponent)

    def _is_name(self, place):
        return place < len(self.tokens) and re.match(r"[A-Za-z_]", self.tokens[place]) is not None

    def _signed(self):
        sign = self._next("-", "+")
        if not sign:
            return self._power()
        found, depth = self._signed()
        return self._made(depth, "neg", found) if sign == "-" else (found, depth)

    def _product(self):
        found, depth = self._signed()
        divided = False
        while True:
            sign = self._next("*", "/")
            if not sign and not self._is_name(self.at) and self.tokens[self.at : self.at + 1] != ["("]:
                return found, depth
            if not sign and (divided or self.loose == self.at):
                self._refuse(f"write * before {self.tokens[self.at]}, or parentheses: it can mean two things")
            divided |= sign == "/"
            other, deep = self._signed() if sign else self._power()
            depth = max(depth, deep + (sign == "/"))
            found, depth = self._made(depth, sign or "*", found, other)

    def _sum(self):
        found, depth = self._product()
        while sign := self._next("+", "-"):
            other, deep = self._product()
            found, depth = self._made(max(depth, deep), sign, found, other)
        return found, depth
