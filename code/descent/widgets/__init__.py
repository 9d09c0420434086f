"""The interactive figures: the Python of each beside the folder of its JavaScript modules, and what all of them share."""

from descent.widgets.linking import source as source
from descent.widgets.linking import style as style


def bundle(widget, still, text):
    """A widget's own mime bundle with a still picture (a dict from mime type to data) and a fixed text beside it."""
    data, *metadata = widget if isinstance(widget, tuple) else (widget,)
    data = {**(data or {}), **still, "text/plain": text}
    return (data, *metadata) if metadata else data


def named(thing, table, kind):
    """What ``table`` holds under a name; what is no name is handed on, to be checked where it is used."""
    if isinstance(thing, str) and thing not in table:
        raise ValueError(f"unknown {kind} {thing!r}; use {', '.join(table)}")
    return table[thing] if isinstance(thing, str) else thing


def look(colour_light, colour_dark, dash, marker, width):
    """One of ``draw.LOOKS`` as a browser takes it."""
    return {
        "light": colour_light,
        "dark": colour_dark,
        "dash": " ".join(f"{d:g}" for d in dash),
        "marker": marker,
        "width": width,
    }
