"""The desk of ``make lab`` as a student sees it: unrun, run, and opened again."""

import json
from urllib.request import Request, urlopen

import pytest


@pytest.fixture
def lab(browser, desk_server):
    """A page of the desk, where nothing has been run, open at the index."""
    page = browser.new_page(viewport={"width": 1300, "height": 1200})
    page.set_default_timeout(60_000)
    page.goto(desk_server)
    page.get_by_text("| Idle").wait_for()
    yield page
    page.close()


def choose(page, menu, entry):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def is_put(answer):
    return answer.request.method == "PUT" and "/api/contents/index.ipynb" in answer.url


def test_the_first_figure_is_seen_unrun_and_again_after_running_saving_and_reopening(lab, desk_server):
    still = lab.locator(".jp-OutputArea-output :is(img, svg)").first
    still.wait_for()
    assert still.bounding_box()["width"] > 300
    assert lab.locator("[data-descent-explorer]").count() == 0

    choose(lab, "Run", "Run All Cells")
    lab.locator("[data-descent-explorer]").first.wait_for()
    with lab.expect_response(is_put) as answer:
        lab.keyboard.press("Control+s")
    assert answer.value.ok
    with urlopen(f"{desk_server}/api/contents/index.ipynb") as saved:
        assert b"widget-state+json" in saved.read()

    lab.goto("about:blank")
    end_kernels(desk_server)
    lab.goto(f"{desk_server}/lab/tree/index.ipynb")
    lab.locator("[data-descent-explorer]").first.wait_for()
    assert lab.get_by_text("model not found").count() == 0
    assert lab.locator(".Toastify__toast").count() == 0  # no news, nothing to update


def end_kernels(address):
    with urlopen(f"{address}/api/kernels") as answer:
        kernels = json.loads(answer.read())
    assert kernels
    for kernel in kernels:
        with urlopen(Request(f"{address}/api/kernels/{kernel['id']}", method="DELETE")) as answer:
            assert answer.status == 204


def test_links_lead_to_the_other_chapters(lab):
    """The second names a place in its chapter, too."""
    for there in ("05-adagrad", "conventions"):
        lab.locator(f'.jp-NotebookPanel:visible a[href*="{there}.ipynb"]').first.click()
        lab.wait_for_url(f"**/lab/tree/{there}.ipynb*")
        lab.get_by_text("| Idle").wait_for()
    lab.get_by_role("heading", name="One name, four formulas").wait_for()
