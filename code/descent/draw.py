"""Figures in one style: maps with paths, curves with direct labels, heat maps, arrows.

Each function returns a ``Drawing``, which a notebook shows as SVG, with ``alt`` as its text; ``row`` puts several side
by side. A rule has the same colour, dash and marker here as in the explorer: both read ``LOOKS``.
"""

import base64
import io
import itertools
import re

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, ScalarFormatter
from PIL import Image

from descent.rules import CARDS
from descent.surfaces import find_surface
from descent.tracing import LABELS

LOOKS = {card.name: card.look for card in CARDS}
# For rules and curves without a look of their own, in order of appearance. The last four are in everything unlike the
# cards': a learner's rules among the course's begin with them.
SPARE = (
    ("#3d444d", "#b9c3cd", (), "circle", 1.6),
    ("#006ba8", "#56b4e9", (6, 2), "square", 2),
    ("#b53600", "#e0562f", (2, 2), "down", 2),
    ("#00946e", "#2fd3a0", (8, 2, 2, 2), "diamond", 2),
    ("#d0609f", "#d47cc0", (4, 2), "hexagon", 2),
    ("#3a2f86", "#f1e27a", (10, 2), "plus", 2),
    ("#7a3db8", "#b99af5", (12, 3), "star", 2),
    ("#006c78", "#4fd0dc", (10, 3, 2, 3), "pentagon", 2),
    ("#6b6f00", "#c6cc3c", (6, 2, 1, 2, 1, 2), "left", 2),
    ("#9b1b30", "#ff7d8d", (1.5, 2), "right", 2),
)
MARKERS = {"circle": "o", "square": "s", "diamond": "D", "up": "^", "down": "v", "hexagon": "h", "plus": "P"}
MARKERS |= {"star": "*", "pentagon": "p", "left": "<", "right": ">"}
INK, SOFT, RULE, HILL, CONTOUR = "#24292f", "#57606a", "#d5dbe1", "#e7ecf1", "#7d8b9a"
STYLE = {
    "svg.hashsalt": "descent",
    "svg.fonttype": "path",
    "font.size": 8.5,
    "axes.labelsize": 8.5,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "mathtext.fontset": "cm",
    "legend.frameon": False,
    "figure.dpi": 96,
}
SHADES = 65  # of a heat map: finer ones cannot be told apart, and take thrice the bytes
WIDTH = 7.4  # inches: the text column at 96 dots an inch


class Drawing:
    """A picture that a notebook can show: painters for its panels, and the text that stands for it."""

    def __init__(self, *painters, alt, height=3.3, widths=None, panels=()):
        if not alt:
            raise ValueError("a figure needs alt, a sentence that says what it shows")
        self.painters, self.alt, self.height, self.widths = painters, alt, height, widths
        self.panels = [panel | {"alt": alt} if "alt" not in panel else panel for panel in panels]  # for a ``Chooser``

    def figure(self):
        """The matplotlib figure, painted afresh."""
        figure = Figure(figsize=(WIDTH if len(self.painters) > 1 else min(WIDTH, 6), self.height), layout="constrained")
        FigureCanvasAgg(figure)
        columns = figure.subplots(1, len(self.painters), squeeze=False, width_ratios=self.widths)[0]
        for paint, axes in zip(self.painters, columns, strict=True):
            paint(axes)
        for axes in figure.axes:
            _write_ticks(axes.xaxis)
            _write_ticks(axes.yaxis)
        return figure

    def svg(self):
        """The figure as SVG text, the same for the same numbers."""
        with matplotlib.rc_context(STYLE):
            buffer = io.StringIO()
            self.figure().savefig(
                buffer,
                format="svg",
                bbox_inches="tight",
                pad_inches=0.04,
                metadata={"Date": None, "Creator": None, "Title": self.alt},
            )
        return _tightened(buffer.getvalue())

    def png(self, dpi=200):
        """The figure as PNG bytes."""
        with matplotlib.rc_context(STYLE):
            buffer = io.BytesIO()
            self.figure().savefig(
                buffer, format="png", dpi=dpi, bbox_inches="tight", pad_inches=0.04, metadata={"Software": None}
            )
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg(), "text/plain": self.alt}

    def __repr__(self):
        return self.alt


def row(*drawings, alt=None, height=None, widths=None):
    """Several drawings side by side."""
    return Drawing(
        *(paint for d in drawings for paint in d.painters),
        alt=alt or " ".join(d.alt for d in drawings),
        height=height or max(d.height for d in drawings),
        widths=widths,
        panels=[panel for d in drawings for panel in d.panels],
    )


def paths(surface, runs=None, *, alt, window=None, title=None, marks=(), looks=None, height=3.6, relief=False):
    """A contour map of ``surface`` with the paths of ``runs``, a dict from rule name or label to ``Run`` or points.

    ``marks`` are further points to name: ``[("start", (x, y)), ...]``; ``looks`` are further looks by name. With
    ``relief`` the surface is lit from the upper left, as the explorer's is.
    """
    surface = find_surface(surface)
    window = surface.window if window is None else window

    def paint(axes):
        _contours(axes, surface, window)
        if relief:
            _light(axes, surface, window)
        for minimum in surface.minima:
            axes.plot(*minimum, marker="+", color=INK, markersize=8, markeredgewidth=1.2)
        for name, run, look in dress(runs or {}, looks):
            xs = np.asarray(getattr(run, "xs", run), dtype=float)
            colour, _, dash, marker, width = look
            axes.plot(*xs.T, color="white", linewidth=width + 1.6, alpha=0.6)
            axes.plot(*xs.T, color=colour, linewidth=width * 0.8, dashes=dash or (None, None), label=_label(name))
            axes.plot(*xs.T, color=colour, linestyle="none", marker="o", markersize=2)
            last = xs[np.all(np.isfinite(xs), axis=-1)][-1]
            axes.plot(*last, color=colour, marker=MARKERS[marker], markersize=6, markeredgecolor="white")
        for text, point in [*_start(runs), *marks]:
            axes.plot(*point, marker="o", markersize=7, markerfacecolor="white", markeredgecolor=INK)
            axes.annotate(text, point, (0, 7), textcoords="offset points", ha="center")
        axes.set(xlim=window[0], ylim=window[1], xticks=[], yticks=[], title=title or "")
        axes.set_aspect("equal")
        axes.spines[:].set_visible(False)
        if (runs and len(runs) > 1) or (runs and title is None):
            axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.13), ncols=3, handlelength=2, columnspacing=1.2)

    return Drawing(paint, alt=alt, height=height)


def losses(curves, *, alt, goal=None, title="loss above the minimum", **options):
    """Losses against steps on a log axis: ``curves`` maps rule names or labels to losses, step 0 first."""
    options = {"log": "y", "ylim": (1e-9, None), "xlabel": "step"} | options
    return lines(curves, alt=alt, title=title, levels=[] if goal is None else [(goal, "goal")], **options)


def _named_lines(axes, levels, stops):
    """Level lines and upright ones, each with its name."""
    for value, text in levels:
        axes.axhline(value, color=SOFT, linewidth=0.8, dashes=(2, 3))
        axes.annotate(text, (0, value), (3, 3), axes.get_yaxis_transform(), textcoords="offset points", color=SOFT)
    for value, text in stops:
        axes.axvline(value, color=SOFT, linewidth=0.8, dashes=(2, 3))
        axes.annotate(text, (value, 1), (3, -9), axes.get_xaxis_transform(), textcoords="offset points", color=SOFT)


def lines(
    curves,
    *,
    alt,
    x=None,
    title=None,
    xlabel="",
    ylabel="",
    log="",
    xlim=None,
    ylim=None,
    levels=(),
    stops=(),
    bands=None,
    looks=None,
    height=3.0,
):
    """Curves with direct labels: ``curves`` maps a rule name or label to values, or to a pair ``(x, values)``.

    ``log`` names the logarithmic axes (``"y"``, ``"x"`` or ``"xy"``); ``levels`` are named horizontal lines
    ``[(value, text), ...]`` and ``stops`` named vertical ones. ``bands`` maps a curve's name to a pair
    ``(low, high)`` of values, such as the spread over seeds; ``looks`` are further looks by name.
    """
    bands, dressed = bands or {}, []
    for name, values, look in dress(curves, looks):
        xs, ys = values if isinstance(values, tuple) else (np.arange(len(values)) if x is None else x, values)
        if np.shape(xs) != np.shape(ys) or np.ndim(ys) != 1:
            raise ValueError(
                f"{name} has {np.size(xs)} x and {np.size(ys)} y; a curve needs as many of one as the other"
            )
        dressed.append((name, np.asarray(xs, dtype=float), np.asarray(ys, dtype=float), look))

    def paint(axes):
        axes.set_xscale("log" if "x" in log else "linear")
        axes.set_yscale("log" if "y" in log else "linear")
        ends = []
        for name, xs, ys, (colour, _, dash, _, width) in dressed:
            if "y" in log:
                ys = np.where(ys > 0, ys, np.nan)
            if name in bands:
                axes.fill_between(xs, *bands[name], color=colour, alpha=0.18, linewidth=0)
            axes.plot(xs, ys, color=colour, linewidth=width * 0.8, dashes=dash or (None, None))
            ends.append((name, colour, xs, ys))
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title or "", xlim=xlim)
        if ylim is not None:
            low, high = ylim
            axes.set_ylim(low, high)
        axes.margins(x=0)
        axes.grid(axis="y")
        _named_lines(axes, levels, stops)
        if len(ends) > 1 or any(name in LOOKS for name, *_ in ends):
            _label_ends(axes, ends)

    panel = {
        "kind": "lines", "title": title, "xlabel": xlabel, "ylabel": ylabel, "log": log, "xlim": xlim, "ylim": ylim,
        "levels": levels, "stops": stops,
        "curves": [_curve(name, look, xs, ys, bands.get(name)) for name, xs, ys, look in dressed],
    }  # fmt: skip
    return Drawing(paint, alt=alt, height=height, panels=[panel])


def bars(values, *, alt, errors=None, title=None, xlabel="", log="", xlim=None, levels=(), height=None):
    """Lying bars: ``values`` maps a rule name or label to a number; ``errors`` maps it to a pair ``(low, high)``.

    ``log="x"`` makes the axis logarithmic; ``levels`` are named values ``[(value, text), ...]``.
    """
    errors, dressed = errors or {}, list(dress(values))

    def paint(axes):
        axes.set_xscale("log" if "x" in log else "linear")
        for place, (name, value, look) in enumerate(dressed):
            axes.barh(place, value, height=0.62, color=look[0], alpha=0.85)
            if name in errors:
                axes.plot(errors[name], [place, place], color=INK, linewidth=1.2, marker="|", markersize=6)
        for value, text in levels:
            axes.axvline(value, color=SOFT, linewidth=0.8, dashes=(2, 3))
            axes.annotate(text, (value, 1), (3, -9), axes.get_xaxis_transform(), textcoords="offset points", color=SOFT)
        axes.set_yticks(range(len(dressed)), [_label(name) for name, *_ in dressed])
        room = 1.1 if levels else 0.6  # for the names of the levels, above the first bar
        axes.set(xlabel=xlabel, title=title or "", xlim=xlim, ylim=(len(dressed) - 0.4, -room))
        axes.grid(axis="x")
        axes.set_axisbelow(True)

    panel = {
        "kind": "bars", "title": title, "xlabel": xlabel, "log": log, "xlim": xlim, "levels": levels,
        "bars": [_curve(name, look, [], [value], errors.get(name)) for name, value, look in dressed],
    }  # fmt: skip
    return Drawing(paint, alt=alt, height=height or 0.9 + 0.32 * len(dressed), panels=[panel])


def histogram(groups, bins=30, *, alt, title=None, xlabel="", ylabel="share", ylim=None, height=3.0):
    """How numbers are spread: ``groups`` maps a label to numbers of any shape; ``bins`` is a count or the edges.

    The height of a step is the share of all the group's numbers that fall between its edges.
    """
    groups = {name: np.ravel(np.asarray(values, dtype=float)) for name, values in groups.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(groups.values())), bins)
    dressed = [(name, np.histogram(values, edges)[0] / values.size, look) for name, values, look in dress(groups)]

    def paint(axes):
        for name, shares, look in dressed:
            axes.stairs(shares, edges, color=look[0], linewidth=1.4, fill=False, label=_label(name))
            axes.stairs(shares, edges, color=look[0], alpha=0.18, fill=True)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title or "", xlim=(edges[0], edges[-1]), ylim=ylim or (0, None))
        axes.grid(axis="y")
        if len(dressed) > 1:
            axes.legend(loc="best")

    panel = {
        "kind": "histogram", "title": title, "xlabel": xlabel, "ylabel": ylabel, "log": "", "ylim": ylim,
        "curves": [_curve(name, look, edges, shares) for name, shares, look in dressed],
    }  # fmt: skip
    return Drawing(paint, alt=alt, height=height, panels=[panel])


def heat(
    values,
    *,
    alt,
    x,
    y,
    xlabel="",
    ylabel="",
    title=None,
    colours="cividis",
    limits=None,
    log="",
    bar="",
    borders=(),
    marks=(),
    height=3.4,
):
    """A heat map of ``values`` with shape ``(len(y), len(x))``; NaN is left blank.

    ``borders`` are curves drawn over it, ``[(xs, ys), ...]``, and ``marks`` texts, ``[(text, (x, y)), ...]``.
    """

    def paint(axes):
        low, high = (np.nanmin(values), np.nanmax(values)) if limits is None else limits
        steps = matplotlib.colormaps[colours].resampled(SHADES)
        image = axes.pcolormesh(x, y, values, cmap=steps, vmin=low, vmax=high, rasterized=True, shading="nearest")
        axes.set_xscale("log" if "x" in log else "linear")
        axes.set_yscale("log" if "y" in log else "linear")
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title or "")
        axes.figure.colorbar(image, ax=axes, label=bar, pad=0.02).outline.set_visible(False)
        for xs, ys in borders:
            axes.plot(xs, ys, color=INK, linewidth=2.4)
            axes.plot(xs, ys, color="white", linewidth=1.2)
        for text, point in marks:
            box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
            axes.annotate(text, point, ha="center", va="center", color=INK, bbox=box)
        if borders:
            axes.set(xlim=(np.min(x), np.max(x)), ylim=(np.min(y), np.max(y)))

    panel = {
        "kind": "heat", "title": title, "xlabel": xlabel, "ylabel": ylabel, "log": log, "x": x, "y": y,
        "values": np.asarray(values, dtype=float), "limits": limits, "bar": bar, "borders": borders, "marks": marks,
        "colours": [matplotlib.colors.to_hex(matplotlib.colormaps[colours](part)) for part in np.linspace(0, 1, 17)],
    }  # fmt: skip
    return Drawing(paint, alt=alt, height=height, panels=[panel])


def dots(groups, *, alt, xlabel="", ylabel="", title=None, log="", levels=(), height=3.0, equal=False):
    """Scattered points: ``groups`` maps a label to points of shape ``(n, 2)``."""

    def paint(axes):
        axes.set_xscale("log" if "x" in log else "linear")
        axes.set_yscale("log" if "y" in log else "linear")
        for name, points, look in dress(groups):
            xs, ys = np.asarray(points, dtype=float).T
            axes.plot(
                xs, ys, linestyle="none", color=look[0], marker=MARKERS[look[3]], markersize=4, label=_label(name)
            )
        for value, text in levels:
            axes.axhline(value, color=SOFT, linewidth=0.8, dashes=(2, 3))
            axes.annotate(text, (0, value), (3, 3), axes.get_yaxis_transform(), textcoords="offset points", color=SOFT)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title or "")
        axes.grid(axis="y")
        if equal:
            axes.set_aspect("equal")
        if len(groups) > 1:
            axes.legend(loc="best", handletextpad=0.2)

    return Drawing(paint, alt=alt, height=height)


def strips(results, *, alt, xlabel="", title=None, levels=(), xlim=None, height=None):
    """One line of points a label: ``results`` maps it to repeated results ``(n,)``; the bar is the mean ± 2 errors.

    The first label stands on top. The error is the standard error of the mean. ``levels`` are named vertical lines.
    ``xlim`` gives several of them one scale.
    """

    def paint(axes):
        places = range(len(results))
        for place, (name, values) in zip(places, results.items(), strict=True):
            values = np.asarray(values, dtype=float)
            colour = LOOKS[name][0] if name in LOOKS else SPARE[1][0]
            reach = 2 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0
            axes.plot(values, np.full(len(values), place), "o", color=colour, markersize=4, alpha=0.35, mew=0)
            axes.plot([values.mean()] * 2, [place - 0.26, place + 0.26], color=colour, linewidth=2)
            axes.plot([values.mean() - reach, values.mean() + reach], [place] * 2, color=colour, linewidth=1.2)
        for value, text in levels:
            axes.axvline(value, color=SOFT, linewidth=0.8, dashes=(2, 3))
            axes.annotate(text, (value, 1), (3, 1), axes.get_xaxis_transform(), textcoords="offset points", color=SOFT)
        axes.set_yticks(places, map(_label, results))
        axes.tick_params(axis="y", labelcolor=INK, length=0)
        axes.invert_yaxis()
        axes.set(xlabel=xlabel, xlim=xlim, title=title or "")
        axes.grid(axis="x")

    return Drawing(paint, alt=alt, height=height or 0.75 + 0.3 * len(results))


def arrows(segments, *, alt, surface=None, window=None, title=None, height=3.2):
    """Labelled arrows ``[(text, (x0, y0), (x1, y1), colour), ...]``, on a surface's contour lines if one is given."""

    def paint(axes):
        if surface is not None:
            hills = find_surface(surface)
            _contours(axes, hills, hills.window if window is None else window)
        for text, tail, head, colour in segments:
            style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", head, tail, arrowprops=style)
            middle = (np.array(tail) + head) / 2
            axes.annotate(text, middle, (4, 5), textcoords="offset points", color=readable(colour), fontsize=9)
        if window is not None:
            axes.set(xlim=window[0], ylim=window[1])
        axes.set(xticks=[], yticks=[], title=title or "")
        axes.set_aspect("equal")
        axes.spines[:].set_visible(False)

    return Drawing(paint, alt=alt, height=height)


def boxes(texts, places, links, *, alt, height=3.2):
    """Boxed ``texts`` at their ``places`` ``[(x, y), ...]``, and an arrow for each of ``links``, pairs of numbers of boxes."""

    def paint(axes):
        xs, ys = np.array(places, dtype=float).T
        axes.set(xlim=(xs.min() - 0.5, xs.max() + 0.5), ylim=(ys.min() - 0.4, ys.max() + 0.4), xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": SOFT}
        style = {"ha": "center", "va": "center", "fontsize": 11, "bbox": box}
        edges = [axes.annotate(*one, **style).get_bbox_patch() for one in zip(texts, places, strict=True)]
        for tail, head in links:
            ends = {"patchA": edges[tail], "patchB": edges[head], "shrinkA": 2, "shrinkB": 2}
            axes.annotate("", places[head], places[tail], arrowprops={"arrowstyle": "-|>", "color": SOFT, **ends})

    return Drawing(paint, alt=alt, height=height)


def network(columns, weights, *, alt, back=False, title=None, height=2.9):
    """A small network: ``columns`` of texts for its units, and for each gap the labels of its connections.

    ``weights[k]`` has the shape ``(len(columns[k]), len(columns[k + 1]))``; an empty text leaves an arrow bare. With
    ``back`` the arrows point from the output to the input.
    """
    place = [
        [np.array([1.6 * k, (len(column) - 1) / 2 - i]) for i in range(len(column))] for k, column in enumerate(columns)
    ]
    colour = LOOKS["rmsprop" if back else "momentum"][0]

    def paint(axes):
        for k, labels in enumerate(weights):
            for i, j in np.ndindex(np.shape(labels)):
                left, right = place[k][i], place[k + 1][j]
                tail, head = (right, left) if back else (left, right)
                style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.2, "shrinkA": 20, "shrinkB": 20}
                axes.annotate("", head, tail, arrowprops=style)
                box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
                spot = left + 0.36 * (right - left)
                if labels[i][j] != "":
                    axes.annotate(labels[i][j], spot, ha="center", va="center", fontsize=8.5, color=SOFT, bbox=box)
        for spots, column in zip(place, columns, strict=True):
            for spot, text in zip(spots, column, strict=True):
                axes.plot(*spot, marker="o", markersize=40, markerfacecolor=HILL, markeredgecolor=colour)
                axes.annotate(text, spot, ha="center", va="center", fontsize=8.5, linespacing=1.15)
        top = max(map(len, columns)) / 2 - 0.1
        axes.set(xlim=(-0.4, 1.6 * len(columns) - 1.2), ylim=(-top, top), xticks=[], yticks=[], title=title or "")
        axes.spines[:].set_visible(False)

    return Drawing(paint, alt=alt, height=height)


def regions(score, groups, *, alt, window=None, title=None, height=3.3, resolution=120):
    """Where a classifier says what: ``score`` maps points of shape ``(n, 2)`` to numbers from 0 to 1, shape ``(n,)``.

    The line is where it is one half. ``groups`` maps a label to the points of a class; score 0 is the first (round).
    """
    colours = ("#006ba8", "#b53600")

    def paint(axes):
        points = np.concatenate(list(groups.values()))
        low, high = np.transpose(window) if window is not None else (points.min(0) - 0.25, points.max(0) + 0.25)
        xs, ys = (np.linspace(low[i], high[i], resolution) for i in (0, 1))
        grid = np.stack(np.meshgrid(xs, ys), -1)
        values = np.asarray(score(grid.reshape(-1, 2)), dtype=float).reshape(grid.shape[:-1])
        tints = matplotlib.colors.LinearSegmentedColormap.from_list("two", ["#9fc9e6", "#ffffff", "#f3b497"], SHADES)
        axes.pcolormesh(xs, ys, values, cmap=tints, vmin=0, vmax=1, rasterized=True, shading="nearest")
        if values.min() < 0.5 < values.max():
            axes.contour(xs, ys, values, [0.5], colors=[INK], linewidths=1.2)
        for dots, colour, marker in zip(groups.values(), colours, "os", strict=False):
            axes.plot(*np.transpose(dots), linestyle="none", color=colour, marker=marker, markersize=3.5,
                      markeredgecolor="white", markeredgewidth=0.4)  # fmt: skip
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[], title=title or "")
        axes.set_aspect("equal")
        axes.spines[:].set_visible(False)

    return Drawing(paint, alt=alt, height=height)


def levels(surface, values, count=13):
    """Heights for contour lines: even in the root of the loss, or in its logarithm where it spans decades."""
    above = np.maximum(values - surface.floor, 0)
    top = np.nanquantile(above, 0.98)
    if top > 100:
        return surface.floor + np.expm1(np.linspace(0, np.log1p(4 * top), count + 1)[1:]) / 4
    return surface.floor + np.linspace(0, np.sqrt(top), count + 1)[1:] ** 2


def _contours(axes, surface, window, resolution=72):
    (x0, x1), (y0, y1) = window
    xs, ys = np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution)
    values = surface.value(np.stack(np.meshgrid(xs, ys), -1))
    axes.set_facecolor(HILL)
    # Each region below a level is painted once more, so the valley ends as white as the page.
    for level in levels(surface, values)[::-1]:
        region = axes.contourf(xs, ys, values, [values.min() - 1, level], colors=[(1, 1, 1, 0.16)])
        region.set_edgecolor(CONTOUR + "73")
        region.set_linewidth(0.6)
        for path in region.get_paths():
            _straighten(path, window)


def _straighten(path, window):
    """Leave out of an area's outline the points in the middle of the map's edges."""
    places, codes = path.vertices, path.codes
    if codes is None:  # no place is that low
        return
    kept = np.ones(len(places), dtype=bool)
    for at, edges in zip(places.T, window, strict=True):
        for edge in edges:
            on = np.abs(at - edge) < 1e-9 * np.ptp(edges)  # where a level meets the edge, the last bit may miss it
            in_line = on[:-2] & on[1:-1] & on[2:]
            kept[1:-1] &= ~(in_line & (codes[1:-1] == path.LINETO) & (codes[2:] == path.LINETO))
    path.vertices, path.codes = places[kept], codes[kept]


def _light(axes, surface, window, resolution=160):
    """Light and shadow as in ``explorer/relief.js``: on a model whose highest level is 90 of its pixels high."""
    (x0, x1), (y0, y1) = window
    xs, ys = np.linspace(x0, x1, resolution), np.linspace(y0, y1, resolution)
    values = surface.value(np.stack(np.meshgrid(xs, ys), -1))
    above = np.nan_to_num(np.maximum(values - surface.floor, 0))
    top = np.quantile(above, 0.98)
    high = np.log1p(4 * above) / np.log1p(4 * top) if top > 100 else np.sqrt(above / top)
    down, across = np.gradient(90 * np.minimum(high, 1.5), 430 / resolution, 800 / resolution)
    lit = (0.66 + 0.45 * across - 0.6 * down) / np.sqrt(1 + across**2 + down**2)
    shade = np.clip(2 * (lit - 0.66), -1, 1)[..., None]
    colours = np.where(shade > 0, [1, 0.99, 0.94, 0.27], [0.08, 0.14, 0.28, 0.38])
    colours[..., 3:] *= np.abs(shade)
    axes.imshow(colours, extent=(x0, x1, y0, y1), origin="lower", interpolation="bilinear", zorder=1.5)


def dress(curves, looks=None):
    """Each name, its values and its look: the rule's own, or the next spare one."""
    looks = LOOKS | (looks or {})
    taken = {looks[name][0] for name in curves if name in looks}
    spare = in_turn([look for look in SPARE if look[0] not in taken])
    for name, values in curves.items():
        yield name, values, looks[name] if name in looks else next(spare)


def strangers():
    """Looks for rules without a card, in colours, dashes and marker unlike every card's, as many as are asked for."""
    cards = {part for look in LOOKS.values() for part in look[:4]}
    return in_turn([look for look in SPARE if cards.isdisjoint(look[:4])])


def in_turn(looks):
    """These looks, then with one another's dashes, as many as are asked for."""
    for turn in itertools.count():
        for place, (light, dark, *_) in enumerate(looks):
            yield light, dark, *looks[(place + turn) % len(looks)][2:]


def _curve(name, look, xs, ys, band=None):
    """A curve's numbers and look, for a ``Chooser``."""
    return {"name": name, "label": _label(name), "look": look, "x": xs, "y": ys, "band": band}


def _label(name):
    return LABELS.get(name, name)


def _start(runs):
    starts = {tuple(np.round(getattr(run, "xs", run)[0], 9)) for run in (runs or {}).values()}
    return [("start", starts.pop())] if len(starts) == 1 else []


def _label_ends(axes, ends, gap=0.062):
    """Name each curve beside its last visible point, pushed apart where two names would overlap."""
    to_axes = axes.transData + axes.transAxes.inverted()
    places = []
    for name, colour, xs, ys in ends:
        points = to_axes.transform(np.column_stack([xs, ys]))
        seen = points[np.all(np.isfinite(points), axis=1) & (points[:, 1] >= -0.001) & (points[:, 1] <= 1.001)]
        places.append([float(seen[-1, 1]) if len(seen) else 1.0, name, colour])
    places.sort(key=lambda p: p[0])
    for low, high in itertools.pairwise(places):
        high[0] = max(high[0], low[0] + gap)
    overflow = max(0, places[-1][0] - 1)
    for height, name, colour in places:
        axes.annotate(
            _label(name), (1, height - overflow), (5, 0), "axes fraction", textcoords="offset points",
            color=readable(colour), va="center", annotation_clip=False,
        )  # fmt: skip


SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent):
    """A power of ten in letters, such as 10⁻³: in figures, as in ``widgets/shared/numbers.js``."""
    return "10" + str(exponent).translate(SUPERSCRIPTS)


def tick_text(value):
    """A number as it stands at an axis: 0.25, −3, 2·10⁻⁷."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.6g}".replace("-", "−")
    digits, exponent = f"{abs(value):.2e}".split("e")
    factor = "" if float(digits) == 1 else f"{float(digits):g}·"
    return ("−" if value < 0 else "") + factor + power(int(exponent))


class _Decades(LogFormatter):
    """Ticks where matplotlib puts words, all of one kind: 10⁻⁵, 10⁻³ and 10⁻¹ rather than 10⁻⁵, 0.001 and 0.1."""

    def __call__(self, value, pos=None):
        if not super().__call__(value, pos):
            return ""
        low, high = self.axis.get_view_interval()
        exponent = np.log10(value)
        whole = round(exponent)
        raised = (low < 0.999e-3 or high > 0.999e5) and abs(exponent - whole) < 1e-9
        return power(whole) if raised else tick_text(value)


def _write_ticks(axis):
    """Let an axis write its numbers as the live figures do."""
    if isinstance(axis.get_major_formatter(), LogFormatter):
        axis.set_major_formatter(_Decades())
        axis.set_minor_formatter(_Decades())
    elif isinstance(axis.get_major_formatter(), ScalarFormatter):
        axis.set_major_formatter(lambda value, _: tick_text(round(value, 12)))


def luminance(channels):
    """How light a colour of three numbers from 0 to 1 is, from 0 to 1 (WCAG 2.2)."""
    channels = np.asarray(channels)
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def readable(colour):
    """The colour for letters: darker where they would not stand out 4.5 to 1 from white (WCAG 2.2, 1.4.3)."""
    channels = np.array(matplotlib.colors.to_rgb(colour))
    while 1.05 / (luminance(channels) + 0.05) < 4.55:
        channels = channels * 0.97
    return matplotlib.colors.to_hex(channels)


def _tightened(svg):
    """The same picture in fewer letters: what no reader sees is rounded away or left out."""
    svg = re.sub(r"^.*?(?=<svg)|\s*(<metadata>.*?</metadata>|<!--.*?-->)", "", svg, flags=re.DOTALL)
    svg = re.sub(r' id="[a-z0-9.]+_\d+"', "", svg)  # names of groups, which nothing refers to
    svg = re.sub(r'translate\([^)]*\)| [xy]="[^"]*"', _rounded, svg)
    svg = re.sub(r'(?<= d=")([^"]*)" transform="scale\(0.015625\)"', _smaller_letter, svg)
    svg = re.sub(r"(?<=;base64,)[^\"]+", _of_few_colours, svg)
    return re.sub(r'(?<= d=)"[^"]*"', _shorter_path, svg)


def _short(number, digits):
    text = f"{float(number):.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(match):
    """Places to a hundredth of a point."""
    return re.sub(r"-?\d+\.\d{3,}", lambda number: _short(number[0], 2), match[0])


def _smaller_letter(match):
    """A letter on a grid of 256 instead of 4096: a fortieth of a pixel."""
    return re.sub(r"-?[\d.]+", lambda number: f"{float(number[0]) / 16:.0f}", match[1]) + '" transform="scale(0.25)"'


def _shorter_path(match):
    """Coordinates to a tenth of a point, small shapes such as markers to a hundredth: a fraction of the size."""
    digits = 1 if len(match[0]) > 400 else 2
    text = re.sub(r"-?\d+\.\d{2,}", lambda n: _short(n[0], digits), match[0])
    return re.sub(r"\s*\n?([MLCQZz]) ?", r"\1", text)


def _of_few_colours(match):
    """A PNG in base64 with a palette: the same dots in a quarter of the bytes."""
    with Image.open(io.BytesIO(base64.b64decode(match[0]))) as picture:
        dots = np.asarray(picture.convert("RGBA"))
    return packed(dots) or match[0]


def packed(dots):
    """Dots of shape ``(height, width, 4)`` as a PNG with a palette, in base64; ``None`` if they have too many colours."""
    whole = np.ascontiguousarray(dots).view(">u4").astype(np.uint32)  # the four bytes of a dot as one number
    colours, places = np.unique(whole, return_inverse=True)
    if len(colours) > 256:
        return None
    few = Image.fromarray(places.reshape(dots.shape[:2]).astype(np.uint8))
    few.putpalette(colours.astype(">u4").tobytes(), "RGBA")
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
