"""What the course knows of a rule beside its lines: one card a rule, in ``descent.rules``.

``RULES``, the names that readers see, the looks in every figure, the framework tables and the tests' parameters are
read from the cards. A rule without a card works everywhere, under its own name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class Look(NamedTuple):
    """How a rule is drawn: two colours (on white and on dark), dash pattern, marker and line width, in points."""

    light: str
    dark: str
    dash: tuple
    marker: str
    width: float


class Convention(NamedTuple):
    """A rule as one framework has it.

    ``form`` names the formula, in ``descent.frameworks.rules`` or, where it is ours, in ``descent.rules``. ``call``
    sets it up, with {our names} for its settings. ``defaults`` are the framework's own where they are not the
    formula's; ``None`` where it has none and asks.
    """

    form: str
    call: str
    defaults: dict


def convention(form, call, **defaults):
    """A ``Convention``."""
    return Convention(form, call, defaults)


@dataclass(frozen=True)
class Card:
    """A rule with its names and its look.

    ``label`` stands alone ("Gradient descent"), ``sentence`` amid others ("gradient descent"; without, the label).
    ``change_of`` is the rule that it is a change of. ``frameworks`` maps ``"torch"``, ``"keras"``, ``"tfkeras"``,
    ``"optax"`` and ``"tf1"`` to its ``Convention`` there.
    """

    rule: Callable
    label: str
    look: Look
    sentence: str = ""
    change_of: Callable | None = None
    frameworks: dict[str, Convention] = field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "sentence", self.sentence or self.label)

    @property
    def name(self):
        """The name of the function, by which the rule is asked for."""
        return self.rule.__name__
