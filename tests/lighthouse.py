"""Print what Lighthouse says of a few pages on a phone, beside the same pages of a stock Jupyter Book.

``python tests/lighthouse.py`` builds both books; ``python tests/lighthouse.py _build/html`` takes pages that are built,
and builds the stock ones alone. Lighthouse is no part of the course: it is a program of Node, looked for on the path.
Both books come from one server that compresses, page by page in turns, so that a busy machine is busy for both.
"""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

from measures.pages import STOCK, build
from measures.rows import ROOT

PAGES = "index", "01-gradient-descent", "03-momentum", "12-deep-networks", "conventions"
KINDS = "performance", "accessibility", "best-practices", "seo"
TIMES = {"first-contentful-paint": "first paint", "largest-contentful-paint": "largest paint",
         "total-blocking-time": "blocked", "speed-index": "speed index"}  # fmt: skip
RUNS = 5
FLAGS = "--headless=new --no-sandbox --disable-gpu"


@cache
def packed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6)


class Compressing(SimpleHTTPRequestHandler):
    """Sends what is text compressed, as the hosts of sites do, and lets a browser ask again and again."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        if not file.is_file() or file.suffix in (".woff2", ".png", ".zip"):
            return super().do_GET()
        body = packed(file)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(folder: Path) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def look(lighthouse: str, address: str) -> dict[str, float]:
    """One run: the four scores, and times in seconds."""
    command = [lighthouse, address, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(KINDS)}"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    scores = {kind: 100 * found["categories"][kind]["score"] for kind in KINDS}
    times = {name: found["audits"][audit]["numericValue"] / 1000 for audit, name in TIMES.items()}
    return scores | times | {"shift": found["audits"]["cumulative-layout-shift"]["numericValue"]}


def said(runs: list[dict[str, float]]) -> str:
    """The medians of several runs in one line."""
    middle = {name: median(run[name] for run in runs) for name in runs[0]}
    scores = " ".join(f"{middle[kind]:4.0f}" for kind in KINDS)
    return scores + "   " + ", ".join(f"{name} {middle[name]:.2f}" for name in middle if name not in KINDS)


def main(folder: str = "") -> None:
    lighthouse = shutil.which("lighthouse")
    if lighthouse is None:
        sys.exit("Lighthouse is not on the path: it is the package `lighthouse` of Node.")
    with tempfile.TemporaryDirectory() as scratch:
        stock_config = Path(scratch, "stock.yml")
        stock_config.write_text(STOCK)
        ours = Path(folder) if folder else build(ROOT / "_config.yml", Path(scratch, "ours"))[1]
        books = {"ours": serve(ours), "stock": serve(build(stock_config, Path(scratch, "stock"))[1])}
        print(f"{'':28}" + ", ".join(KINDS) + "; seconds")
        for page in PAGES:
            runs = {book: [] for book in books}
            for _ in range(RUNS):
                for book, base in books.items():
                    runs[book].append(look(lighthouse, f"{base}/chapters/{page}.html"))
            for book in books:
                print(f"{page:20} {book:6} {said(runs[book])}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
