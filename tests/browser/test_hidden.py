"""A figure that is hidden while it should be drawn, as Jupyter does for a moment when the theme changes."""

import pytest
from conftest import ready
from descent import Chooser, Explorer, Schedule, draw

FIGURES = {
    "explorer": lambda: Explorer("ravine"),
    "chooser": lambda: Chooser(lambda n: draw.lines({"a": [0, n]}, alt=f"To {n}."), {"n": [1, 10]}),
    "schedule": lambda: Schedule("sgd"),
}
CHANGED_AND_HIDDEN_FOR_A_FRAME = """
() => {
  const figure = document.querySelector('[data-state]');
  const knob = figure.querySelector('input[type=range]');
  knob.value = knob.max;
  knob.dispatchEvent(new Event('input', { bubbles: true }));
  figure.style.display = 'none';
  requestAnimationFrame(() => (figure.style.display = ''));
  return figure.dataset.state;
}
"""


@pytest.mark.parametrize("figure", FIGURES)
def test_hidden_for_the_moment_of_its_frame_it_is_drawn_in_the_next(show, figure):
    page = show(FIGURES[figure]())
    page.set_default_timeout(10_000)
    assert page.evaluate(CHANGED_AND_HIDDEN_FOR_A_FRAME) == "busy"
    ready(page)
