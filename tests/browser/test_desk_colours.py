"""The colours that the desk's style gives to drawings in a dark theme."""

import base64
import io
from urllib.parse import quote

import numpy as np
import pytest
from conftest import ROOT
from descent import draw
from PIL import Image

CSS = (ROOT / "code" / "publish" / "jupyter" / "custom" / "custom.css").read_text(encoding="utf-8")
GROUND = "#111111"  # of JupyterLab's dark theme
TEXTS = [draw.INK, draw.SOFT, *(look[0] for look in [*draw.LOOKS.values(), *draw.SPARE])]


def patches():
    """A drawing of white ground with a patch in each colour that a drawing's texts have, 20 dots wide."""
    places = enumerate(["#ffffff", *TEXTS])
    inner = "".join(f'<rect x="{20 * place}" width="20" height="20" fill="{colour}"/>' for place, colour in places)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{20 + 20 * len(TEXTS)}" height="20">{inner}</svg>'


def luminance(colour):
    part = np.array(colour) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


def as_svg(text):
    return f'<div class="jp-RenderedSVG"><img src="data:image/svg+xml,{quote(text)}"></div>'


def as_dots(text):
    """The same as the desk shows a still of dots."""
    picture = base64.b64encode(text.encode()).decode()
    return f'<img class="jp-needs-light-background" src="data:image/svg+xml;base64,{picture}">'


@pytest.mark.parametrize("shown", [as_svg, as_dots])
def test_texts_of_drawings_stand_out_in_a_dark_theme(browser, shown):
    page = browser.new_page(viewport={"width": 1000, "height": 100})
    body = f'<body data-jp-theme-light="false" style="margin: 0; background: {GROUND}">{shown(patches())}'
    page.set_content(f"<!doctype html><style>{CSS}</style>{body}")
    page.wait_for_function("() => document.images[0].complete")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    ground, *texts = (luminance(picture.getpixel((20 * place + 10, 10))) for place in range(len(TEXTS) + 1))
    assert ground < 0.01
    contrasts = {colour: (text + 0.05) / (ground + 0.05) for colour, text in zip(TEXTS, texts, strict=True)}
    assert all(contrast >= 4.5 for contrast in contrasts.values()), contrasts
