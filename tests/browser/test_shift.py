"""Nothing moves by itself while a page loads and is read, and a page is light: on a phone, a tablet and a desk."""

import gzip
from urllib.parse import unquote, urlparse

import pytest
from pages import addresses, read

SIZES = [(390, 844), (768, 1024), (1280, 800)]
MOST_SHIFT = 0.02
MOST_REQUESTS = 15
MOST_BYTES, MOST_BYTES_OF_THE_FIRST_PAGE = 260_000, 180_000  # gzipped
RECORD = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources, startTime } of list.getEntries()) {
    shifts.push([value, Math.round(startTime), ...sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 120))]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def readers(browser, book, serve):
    """A function that lets a page be read to its end in windows of all sizes at once: the pages, and what each loaded."""
    contexts = [browser.new_context(viewport={"width": w, "height": h}, service_workers="block") for w, h in SIZES]

    def visit(path):
        visits = []
        for context in contexts:
            page = context.new_page()
            loaded = []
            page.on("response", lambda answer, loaded=loaded: loaded.append(answer.url))
            page.add_init_script(RECORD)
            page.goto(f"{serve(book)}/{path}", wait_until="commit")
            visits.append((page, loaded))
        for page, _ in visits:
            page.wait_for_load_state("load")
            page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
            read(page)
        return visits

    yield visit
    for context in contexts:
        context.close()


def worst(shifts):
    """The largest sum of shifts in a window of at most five seconds that no second without one interrupts."""
    most = whole = 0
    begun = last = -1e9
    for value, at, *_ in sorted(shifts, key=lambda shift: shift[1]):
        if at - last > 1000 or at - begun > 5000:
            whole, begun = 0, at
        whole, last = whole + value, at
        most = max(most, whole)
    return most


def packed(file):
    return file.stat().st_size if file.suffix in (".png", ".woff2") else len(gzip.compress(file.read_bytes(), 6))


def test_nothing_moves_and_no_page_is_heavy(book, readers):
    wrong = []
    for path in addresses(book):
        for page, loaded in readers(path):
            shifts = page.evaluate("shifts")
            files = {
                book / unquote(urlparse(address).path).lstrip("/") for address in loaded if address.startswith("http")
            }
            weights = {file.name: packed(file) for file in files}
            most = MOST_BYTES_OF_THE_FIRST_PAGE if path == "chapters/index.html" else MOST_BYTES
            if worst(shifts) > MOST_SHIFT:
                wrong.append((path, page.viewport_size, shifts))
            if sum(weights.values()) > most or len(weights) > MOST_REQUESTS:
                wrong.append((path, sum(weights.values()), len(weights), weights))
            page.close()
    assert not wrong


def test_shifts_are_seen(page_at):
    visit = page_at("chapters/glossary.html")
    visit.page.evaluate(RECORD)
    visit.page.evaluate("document.querySelector('h1').style.marginTop = '300px'")
    visit.page.wait_for_function("shifts.length")
    assert worst(visit.page.evaluate("shifts")) > MOST_SHIFT
