"""What is said of a page to those who only pass by: its description, and the picture of a shared link."""

import io

import numpy as np
import pytest
from docutils import nodes
from matplotlib.figure import Figure
from PIL import Image
from publish import heads, pictures


def page(*texts):
    """A page whose first paragraph is made of the texts; those in dollars are formulas."""
    parts = [nodes.math(text, text[1:-1]) if text[0] == "$" else nodes.Text(text) for text in texts]
    document = nodes.document(None, None)
    document += nodes.section("", nodes.paragraph("", "", *parts))
    return document


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("The ball runs past the minimum. It notices only afterwards.",),
         "The ball runs past the minimum. It notices only afterwards."),
        (("Every rule has a number in it: ", r"$\eta$", ", the learning rate. " + "More of it. " * 20),
         "Every rule has a number in it: η, the learning rate. " + "More of it. " * 8 + "More of it."),
        (("Hundreds are listed [Schmidt et al., 2021], and one is used. Its loss is ", "$x^2$", "."),
         "Hundreds are listed, and one is used."),
        (("word " * 60,), "word " * 31 + "word …"),
        (("Too short.",), ""),
    ],
)  # fmt: skip
def test_a_description_is_whole_sentences_in_plain_text(texts, said):
    assert heads.description(page(*texts)) == said


def test_the_picture_of_a_link_is_small_and_shows_the_figure(tmp_path):
    figure = Figure(figsize=(4, 2), dpi=72)
    figure.add_axes((0, 0, 1, 1)).plot([0, 1], [0, 1], color="#ff0000", linewidth=20)
    figure.savefig(tmp_path / "figure.svg")
    made = pictures.card(tmp_path / "figure.svg", "3. Momentum", "A course")
    assert len(made) < 60_000
    with Image.open(io.BytesIO(made)) as card:
        assert card.size == (1200, 630)
        colours = np.asarray(card.convert("RGB")).astype(int)
    red = (np.abs(colours - [255, 0, 0]).sum(axis=2) < 30).nonzero()
    assert len(red[0]) > 2000
    assert red[0].min() < 250
    assert red[1].max() > 900
