"""Measure what a reader waits for, in one run: frames, page weights, training, sweeps, build and test times.

``make bench`` prints the rows and writes them to ``_build/bench.json``. Compare ratios, not milliseconds: both sides of
a row are measured on the same machine within the same run.
"""

import gzip
import json
import os
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
from descent import SURFACES, Explorer, descend
from descent.rules import RULES
from playwright.sync_api import sync_playwright
from publish import squeeze

ROOT = Path(__file__).parents[1]
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
    file.write_text(widget_page([Explorer("ravine", list(RULES), steps=500)]), encoding="utf-8")
    return file.as_uri()


def map_times(browser, folder, rule):
    """Milliseconds from a worker's start to the first and the sharp picture of a map of settings, that of starts beside it."""
    file = Path(folder, "map.html")
    file.write_text(widget_page([Explorer("ravine", [rule])]), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 1000})
    tab.goto(file.as_uri())
    tab.locator("[data-descent-explorer][data-state=ready]").wait_for()
    tab.evaluate(RECORD_PASSES)
    tab.locator("details.maps summary").click()
    times = tab.wait_for_function("() => window.passes.length >= 4 && window.passes").json_value()
    tab.close()
    return times[0], times[-1]


def row(what, ours, unit, peer="", theirs=None):
    ratio = None if theirs is None else round(ours / theirs, 3)
    return {"what": what, "ours": round(float(ours), 3), "unit": unit, "peer": peer, "theirs": theirs, "ratio": ratio}


def epochs():
    """An epoch of a small network, here and in other libraries: one core, one thread, in turns."""
    frameworks = ROOT / ".venv-frameworks" / "bin" / "python"
    python = frameworks if frameworks.exists() else sys.executable
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    run = [*pinned, python, ROOT / "tests" / "frameworks" / "epochs.py"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "code")}
    ms = json.loads(subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout)["ms"]
    ours, with_curves = ms.pop("descent"), ms.pop("descent's train")
    what = "epoch of a 64-128-64-10 network on digits, Adam"
    rows = [row(what, ours, "ms", name, round(theirs, 2)) for name, theirs in ms.items()]
    rows.append(row(f"{what}, with curves", with_curves, "ms", "the same without", round(ours, 2)))
    if not any("PyTorch" in name for name in ms):
        rows.append(row(what, ours, "ms", "PyTorch: not installed here; make test-frameworks installs it"))
    return rows


def sweeps(runs=10_000, steps=1000, rounds=5):
    """Many runs on Rosenbrock, each at its own rate: in one loop, by NumPy, and one run after the other, in turns."""
    surface, rates, rows = SURFACES["rosenbrock"], np.logspace(-5, -3, runs)[:, None], []
    for name in ("sgd", "momentum", "adam"):
        ways = {
            "ours": (surface.grad, rates, 1),
            "the same by NumPy": (lambda x: surface.grad(x), rates, 1),
            "a hundredth of them, one after the other": (lambda x: surface.grad(x), rates[0], runs // 100),
        }
        ms = {way: [] for way in ways}
        for _ in range(rounds):
            for way, (grad, lr, times) in ways.items():
                began = time.perf_counter()
                descend(name, grad, surface.start, steps, keep="last", lr=lr)
                ms[way].append(1000 * times * (time.perf_counter() - began))
        ours, *others = map(np.median, ms.values())
        what = f"{runs} runs x {steps} steps of {name} on Rosenbrock"
        rows += [row(what, ours, "ms", way, round(other)) for way, other in zip(list(ways)[1:], others, strict=True)]
    return rows


def main():
    rows = []
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        stock_config = Path(scratch, "stock.yml")
        stock_config.write_text(STOCK)
        ours_s, ours = build(ROOT / "_config.yml", Path(scratch, "ours"))
        stock_s, stock = build(stock_config, Path(scratch, "stock"))
        rows.append(row("build the book", ours_s, "s", "Jupyter Book as it comes", round(stock_s, 2)))

        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        base, stock_base = serve(ours), serve(stock)
        for page in sorted(p.relative_to(ours).as_posix() for p in ours.glob("chapters/*.html")):
            kilobytes, files = weight(browser, base, ours, page)
            theirs, theirs_files = weight(browser, stock_base, stock, page)
            peer = f"Jupyter Book as it comes, without what it asks of other hosts ({theirs_files} files, ours {files})"
            rows.append(row(f"weight of {page}, gzipped", kilobytes / 1000, "kB", peer, round(theirs / 1000, 1)))
        frames, latencies = drag(browser, f"{base}/chapters/index.html", 300)
        ten, _ = drag(browser, ten_rules(scratch), 500)
        goal = "one frame at 60 Hz"
        for name, share, limit in (("median", 50, 8), ("p95", 95, 16)):
            what = f"script per frame, 5 rules x 300 steps, {name}"
            rows.append(row(what, np.percentile(frames, share), "ms", goal, FRAME_MS))
            what = f"script per frame, 10 rules x 500 steps, {name}"
            rows.append(row(what, np.percentile(ten, share), "ms", "the goal", limit))
        for name, share in (("median", 50), ("p95", 95)):
            rows.append(
                row(f"input event to end of frame, {name}", np.percentile(latencies, share), "ms", goal, FRAME_MS)
            )
        ready_ms = five_explorers(browser, scratch)
        rows.append(row("five explorers, page load to all drawn", ready_ms, "ms", "the goal", 300))
        for rule in ("momentum", "adam"):
            coarse, sharp = map_times(browser, scratch, rule)
            rows.append(row(f"map of {rule}'s settings, first picture", coarse, "ms", "the goal", 100))
            rows.append(row(f"map of {rule}'s settings, 400 x 400 runs x 200 steps", sharp, "ms", "the goal", 1000))
        program = gzip.compress((squeeze.program(Explorer._esm) + squeeze.style(Explorer._css)).encode(), 9)
        rows.append(row("the explorer's program, gzipped", len(program) / 1000, "kB", "the goal", 40))
        browser.close()
    rows += epochs() + sweeps()
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    rows.append(row("all tests", time.perf_counter() - start, "s"))

    out = ROOT / "_build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    for r in rows:
        against = f"   {r['peer']}" if r["peer"] else ""
        against += f": {r['theirs']:.4g}, ratio {r['ratio']:.3f}" if r["theirs"] is not None else ""
        print(f"{r['what']:52} {r['ours']:9.3f} {r['unit']}{against}")


if __name__ == "__main__":
    main()
