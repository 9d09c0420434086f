"""What to change in a rule that fails: from what Python or NumPy says of a line, and from the words of that line."""

import ast
import dis
import inspect
import re
from contextlib import contextmanager
from functools import partial

import numpy as np

from descent.checks import nearest
from descent.errors import place, pointing
from descent.notes import OPERATORS, SETTINGS, TracingError, hyperparameters, name_of, signature
from descent.rules import RULES
from descent.sentences import SENTENCES, sentence

NUMPY = {operator.__name__ for operator in OPERATORS} | {"abs"}  # what a rule may take from NumPy, by name
# As which of these an error is raised again, the narrowest first.
KINDS = (TracingError, UnboundLocalError, NameError, AttributeError, ZeroDivisionError, TypeError, ValueError)
USUAL = {name: value for rule in reversed(RULES.values()) for name, value in hyperparameters(rule).items()}


@contextmanager
def advised(rule):
    """Where the rule fails and it is known what to change, say that, as an error of the same type."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__ or error
        kind = next((kind for kind in KINDS if isinstance(error, kind)), None)
        sentence = advice(rule, cause) if kind else None
        if sentence is None:
            raise
        raise pointing(kind(sentence), place(cause)) from cause


def advice(rule, error):
    """What to change, in one sentence, or ``None`` where what Python says has to do."""
    where = place(error)
    if where is None or hasattr(error, "_place"):
        return str(error) if where else None
    said, word = str(error), where.word or where.line
    if isinstance(error, NameError):
        return _unknown_name(rule, error)
    if isinstance(error, AttributeError):
        return _unknown_attribute(error, where)
    if "kept from the step before" in said:
        return kept_outside(rule)
    if texts := [
        name for name, value in hyperparameters(rule).items() if isinstance(value, str) and name in where.line
    ]:
        value = hyperparameters(rule)[texts[0]]
        return f"{texts[0]} is {value!r}, a text; write {texts[0]}={value} in the first line"
    if isinstance(error, TypeError) and (grad := _about_grad(said, word)):
        return grad
    if found := re.search(r"\bmath\.(\w+)", word):
        return sentence("math", found=found[1])
    if (found := re.match(r"(float|int|round|sqrt|exp|log|tanh|fabs)\(", word)) and isinstance(error, TypeError):
        instead = f"np.{found[1]}" if found[1] in NUMPY else SENTENCES["asIs"]
        return sentence("single", instead=instead, name=found[1])
    if "bitwise_xor" in said or "for ^" in said:
        return sentence("power", word=word.replace("^", "**"))
    if "__format__" in said:
        fields = re.findall(r"\{[^{}]+\}", word)  # before Python 3.12 the word is the whole text
        word = fields[0] if len(fields) == 1 else word
        return f"leave the format out of {word}: x holds several numbers, and such a format shows one"
    if "in place" in said:
        return _in_place(where.line)
    if "truth value" in said or "branch" in said:
        return _branching(word, where.line)
    if isinstance(error, ZeroDivisionError):
        return sentence("zero", word=word)
    if "numbers only" in said and re.search(r"\brandom|rng|rand", where.line):
        return random_numbers(rule)
    return None


def _unknown_name(rule, error):
    name, missing = name_of(rule), error.name or re.search(r"'(\w+)'", str(error))[1]
    if isinstance(error, UnboundLocalError):
        return sentence("early", missing=missing, name=name)
    if missing == "np":
        return "np is not known here; run import numpy as np in a cell above"
    if missing in NUMPY:
        return sentence("bare", missing=missing)
    own = [p.name for p in inspect.signature(rule).parameters.values()]
    if near := nearest(missing, own):
        return sentence("meant", name=name, missing=missing, near=near)
    if missing in SETTINGS:
        head = signature(rule)[:-1] + ", *" * (not hyperparameters(rule))
        return sentence("setting", name=name, missing=missing, head=f"{head}, {missing}={USUAL[missing]!r})")
    return sentence("unknown", name=name, missing=missing)


def _unknown_attribute(error, where):
    if getattr(error, "obj", None) is np:
        near = nearest(error.name, NUMPY) or nearest(error.name, dir(np))
        return sentence("numpy", name=error.name, near=near) if near else f"NumPy has no {error.name}"
    if "'Note' object" in str(error):
        word = where.word or f".{error.name}"
        shape = error.name in ("shape", "size", "ndim", "dtype", "T")
        return sentence("attribute", word=word, why=SENTENCES["shapes" if shape else "arithmeticAlone"])
    return _about_grad(str(error), where.word or where.line)


def _about_grad(said, word):
    """``grad`` without its parentheses, or with something else in them than the point."""
    if re.search(r"\bgrad\b(?!\s*\()", word) and ("function" in said or "method" in said):
        return SENTENCES["uncalled"]
    if re.search(r"\bgrad\(\s*\)", word):
        return SENTENCES["nowhere"]
    if re.search(r"\bgrad\(", word) and "argument" in said:
        return sentence("point", word=word)
    return ""


def _in_place(line):
    """``x = x - step`` for ``x -= step``."""
    try:
        [node] = ast.parse(line).body
        step = ast.BinOp(ast.parse(ast.unparse(node.target), mode="eval").body, node.op, node.value)
        return sentence("place", target=ast.unparse(node.target), step=ast.unparse(step), line=line)
    except (SyntaxError, ValueError, AttributeError):
        return None


def _branching(word, line):
    if found := re.search(r"\b(max|min)\(", word):
        return sentence("extreme", name=found[1])
    branch = next((token for token in ("while", "if", "and", "or") if re.search(rf"\b{token}\b", line)), "")
    what = f"with {branch}" if branch else f"on {word}"
    return sentence("branch", what=what)


def random_numbers(rule):
    """What to say of chance in a rule that a figure takes down once."""
    return sentence("random", name=name_of(rule))


def kept_outside(rule):
    """What to say of a rule that remembers something elsewhere than in its memories."""
    names = [i.argval for i in _instructions(rule) if i.opname in ("STORE_GLOBAL", "STORE_ATTR", "STORE_DEREF")]
    kept = names[0] if names else "a number"
    memory = kept if names else "v"
    return sentence("outside", name=name_of(rule), kept=kept, head=signature(rule, memory=memory))


def draws(rule):
    """Does the rule's text name what draws random numbers?"""
    return any(re.search("random|rand|rng", str(i.argval)) for i in _instructions(rule) if i.argval is not None)


def _instructions(rule):
    rule = inspect.unwrap(rule)
    while isinstance(rule, partial):
        rule = rule.func
    return list(dis.get_instructions(rule if inspect.isroutine(rule) else type(rule).__call__))
