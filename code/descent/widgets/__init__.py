"""The interactive figures: the Python of each beside the folder of its JavaScript modules, and what all of them share."""

import numpy as np
from traitlets import TraitType

from descent.checks import nearest, unknown
from descent.widgets.linking import source as source
from descent.widgets.linking import style as style
from descent.widgets.linking import words as words


def bundle(widget, still, text):
    """A widget's own mime bundle with a still picture (a dict from mime type to data) and a fixed text beside it.

    The metadata say of a picture of dots that its ground is light, so that a dark page can tell it from a photograph.
    """
    data, metadata = widget if isinstance(widget, tuple) else (widget, {})
    ground = {"needs_background": "light"} if "image/png" in still else {}
    return {**(data or {}), **still, "text/plain": text}, {**metadata, **ground}


def named(thing, table, kind):
    """What ``table`` holds under a name; what is no name is handed on, to be checked where it is used."""
    if isinstance(thing, str) and thing not in table:
        raise ValueError(unknown(kind, thing, table))
    return table[thing] if isinstance(thing, str) else thing


def plain(value):
    """NumPy's numbers and arrays, and tuples and ranges, as Python's numbers and lists."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (list, tuple, range)):
        return [plain(part) for part in value]
    return {name: plain(part) for name, part in value.items()} if isinstance(value, dict) else value


def check_attribute(figure, name, instead=""):
    """Refuse to set what the figure does not have, which would do nothing; ``instead`` says how it is set."""
    kind = type(figure)
    if name.startswith("_") or hasattr(kind, name):
        return
    ours = [cls for cls in kind.__mro__ if cls.__module__.startswith("descent.")]
    traits = [own for cls in ours for own, trait in vars(cls).items() if isinstance(trait, TraitType)]
    offered = [own for own in traits if not own.startswith("_")]
    near = nearest(name, offered)
    instead = instead or (f"did you mean {near}?" if near else f"what can be set is {', '.join(offered)}")
    raise AttributeError(f"{kind.__name__} has no attribute {name!r}; {instead}")


def look(colour_light, colour_dark, dash, marker, width):
    """One of ``draw.LOOKS`` as a browser takes it."""
    return {
        "light": colour_light,
        "dark": colour_dark,
        "dash": " ".join(f"{d:g}" for d in dash),
        "marker": marker,
        "width": width,
    }
