"""The website in a browser: silent, at home, readable by everyone, also from a file and on a phone."""

import io
import json

import nbformat
import numpy as np
import pytest
from conftest import frames
from pages import addresses, read, unfold, violations
from PIL import Image
from publish.pages import LONG

LOOKS = [(1280, "light"), (390, "dark"), (1280, "dark"), (390, "light")]


def settle(page) -> None:
    """Bring every widget of the page to its end state."""
    for host in page.locator(".widget-host").all():
        host.scroll_into_view_if_needed()
    page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
    page.wait_for_load_state("networkidle")
    read(page)
    page.evaluate("scrollTo(0, 0)")


def overflow(page) -> int:
    """How many pixels the page can be moved sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_every_page_is_silent_and_accessible(book, page_at):
    for number, path in enumerate(addresses(book)):
        width, scheme = LOOKS[number % len(LOOKS)]
        visit = page_at(path, width=width, scheme=scheme)
        settle(visit.page)
        assert visit.page.locator("html").get_attribute("data-theme") == scheme
        assert visit.page.locator("[data-widget=failed]").count() == 0, path
        assert violations(visit.page) == [], (path, width, scheme)
        assert visit.faults == [], path
        visit.page.context.close()


def test_every_page_works_from_a_file_on_a_phone(book, page_at):
    for path in addresses(book):
        visit = page_at(path, width=390, height=844, from_file=True)
        settle(visit.page)
        assert visit.page.locator("[data-widget=failed]").count() == 0, path
        assert overflow(visit.page) == 0, path
        assert visit.faults == [], path
        visit.page.context.close()


def test_a_figure_too_wide_for_a_phone_scrolls_in_its_own_box(page_at):
    visit = page_at("chapters/06-rmsprop.html", width=390, height=844)
    unfold(visit.page)
    figure = visit.page.locator(".cell_output > img:visible").first
    assert figure.bounding_box()["width"] > 500
    figure.scroll_into_view_if_needed()
    visit.page.wait_for_function("document.querySelector('.cell_output:has(> img)').tabIndex === 0")
    assert overflow(visit.page) == 0
    box = visit.page.locator(".cell_output:has(> img:visible)").first
    assert shaded(box) == [False, True], "it goes on to the right"
    box.evaluate("(box) => { box.scrollLeft = 60 }")
    assert shaded(box) == [True, True]
    box.evaluate("(box) => { box.scrollLeft = 9999 }")
    assert shaded(box) == [True, False]


def shaded(box):
    """Do the left and the right edge of a box lie in shade?"""
    picture = np.asarray(Image.open(io.BytesIO(box.screenshot())).convert("L"))
    return [bool(np.median(picture[:, edge]) < 250) for edge in (0, -1)]


def test_the_first_page_leads_to_the_book(book, page_at):
    visit = page_at("index.html")
    visit.page.wait_for_url("**/chapters/index.html")
    assert visit.faults == []


@pytest.mark.parametrize(("lost", "home"), [("/nowhere", "/"), ("/course/chapters/99-gone.html", "/course/")])
def test_a_lost_reader_finds_home(book, browser, lost, home):
    page = browser.new_page()
    text = (book / "404.html").read_text(encoding="utf-8")
    page.route("**/*", lambda route: route.fulfill(status=404, content_type="text/html", body=text))
    page.goto(f"http://made-up.example{lost}")
    there = page.locator("main a").evaluate_all("(links) => links.map((link) => link.href)")
    assert there == [f"http://made-up.example{home}", f"http://made-up.example{home}search.html"]
    assert violations(page) == []
    page.close()


def test_a_printed_page_has_its_title_once(page_at):
    visit = page_at("chapters/03-momentum.html")
    visit.page.emulate_media(media="print")
    titles = visit.page.locator("h1").evaluate_all(
        "(all) => all.filter((h) => h.checkVisibility()).map((h) => h.innerText)"
    )
    assert [title.rstrip("#") for title in titles] == ["3. Momentum"]


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


@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_of_downloads_opens_and_closes(page_at, width):
    page = page_at("chapters/bibliography.html", width=width).page
    button, menu = page.get_by_label("Download this page"), page.locator(".dropdown-download-buttons .dropdown-menu")
    button.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    box = menu.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Tab")
    assert menu.locator(":focus").count() == 1
    page.keyboard.press("Escape")
    assert menu.is_hidden()
    assert button.evaluate("(e) => e === document.activeElement")
    page.keyboard.press("Enter")
    page.mouse.click(width / 2, 700)  # beside it
    assert menu.is_hidden()


@pytest.mark.parametrize(("name", "link"), [("primary", "Glossary"), ("secondary", "Where it fails")])
def test_on_a_phone_the_lists_beside_the_text_come_in_windows(page_at, name, link):
    page = page_at("chapters/03-momentum.html", width=390, height=844).page
    window = page.locator(f"#pst-{name}-sidebar-modal")
    page.locator(f".{name}-toggle").click()
    assert window.get_by_role("link", name=link).is_visible()
    page.keyboard.press("Escape")
    assert window.is_hidden()
    page.locator(f".{name}-toggle").click()
    page.mouse.click(385 if name == "primary" else 5, 400)
    assert window.is_hidden()


def test_the_list_of_sections_shows_what_is_read(page_at):
    page = page_at("chapters/03-momentum.html").page
    page.locator("#where-it-fails > h2").evaluate("(e) => e.scrollIntoView({ behavior: 'instant' })")
    page.wait_for_function("document.querySelector('#pst-page-toc-nav a.active')?.hash === '#where-it-fails'")
    assert page.locator("#pst-page-toc-nav [aria-current]").all_inner_texts() == ["Where it fails"]


TOP = "(id) => document.getElementById(id).querySelector('h2, h3, summary').getBoundingClientRect().top"


@pytest.mark.parametrize("width", [390, 768])
def test_links_into_a_long_page_land_where_they_lead(page_at, width):
    for section in ("where-it-fails", "deeper-which-memory-ask-the-data"):
        page = page_at(f"chapters/03-momentum.html#{section}", width=width, height=844).page
        frames(page)
        assert 0 <= page.evaluate(TOP, section) < 120
        page.evaluate("document.querySelector('#pst-page-toc-nav a[href=\"#the-map\"]').click()")
        page.wait_for_function(f"() => {{ const top = ({TOP})('the-map'); return top >= 0 && top < 120; }}")
        frames(page)
        assert 0 <= page.evaluate(TOP, "the-map") < 120
    page = page_at("chapters/03-momentum.html", width=width, height=844).page
    page.evaluate("document.querySelector('#pst-page-toc-nav a[href=\"#what-to-keep\"]').click()")
    page.wait_for_function(f"() => {{ const top = ({TOP})('what-to-keep'); return top >= 0 && top < 120; }}")
    frames(page)
    assert 0 <= page.evaluate(TOP, "what-to-keep") < 120


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
        "_esm": TOY + "//" + "x" * LONG,
        "_css": ".toy { color: red }",
        "_program": "</script>한" * LONG,
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
    assert buttons.all_inner_texts() == ["3 0 200000", "5 0 200000"]
    buttons.nth(1).click()
    assert buttons.all_inner_texts() == ["3 0 200000", "6 12 200000"]
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
