"""What several tests share: the built book, small books made for one test, and a browser that stays at home."""

import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import publish
import pytest
from descent import Explorer
from ipywidgets.embed import embed_data
from publish.pages import host
from publish.squeeze import fill_programs

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip


def build(source: Path, target: Path) -> subprocess.CompletedProcess:
    """Build the book in ``source`` as ``make book`` does; the pages come to ``target/_build/html``."""
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(source), "--path-output", str(target)]
    command += ["--quiet", "--warningiserror", "--nitpick", "--keep-going"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The folder with the book's HTML, built once with warnings as errors."""
    target = tmp_path_factory.mktemp("book")
    done = build(ROOT, target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (target / "_build" / "html" / "search.html").is_file(), done.stdout + done.stderr
    return target / "_build" / "html"


@pytest.fixture
def small_book(tmp_path) -> Callable[..., tuple[subprocess.CompletedProcess, Path]]:
    """A function that builds a book of the given files (``index.md`` first) with the course's own configuration."""

    def make(files: dict[str, str]) -> tuple[subprocess.CompletedProcess, Path]:
        (tmp_path / "chapters").mkdir()
        config = (ROOT / "_config.yml").read_text(encoding="utf-8")
        config = config.replace("check_repairs: true", "check_repairs: false")  # a small book needs few of them
        (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
        shutil.copy(ROOT / "chapters" / "references.bib", tmp_path / "chapters")
        first, *others = files
        toc = [
            "format: jb-book",
            f"root: {Path(first).stem}",
            "chapters:",
            *(f"- file: {Path(o).stem}" for o in others),
        ]
        (tmp_path / "_toc.yml").write_text("\n".join(toc[: None if others else 2]), encoding="utf-8")
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return build(tmp_path, tmp_path), tmp_path / "_build" / "html"

    return make


@pytest.fixture(scope="session")
def browser():
    """Chromium, or a skipped test where there is none (on a build server: a failed one)."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        message = "no browser: install Chromium (apt-get install chromium)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve():
    """A function that serves a folder over HTTP and returns its address."""
    servers: dict[Path, http.server.ThreadingHTTPServer] = {}

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def address(folder: Path) -> str:
        if folder not in servers:
            handler = functools.partial(Quiet, directory=str(folder))
            servers[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}"

    yield address
    for server in servers.values():
        server.shutdown()


PROGRAMS = {"JupyterLab": "lab/tree/{}.ipynb?reset", "Notebook 7": "notebooks/{}.ipynb"}  # with no other tab open


class Desk:
    """``python -m publish lab`` in a copy of the course in ``folder``, with a reader's own Jupyter that is empty."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in ("code", "chapters"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "_toc.yml", folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start the server, and wait until it listens."""
        own = {f"JUPYTER_{name}_DIR": str(self.folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        own |= {"PYTHONPATH": str(self.folder / "code"), "JUPYTER_PLATFORM_DIRS": "0"}
        words = ["--no-browser", "--port", str(self.port), "--allow-root", "--ip=127.0.0.1"]
        words += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]  # so that it can be asked to end
        command = [sys.executable, "-m", "publish.lab", *words]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=os.environ | own, stderr=log)
        while not listens(self.port):
            with pytest.raises(subprocess.TimeoutExpired):  # it has not ended
                self.process.wait(0.2)

    def notebook(self, name) -> Path:
        """The file of a notebook on the desk."""
        return self.folder / "work" / f"{name}.ipynb"

    def stop(self):
        """Shut the server down, and with it all kernels."""
        with urlopen(f"{self.address}/api/shutdown", data=b""):
            self.process.wait(30)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """A desk that is open."""
    desk = Desk(tmp_path_factory.mktemp("course"))
    desk.start()
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def desk_server(desk) -> str:
    """The address of a desk that is open."""
    return desk.address


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def visit(browser, desk):
    """A function that opens a notebook of the desk in one of the programs, and waits until all its cells can be run."""
    pages = []

    def visit(program, name, height=1000):
        page = browser.new_page(viewport={"width": 1300, "height": height})
        pages.append(page)
        page.set_default_timeout(60_000)
        with page.expect_websocket(lambda socket: "/api/kernels/" in socket.url):  # before, what is run is lost
            page.goto(f"{desk.address}/{PROGRAMS[program].format(name)}")
        count = len(cells_of(desk.notebook(name)))
        page.wait_for_function(f"() => document.querySelectorAll('.jp-Notebook .jp-Cell').length === {count}")
        idle(page)
        return page

    yield visit
    for page in pages:
        page.close()


def cells_of(path):
    """The cells that are stored in a notebook."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def idle(page):
    """Wait until nothing runs on a page of the desk, and nothing waits to be run."""
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-InputPrompt')].every((e) => !e.textContent.includes('*'))"
    )


@dataclass
class Visit:
    """A page and what happened on it; ``faults`` holds foreign requests, console messages, errors and bad answers."""

    page: object
    faults: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)  # addresses


@pytest.fixture
def page_at(request, browser, serve):
    """A function that opens a page of the book (or of the book in ``folder``) and returns a :class:`Visit`.

    ``page_at("chapters/03-momentum.html", width=390, scheme="dark")``. ``from_file=True`` opens the file itself.
    Requests to other hosts are refused and recorded.
    """
    contexts = []

    def visit(path, *, folder=None, width=1280, height=900, scheme="light", from_file=False, **options) -> Visit:
        folder = folder or request.getfixturevalue("book")
        home = folder.as_uri() if from_file else serve(folder)
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        contexts.append(context)
        seen = Visit(context.new_page())

        def route(request_route):
            url = request_route.request.url
            if url.startswith((home, "data:", "blob:")):
                request_route.continue_()
            else:
                seen.faults.append(f"asked for {url}")
                request_route.abort()

        context.route("**/*", route)
        seen.page.on("console", lambda message: seen.faults.append(f"console {message.type}: {message.text}"))
        seen.page.on("pageerror", lambda error: seen.faults.append(f"error: {error}"))
        seen.page.on("response", lambda answer: seen.loaded.append(answer.url))
        seen.page.on(
            "response", lambda answer: answer.status >= 400 and seen.faults.append(f"{answer.status} {answer.url}")
        )
        seen.page.goto(f"{home}/{path}", wait_until="load")
        return seen

    yield visit
    for context in contexts:
        context.close()


HOST = Path(publish.__file__).with_name("host.js").read_text(encoding="utf-8")
BASE = "<style>html{background:#fff}html[data-theme=dark]{background:#14181e;color:#ced6dd}body{margin:0}</style>"


def widget_page(widgets, theme="light"):
    """The text of a page without Python that shows the widgets."""
    data = embed_data(views=widgets, drop_defaults=False)
    fill_programs(data["manager_state"])  # as short as on the site
    state = json.dumps({"state": data["manager_state"]["state"]}).replace("</", "<\\/")
    kind = "application/vnd.jupyter.widget"
    views = "".join(host(view["model_id"], data["manager_state"]["state"]) for view in data["view_specs"])
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>Figures</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{BASE}<main><h1>Figures</h1>{views}'
        f'</main><script type="{kind}-state+json">{state}</script><script>{HOST}</script></html>'
    )


@pytest.fixture
def show(browser, tmp_path):
    """A function that shows widgets on a page without Python; the page's console must stay silent."""
    contexts, noise = [], []

    def show(*widgets, theme="light", width=1280, **options):
        (tmp_path / "page.html").write_text(widget_page(widgets, theme), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", lambda request: request.url.startswith("http") and noise.append(f"asked for {request.url}"))
        page.goto((tmp_path / "page.html").as_uri())
        ready(page)
        return page

    yield show
    for context in contexts:
        context.close()
    assert noise == []


def ready(page):
    """Wait until every interactive figure on the page is drawn."""
    frames(page, 4)
    page.wait_for_function(
        "() => { const kinds = '[data-descent-explorer], [data-descent-panel], [data-descent-calculator]';"
        " const all = [...document.querySelectorAll(kinds)];"
        " return all.length && all.every((e) => e.dataset.state === 'ready'); }"
    )


def frames(page, count=30):
    """Wait until the page could have drawn ``count`` more pictures; thirty take half a second."""
    page.evaluate(
        "(left) => new Promise((done) => {"
        " const next = () => (left-- ? requestAnimationFrame(next) : done()); next(); })",
        count,
    )


def slide(page, name, value):
    page.locator(f"input[name={name}]").evaluate(
        "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }", str(value)
    )
    ready(page)


STUB = """
async ({ source, state }) => {
  const widget = (await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))).default;
  const listeners = new Map();
  window.saved = 0;
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; (listeners.get('change:' + name) ?? []).forEach((f) => f()); },
    on: (name, f) => listeners.set(name, [...(listeners.get(name) ?? []), f]),
    off: (name, f) => listeners.set(name, (listeners.get(name) ?? []).filter((g) => g !== f)),
    save_changes: () => { window.saved++; },
    say: (name, message) => (listeners.get(name) ?? []).forEach((f) => f(message)),
    listening: () => [...listeners.values()].flat().length,
  };
  document.body.replaceChildren();
  window.again = () => widget.render({ model: window.model, el: document.body });
  window.leave = await window.again();
}
"""


@pytest.fixture
def stub(show):
    """A page with one figure and its model at hand, as ``window.model``."""

    def stub(figure):
        page = show(Explorer(steps=1))
        page.add_style_tag(content=figure._css)
        state = {name: value for name, value in figure.get_state().items() if name not in ("_esm", "_css", "layout")}
        page.evaluate(STUB, {"source": figure._esm, "state": state})
        ready(page)
        return page

    return stub


def pytest_terminal_summary(terminalreporter):
    """Say in one line for each reason how many tests were skipped."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} {reason.replace('Skipped: ', 'skipped: ')}")
