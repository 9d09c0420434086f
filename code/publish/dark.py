"""A drawing for a dark page: the same drawing in the colours that the live figures have there.

An ``<img>`` knows nothing of the page's colours, so the site holds each drawing twice, and a reader loads one of them.
"""

import base64
import io
import re

import numpy as np
from descent import draw
from PIL import Image

GROUND = "#15191f"  # of the dark page
# As in the style of the live figures.
DARK = {"#ffffff": GROUND, draw.INK: "#d5dbe1", draw.SOFT: "#9ea7b3", draw.RULE: "#39424d"}
DARK |= {draw.HILL: "#2a323c", draw.CONTOUR: "#8593a3"}
for light, dark, *_ in (*draw.SPARE, *draw.LOOKS.values()):
    DARK |= {light: dark, draw.readable(light): dark}


def turned(channels):
    """Colours, as numbers from 0 to 1 in the last axis, with light and dark exchanged and their hues kept."""
    light = channels @ (0.2126, 0.7152, 0.0722)
    ground = np.array([int(GROUND[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return ground + (1 - ground) * np.clip(channels + 1 - 2 * light[..., None], 0, 1)


def colour(match):
    if match[0] in DARK:
        return DARK[match[0]]
    channels = np.array([int(match[0][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return "#" + "".join(f"{round(255 * part):02x}" for part in turned(channels))


def picture(match):
    """A PNG in base64: turned where it is painted on white; the colours of a heat map mean something, and stay."""
    with Image.open(io.BytesIO(base64.b64decode(match[0]))) as found:
        dots = np.array(found.convert("RGBA"))
    if not (dots == 255).all(axis=-1).any():
        return match[0]
    dots[..., :3] = np.rint(255 * turned(dots[..., :3] / 255))
    return draw.packed(dots) or match[0]


def darkened(svg):
    """Return an SVG of ``descent.draw`` for a dark page."""
    return re.sub(r"(?<=;base64,)[^\"]+", picture, re.sub(r"(?<=[ :])#[0-9a-f]{6}\b", colour, svg))
