"""Live, in JupyterLab."""

import json
import os
import re
import socket
import subprocess
import sys
import threading

import nbformat
import numpy as np
import pytest
from conftest import ROOT, ready, slide
from descent import (
    descend,
    sgd,
)
from pages import RAVINE, end, goes_to, more, rest, start
from publish import layers, notebooks, plain


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab server in an empty directory, and that directory."""
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += [
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=",
    ]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder
    )
    address = f"http://127.0.0.1:{port}"
    assert any(" is running at" in line for line in server.stderr)
    threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe would stop the server
    yield address, folder
    server.terminate()
    server.wait(20)


CELLS = [
    "from descent import Explorer\n"
    "def lazy(x, grad, t, *, lr=0.1):\n"
    "    return (x - lr * grad(x) / t ** 0.5,)\n"
    "explorer = Explorer(rules=['sgd', lazy], lr=0.1)\n"
    "explorer",
    "print('start', explorer.start, 'steps', explorer.steps)",
    "explorer.settings = {'sgd': {'lr': 0.3}}\nexplorer.start = [1.0, 0.5]\nprint('set')",
]


def test_live_in_jupyterlab(browser, lab):
    address, folder = lab
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(CELLS)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    (folder / "live.ipynb").write_text(json.dumps(notebook))
    page = browser.new_page(viewport={"width": 1300, "height": 1400})
    page.goto(f"{address}/lab/tree/live.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.locator(".jp-Cell").first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.locator("[data-descent-explorer]").wait_for(timeout=60_000)
    ready(page)
    goes_to(page, sgd, RAVINE, RAVINE.start, 120, lr=0.1)
    np.testing.assert_allclose(
        end(page, "lazy"), descend(lazy, RAVINE.grad, RAVINE.start, 120, lr=0.1).final, atol=1e-9
    )

    box = page.locator('[data-part="start"]').bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=5)
    page.mouse.up()
    slide(page, "steps", 40)
    dragged = start(page)
    rest(page)
    page.locator(".jp-Cell").nth(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    said = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output")
    said.wait_for(timeout=20_000)
    numbers = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", said.inner_text())]
    assert numbers[:2] == pytest.approx(dragged, abs=0.006)
    assert numbers[2] == 40

    page.keyboard.press("Shift+Enter")
    page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output").wait_for(timeout=20_000)
    rest(page)
    ready(page)
    goes_to(page, sgd, RAVINE, (1, 0.5), 40, lr=0.3)

    more(page)
    assert page.get_by_role("button", name="Copy link").count() == 0  # a notebook's figure has no address of its own
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_text("Python copied.").wait_for()
    page.close()


def lazy(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / t**0.5,)


@pytest.mark.parametrize("name", ["03-momentum", "12-deep-networks"])
def test_a_chapter_of_the_zip_that_nobody_trusts_shows_every_figure_with_its_words(browser, lab, name):
    address, folder = lab
    settings = folder / "CONFIG" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True, exist_ok=True)
    settings.joinpath("tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')  # all cells are drawn
    chapters = ROOT / "chapters"
    copies = plain.course([path for path in chapters.iterdir() if path.suffix in (".ipynb", ".md")])
    opened = copies[f"{name}.ipynb"].replace(
        '"jp-MarkdownHeadingCollapsed": true', '"jp-MarkdownHeadingCollapsed": false'
    )
    (folder / f"{name}.ipynb").write_text(opened, encoding="utf-8")
    cells = nbformat.read(chapters / f"{name}.ipynb", as_version=4).cells
    at_once = [cell for cell in cells if "reveal" not in layers.roles(cell)]  # an answer waits until it is asked for
    drawn = [
        output.data["text/plain"]
        for output in notebooks.outputs({"cells": at_once})
        if output.get("data", {}).keys() & {"image/svg+xml", "image/png"}
    ]

    page = browser.new_page(viewport={"width": 1300, "height": 1400})
    page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.locator(".jp-OutputArea-output img").nth(len(drawn) - 1).wait_for(timeout=60_000)
    seen = page.locator(".jp-OutputArea-output img").evaluate_all(
        "(all) => all.map((e) => [e.alt, e.checkVisibility() && e.naturalWidth > 100 && e.offsetWidth > 250])"
    )
    assert seen == [[words, True] for words in drawn]
    assert page.get_by_text("Cannot display an untrusted SVG").count() == 0
    page.close()
