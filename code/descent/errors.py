"""How an error reads in Jupyter: its sentence, and the reader's own line, in place of Python's sixty lines.

IPython asks an error for its lines where it has ``_render_traceback_``. Plain Python and pytest do not, so there all
stays as it is; and once it has been shown, an error is like any other, so that ``%tb`` shows everything.
"""

import linecache
import sysconfig
import traceback
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import NamedTuple

HERE = str(Path(__file__).parent)
LIBRARIES = (HERE, *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
MOST = 3  # lines of an error that is no sentence of ours


class Place(NamedTuple):
    """A line of the reader's, without its indent, and the words of it that are meant, ``""`` where that is unknown."""

    number: int
    line: str
    word: str


def told(function: Callable) -> Callable:
    """The same function, whose errors are short in Jupyter."""

    @wraps(function)
    def telling(*given, **named):
        try:
            return function(*given, **named)
        except Exception as error:
            error._render_traceback_ = partial(_lines, error)
            raise

    return telling


def place(error: BaseException) -> Place | None:
    """The reader's own line that an error comes from: noted by ``pointing``, or the innermost of the traceback."""
    if hasattr(error, "_place"):
        return error._place
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_readers(frame.filename)]
    if not frames:
        return None
    frame = frames[-1]
    line = linecache.getline(frame.filename, frame.lineno).rstrip()
    one = frame.colno is not None and frame.end_lineno == frame.lineno
    word = line.encode()[frame.colno : frame.end_colno].decode() if one else ""
    return Place(frame.lineno, line.strip(), word) if line else None


def pointing(error: Exception, where: Place | None) -> Exception:
    """The error, with the line that it is about."""
    if where is not None:
        error._place = where
    return error


def _is_readers(file):
    return file.startswith("<ipython-input") or not file.startswith(("<", *LIBRARIES))


def _lines(error):
    """What Jupyter shows: the sentence, the line, and how to see the rest."""
    del error._render_traceback_
    kind, text = type(error).__name__, str(error).splitlines()[:MOST]
    own = error.__cause__ or error
    lines = text if _is_ours(error) and text else [f"{kind}: {' '.join(text)}"]
    if (where := place(own) or place(error)) is not None:
        label = f"line {where.number}:  "
        lines += ["", label + where.line]
        if where.word and where.word != where.line:
            lines += [" " * (len(label) + where.line.index(where.word)) + "^" * len(where.word)]
    return [*lines, "", f"({kind}; %tb shows where it comes from)"]


def _is_ours(error):
    """Is its text a sentence, rather than what Python or NumPy says of the reader's line?"""
    files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    return files[-1].startswith(HERE) or "traitlets" in files[-1]
