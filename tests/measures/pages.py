"""What a reader of the site waits for: the build, the weight of the pages, frames, first pictures."""

import gzip
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import numpy as np
from conftest import widget_page
from descent import Explorer
from descent.rules import RULES
from measures.rows import ROOT, row
from playwright.sync_api import sync_playwright
from publish import squeeze

BIN = Path(sys.executable).parent
STOCK = """\
title: Stock
execute: {execute_notebooks: "off"}
only_build_toc_files: true
exclude_patterns: [_build, .venv, tests, code]
bibtex_bibfiles: [chapters/references.bib]
sphinx: {extra_extensions: [sphinx_exercise, sphinx_design]}
"""
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
FRAME_MS = 1000 / 60
RECORD_LATENCY = """() => {
  window.latencies = [];
  const channel = new MessageChannel();
  let arrived = null;
  channel.port1.onmessage = () => { window.latencies.push(performance.now() - arrived); arrived = null; };
  addEventListener("pointermove", (event) => {
    if (arrived !== null) return;
    arrived = event.timeStamp;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }, true);
}"""


RECORD_PASSES = """() => {
  window.passes = [];
  const map = document.querySelector("[data-map=settings]");
  new MutationObserver(() => { if (map.dataset.stride > 0) window.passes.push(Number(map.dataset.ms)); }).observe(map, { attributeFilter: ["data-ms"] });
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def build(config, output):
    """Build the book from nothing; returns the seconds it took and the folder of its pages."""
    command = [BIN / "jupyter-book", "build", ROOT, "--path-output", output, "--config", config, "--all", "--quiet"]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start, Path(output) / "_build" / "html"


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def weight(browser, base, folder, page):
    """Gzipped bytes of everything that the page loads from its own site, and how many files."""
    paths = set()
    tab = browser.new_page()
    tab.on("request", lambda request: paths.add(request.url))
    tab.route(lambda url: not url.startswith(base) and url.startswith("http"), lambda route: route.abort())
    tab.goto(f"{base}/{page}", wait_until="load")
    tab.wait_for_timeout(500)
    tab.close()
    files = {folder / unquote(urlsplit(url).path).lstrip("/") for url in paths if url.startswith(base)}
    return sum(packed(file) for file in files if file.is_file()), len(files)


def packed(file):
    body = file.read_bytes()
    return len(body) if file.suffix in (".woff2", ".png") else len(gzip.compress(body, 6))


def drag(browser, page_url, steps, moves=150):
    """Drag the start of the page's first explorer; script milliseconds and latency per frame."""
    tab = browser.new_page(viewport={"width": 1280, "height": 1000})
    tab.goto(page_url)
    explorer = tab.locator("[data-descent-explorer][data-state=ready]").first
    explorer.wait_for()
    explorer.locator("input[name=steps]").evaluate(
        "(input, steps) => { input.max = input.value = steps; input.dispatchEvent(new Event('input', {bubbles: true})); }",
        steps,
    )
    explorer.scroll_into_view_if_needed()
    tab.wait_for_timeout(500)
    tab.evaluate(RECORD_LATENCY)
    metrics = tab.context.new_cdp_session(tab)
    metrics.send("Performance.enable")

    def script_ms():
        return (
            1000 * {m["name"]: m["value"] for m in metrics.send("Performance.getMetrics")["metrics"]}["ScriptDuration"]
        )

    box = explorer.locator("[data-part=start]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    frames = []
    for k in range(moves):
        before = script_ms()
        tab.mouse.move(x + 60 * np.sin(k / 9), y + 60 * (1 - np.cos(k / 7)) / 2)
        tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        frames.append(script_ms() - before)
    tab.mouse.up()
    latencies = tab.evaluate("window.latencies")
    tab.close()
    return np.array(frames), np.array(latencies)


FIVE = [("ravine", ["sgd", "momentum"]), ("ravine", ["sgd", "momentum", "adam"]), ("two_wells", ["sgd", "nag"]),
        ("beale", ["adam", "rmsprop"]), ("rosenbrock", ["sgd", "momentum", "nag", "adam", "adagrad"])]  # fmt: skip
WATCH_READY = """() => {
  addEventListener("load", () => {
    const began = performance.now();
    const look = () => {
      if (document.querySelectorAll("[data-descent-explorer][data-state=ready]").length < 5) setTimeout(look, 1);
      else window.allReady = performance.now() - began;
    };
    look();
  });
}"""


def five_explorers(browser, folder, times=7):
    """Milliseconds from the load event until five different explorers are drawn; the median of several visits."""
    file = Path(folder, "five.html")
    file.write_text(widget_page([Explorer(surface, rules) for surface, rules in FIVE]), encoding="utf-8")
    waits = []
    for _ in range(times):
        tab = browser.new_page(viewport={"width": 1280, "height": 1000})
        tab.add_init_script(f"({WATCH_READY})()")
        tab.goto(file.as_uri())
        waits.append(tab.wait_for_function("window.allReady").json_value())
        tab.close()
    return np.median(waits)


def ten_rules(folder):
    file = Path(folder, "ten.html")
    file.write_text(widget_page([Explorer("ravine", list(RULES)[:10], steps=500)]), encoding="utf-8")
    return file.as_uri()


def map_times(browser, folder, rule):
    """Milliseconds from a worker's start to the first and the sharp picture of a map of settings, that of starts beside it."""
    file = Path(folder, "map.html")
    file.write_text(widget_page([Explorer("ravine", [rule])]), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 1000})
    tab.goto(file.as_uri())
    tab.locator("[data-descent-explorer][data-state=ready]").wait_for()
    tab.evaluate(RECORD_PASSES)
    tab.locator(".more").click()
    tab.locator("details.maps summary").click()
    times = tab.wait_for_function("() => window.passes.length >= 4 && window.passes").json_value()
    tab.close()
    return times[0], times[-1]


def builds(scratch):
    """Both sites, the course's and Jupyter Book's own; their folders and a row."""
    stock_config = Path(scratch, "stock.yml")
    stock_config.write_text(STOCK)
    ours_s, ours = build(ROOT / "_config.yml", Path(scratch, "ours"))
    stock_s, stock = build(stock_config, Path(scratch, "stock"))
    return ours, stock, row("build the book", ours_s, "s", "Jupyter Book as it comes", round(stock_s, 2))


def weights(browser, ours, stock, base):
    """Each page's weight, beside what Jupyter Book makes of it."""
    stock_base = serve(stock)
    for page in sorted(p.relative_to(ours).as_posix() for p in ours.glob("chapters/*.html")):
        kilobytes, files = weight(browser, base, ours, page)
        theirs, theirs_files = weight(browser, stock_base, stock, page)
        peer = f"Jupyter Book as it comes, without what it asks of other hosts ({theirs_files} files, ours {files})"
        yield row(f"weight of {page}, gzipped", kilobytes / 1000, "kB", peer, round(theirs / 1000, 1))


def frames(browser, base, scratch):
    """How long a frame takes while somebody drags."""
    times, latencies = drag(browser, f"{base}/chapters/index.html", 300)
    ten, _ = drag(browser, ten_rules(scratch), 500)
    goal = "one frame at 60 Hz"
    for name, share, limit in (("median", 50, 8), ("p95", 95, 16)):
        yield row(f"script per frame, 5 rules x 300 steps, {name}", np.percentile(times, share), "ms", goal, FRAME_MS)
        what = f"script per frame, 10 rules x 500 steps, {name}"
        yield row(what, np.percentile(ten, share), "ms", "the goal", limit)
    for name, share in (("median", 50), ("p95", 95)):
        yield row(f"input event to end of frame, {name}", np.percentile(latencies, share), "ms", goal, FRAME_MS)


def figures(browser, scratch):
    """How long it takes until figures and maps are drawn, and how heavy their program is."""
    yield row("five explorers, page load to all drawn", five_explorers(browser, scratch), "ms", "the goal", 300)
    for rule in ("momentum", "adam"):
        coarse, sharp = map_times(browser, scratch, rule)
        yield row(f"map of {rule}'s settings, first picture", coarse, "ms", "the goal", 100)
        yield row(f"map of {rule}'s settings, 400 x 400 runs x 200 steps", sharp, "ms", "the goal", 1000)
    program = gzip.compress((squeeze.program(Explorer._esm) + squeeze.style(Explorer._css)).encode(), 9)
    yield row("the explorer's program, gzipped", len(program) / 1000, "kB", "the goal", 40)


def measure():
    """All of it, as rows."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        ours, stock, built = builds(scratch)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        base = serve(ours)
        rows = [built, *weights(browser, ours, stock, base), *frames(browser, base, scratch)]
        rows += figures(browser, scratch)
        browser.close()
    return rows
