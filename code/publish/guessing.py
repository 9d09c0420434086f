"""Guess first: the website has a field before an answer that is a number, and says with it how far off a guess was.

A tag of the cell that answers says which of the numbers that it shows is asked for, such as
``guess:NAG at 1.4|lr 1.4: * NAG {}``. What stands before the bar follows "Your guess" at the field, and may be empty.
What stands behind it is found in the output: ``{}`` is the number and ``*`` anything in between on its line. So the
number is what the chapter computes, and no second one is written down. In the page it is locked
(``descent.exercises.sealed``); the program that judges exercises opens it (``site.js``).
"""

import re
from html import escape

TAG = "guess:"
KEY = "guess"
NUMBER = r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?%?)"


def guess_of(tags: list[str]) -> tuple[str, str] | None:
    """What a cell's tags ask for: the words at the field, and the pattern of the number in the output."""
    asked = [tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)]
    return (asked[0].partition("|")[0], asked[0].partition("|")[2]) if asked else None


def found(pattern: str, shown: str) -> list[str]:
    """The numbers that a pattern finds in what is shown."""
    spaced = "[ ]+".join(map(re.escape, pattern.split()))
    return re.findall(spaced.replace(re.escape("*"), ".*?").replace(re.escape("{}"), NUMBER), shown)


def number_in(pattern: str, shown: str) -> str:
    """The number that is asked for, as it is shown; ``ValueError`` where the pattern finds none, or several."""
    numbers = found(pattern, shown)
    if len(numbers) != 1:
        raise ValueError(f"a guess is for one number, and {pattern!r} finds {len(numbers)} in {shown!r}")
    return numbers[0].removeprefix("+")


def field(asked: tuple[str, str], shown: str) -> str:
    """The field for a guess, which stands right before the fold that holds the answer: ``site.js`` makes it one."""
    from descent.exercises.sealed import locked  # half a second to import, which running a chapter need not spend
    from descent.widgets import words

    about, pattern = asked
    label = ": ".join(filter(None, [words("exercises")["guess"], about]))
    held = locked(KEY, number_in(pattern, shown))
    return f'<label class="guess pst-js-only">{escape(label)} <span data-guess="{held}"></span></label>'
