"""The rule editor in JupyterLab and Notebook 7: the text of a rule is a trait that Python and the figure share."""

import json

import nbformat
import numpy as np
import pytest
from conftest import PROGRAMS, idle, ready
from descent import descend, nag
from desks import save
from pages import RAVINE, end, more, rest

CELLS = [
    "from descent import Explorer\n\nfigure = Explorer('ravine', ['nag', 'momentum'], lr=0.5, steps=60)\nfigure",
    "print(figure.texts['momentum'])",
    "figure.texts = {'momentum': figure.texts['momentum'].replace('mu=0.9', 'mu=0.5')}",
]


def run(page, place):
    """Run a cell, and return what it prints."""
    cell = page.locator(".jp-Notebook .jp-Cell").nth(place)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    idle(page)
    return "\n".join(cell.locator("pre:visible").all_inner_texts())


def goes_as_nag(page, **hyper):
    """Momentum's text, changed, takes the steps of NAG."""
    rest(page)
    expected = descend(nag, RAVINE.grad, RAVINE.start, 60, lr=0.5, **hyper).final
    np.testing.assert_allclose(end(page, "momentum"), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("program", PROGRAMS)
def test_momentum_becomes_nesterov_in_the_figure_and_in_python(desk, visit, program):
    name = f"editor-{[*PROGRAMS].index(program)}"
    cells = [nbformat.v4.new_code_cell(text, id=f"cell-{k}") for k, text in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    desk.notebook(name).write_text(json.dumps(nbformat.v4.new_notebook(cells=cells, metadata=kernel)))
    page = visit(program, name)
    run(page, 0)
    more(page)
    page.get_by_role("button", name="Edit a rule").click()
    area = page.locator("[name=rule-text]")
    area.wait_for()
    assert end(page, "momentum") != end(page, "nag")
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "End", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.type(" + mu * v")
    goes_as_nag(page)
    assert "v = mu * v - lr * grad(x + mu * v)" in run(page, 1)

    run(page, 2)
    page.wait_for_function("() => document.querySelector('[name=rule-text]').value.includes('mu=0.5')")
    goes_as_nag(page, mu=0.5)
    changed = area.input_value()

    save(page)
    page.reload()
    page.locator("[data-descent-explorer]").wait_for()
    area.wait_for()
    ready(page)
    assert area.input_value() == changed
    goes_as_nag(page, mu=0.5)
    assert changed.splitlines()[0] in run(page, 1)
