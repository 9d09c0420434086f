"""The website in a browser: silent, at home, readable by everyone, also from a file and on a phone."""

import gzip
import json
from pathlib import Path
from urllib.parse import unquote, urlparse

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

LOOKS = [(1280, "light"), (390, "dark"), (1280, "dark"), (390, "light")]
LIMIT = 350_000  # bytes of a page, gzipped


def paths(book: Path) -> list[str]:
    found = (page.relative_to(book).as_posix() for page in book.rglob("*.html") if "_static" not in page.parts)
    return sorted(path for path in found if path != "index.html")


def settle(page) -> None:
    """Bring every widget of the page to its end state."""
    for host in page.locator(".widget-host").all():
        host.scroll_into_view_if_needed()
    page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


def weight(folder: Path, addresses: list[str]) -> dict[str, int]:
    """Bytes of each file that the page loaded, gzipped."""
    files = {
        folder / unquote(urlparse(address).path).lstrip("/") for address in addresses if address.startswith("http")
    }
    return {file.name: len(gzip.compress(file.read_bytes(), 6)) for file in files if file.is_file()}


def overflow(page) -> int:
    """How many pixels the page can be moved sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_every_page_is_silent_light_and_accessible(book, page_at):
    for number, path in enumerate(paths(book)):
        width, scheme = LOOKS[number % len(LOOKS)]
        visit = page_at(path, width=width, scheme=scheme)
        settle(visit.page)
        assert visit.page.locator("html").get_attribute("data-theme") == scheme
        assert visit.page.locator("[data-widget=failed]").count() == 0, path
        assert violations(visit.page) == [], (path, width, scheme)
        assert visit.faults == [], path
        loaded = weight(book, visit.loaded)
        assert sum(loaded.values()) < LIMIT, (path, loaded)
        visit.page.context.close()


def test_every_page_works_from_a_file_on_a_phone(book, page_at):
    for path in paths(book):
        visit = page_at(path, width=390, height=844, from_file=True)
        settle(visit.page)
        assert visit.page.locator("[data-widget=failed]").count() == 0, path
        assert overflow(visit.page) == 0, path
        assert visit.faults == [], path
        visit.page.context.close()


def test_a_figure_of_several_panels_stays_legible_on_a_phone(page_at):
    visit = page_at("chapters/06-rmsprop.html", width=390, height=844)
    figure = visit.page.locator("img.wide").first
    assert figure.bounding_box()["width"] > 500
    visit.page.wait_for_function("document.querySelector('img.wide').parentElement.tabIndex === 0")
    assert overflow(visit.page) == 0


def test_the_first_page_leads_to_the_book(book, page_at):
    visit = page_at("index.html")
    visit.page.wait_for_url("**/chapters/index.html")
    assert visit.faults == []


@pytest.mark.parametrize("from_file", [False, True])
def test_searching_finds_pages_and_stays_silent(page_at, from_file):
    visit = page_at("search.html?q=bibliography", from_file=from_file)
    visit.page.locator("#search-results li").first.wait_for()
    assert "Bibliography" in visit.page.locator("#search-results li a").all_inner_texts()
    visit.page.locator("article input[name=q], .bd-search-container input[name=q]").first.fill("zzzzz")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**q=zzzzz*")
    visit.page.get_by_text("did not match").wait_for()
    assert visit.faults == []


def test_ctrl_k_opens_the_search(page_at):
    visit = page_at("chapters/bibliography.html")
    visit.page.keyboard.press("Control+k")
    visit.page.locator("#pst-search-dialog[open] input").fill("adam")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**search.html?q=adam")
    assert visit.faults == []


def test_the_theme_follows_the_system_until_the_reader_chooses(page_at):
    visit = page_at("chapters/bibliography.html", scheme="dark")
    theme = lambda: visit.page.locator("html").get_attribute("data-theme")  # noqa: E731
    assert theme() == "dark"
    visit.page.emulate_media(color_scheme="light")
    visit.page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    for _ in range(3):
        visit.page.locator(".theme-switch-button:visible").first.click()
        if visit.page.locator("html").get_attribute("data-mode") == "dark":
            break
    assert theme() == "dark"
    visit.page.reload()
    assert theme() == "dark"
    assert visit.faults == []


TOY = """export default {
  initialize({ model }) { model.on("change:n", () => model.set("twice", 2 * model.get("n"))); },
  render({ model, el }) {
    if (model.get("n") < 0) throw new Error("below zero");
    const button = document.createElement("button");
    const show = () => { button.textContent = `${model.get("n")} ${model.get("twice")} ${model.get("_program").length}`; };
    button.addEventListener("click", () => { model.set("n", model.get("n") + 1); model.save_changes(); });
    model.on("change", show);
    show();
    el.append(button);
  },
};
"""


def toy_notebook(*numbers: int) -> str:
    """A notebook with one stored widget for each number; they share their program."""
    shared = {
        "_esm": TOY + "//" + "x" * 2000,
        "_css": ".toy { color: red }",
        "_program": "</script>한" * 300,
        "twice": 0,
    }
    models = {f"model{i}": {"model_module": "anywidget", "model_module_version": "~0.9.*", "model_name": "AnyModel",
                            "state": {**shared, "n": n}} for i, n in enumerate(numbers)}  # fmt: skip
    still = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><title>still</title></svg>"
    cells = [nbformat.v4.new_markdown_cell("# Widgets\n\nA page with toys, which says a few words first.", id="intro")]
    for i, model in enumerate(models):
        data = {
            "application/vnd.jupyter.widget-view+json": {"model_id": model},
            "image/svg+xml": still,
            "text/plain": "Toy",
        }
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("Toy()", id=f"toy-{i}", execution_count=1, outputs=[output]))
    states = {"state": models, "version_major": 2, "version_minor": 0}
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": states},
    }
    return json.dumps(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def test_widgets_run_without_a_kernel_and_fail_alone(small_book, page_at):
    done, folder = small_book({"index.ipynb": toy_notebook(3, -1, 5)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((folder / "_static" / "widgets").glob("*.js"))) == 2
    visit = page_at("index.html", folder=folder, from_file=True)
    settle(visit.page)
    buttons = visit.page.locator(".widget-host button")
    assert buttons.all_inner_texts() == ["3 0 3000", "5 0 3000"]
    buttons.nth(1).click()
    assert buttons.all_inner_texts() == ["3 0 3000", "6 12 3000"]
    failed = visit.page.locator("[data-widget=failed]")
    assert failed.inner_text() == "This interactive figure could not start: below zero"
    assert failed.locator("img").count() == 1
    assert visit.faults == []


def test_without_scripts_a_widget_is_a_picture(small_book, page_at):
    _, folder = small_book({"index.ipynb": toy_notebook(3)})
    visit = page_at("index.html", folder=folder, java_script_enabled=False)
    assert visit.page.locator(".cell_output img").count() == 1
    assert visit.page.locator("h1").inner_text().startswith("Widgets")
    assert visit.faults == []
