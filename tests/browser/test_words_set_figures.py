"""Words in the chapters that set a figure: each does what it says, and where there is no figure they are plain words."""

import json
from pathlib import Path

import pytest
from pages import rest, unfold

CHAPTERS = [
    *("01-gradient-descent", "02-gd-problems", "03-momentum", "04-nag", "05-adagrad", "06-rmsprop", "07-adam"),
    *("08-adadelta", "10-fair-race", "11-backpropagation", "14-after-adam"),
]
UNFIT = "Part of the link does not fit"
PLAIN = """
(all) => all.map((e) => { const [own, around] = [e, e.parentElement].map((x) => getComputedStyle(x));
  return own.color === around.color && own.textDecorationLine === "none"; })
"""


def address_of(name):
    return f"chapters/{name}.html"


def items(address):
    """The items of an address, such as "rate=1.5", each with the figure that it belongs to."""
    figures = (part.partition(":") for part in address.removeprefix("#").split("&"))
    return {(figure, item) for figure, _, text in figures for item in text.split(";") if item}


def has_explorer(path):
    """Whether a code cell of a chapter shows an explorer."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return any(cell["source"][:1] and cell["source"][0].startswith("Explorer(") for cell in cells)


def test_every_chapter_with_an_explorer_is_tried():
    chapters = Path(__file__).parents[2] / "chapters"
    assert sorted(path.stem for path in chapters.glob("[01]*.ipynb") if has_explorer(path)) == CHAPTERS


@pytest.mark.parametrize("name", ["index", *CHAPTERS])
def test_every_such_word_sets_its_figure(page_at, name):
    visit = page_at(address_of(name), reduced_motion="reduce")
    page = visit.page
    page.wait_for_function("() => !document.querySelector('.widget-host[data-widget=waiting]')")
    rest(page)
    unfold(page)
    words = page.locator("a[data-sets]")
    assert words.count() >= (1 if name == "index" else 2)
    for word in words.all():
        wanted = word.get_attribute("data-sets")
        figure = page.locator(".widget-host").nth(int(wanted.partition(":")[0].removeprefix("explorer-")) - 1)
        assert figure.get_attribute("data-kind") == "Explorer", wanted
        word.evaluate("(e) => e.closest('.toggle-hidden')?.classList.remove('toggle-hidden')")  # a solution
        word.evaluate("(e) => e.focus()")
        page.keyboard.press("Enter")
        rest(page)
        assert items(wanted) <= items(page.evaluate("location.hash")), wanted
        assert UNFIT not in figure.inner_text(), wanted
        page.evaluate("location.hash = ''")
    assert visit.faults == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_scripts_they_are_plain_words(page_at, name):
    page = page_at(address_of(name), java_script_enabled=False).page
    assert page.locator("a[data-sets]").evaluate_all(PLAIN) == [True] * page.locator("a[data-sets]").count()
    assert page.locator('[href^="#explorer-"]').count() == 0


def test_where_the_figure_does_not_start_they_stay_plain_words(page_at):
    page = page_at("404.html").page
    page.add_init_script("URL.createObjectURL = () => { throw new Error('refused'); };")
    page.goto(page.url.replace("404.html", address_of("05-adagrad")))
    page.wait_for_function("() => !document.querySelector('.widget-host[data-widget=waiting]')")
    assert page.locator("[data-widget=failed]").count() == page.locator(".widget-host").count()
    assert all(page.locator("a[data-sets]").evaluate_all(PLAIN))
    assert page.locator('[href^="#explorer-"]').count() == 0


def test_in_print_they_are_plain_words(page_at):
    page = page_at(address_of("03-momentum")).page
    page.wait_for_function("() => !document.querySelector('.widget-host[data-widget=waiting]')")
    words = page.locator('a[href^="#explorer-"]')
    assert words.count() > 0
    assert not any(words.evaluate_all(PLAIN))
    page.emulate_media(media="print")
    assert all(words.evaluate_all(PLAIN))


NAMES = """() => [...document.querySelectorAll(".bd-article section > p")].flatMap((p) => {
  const chips = [...p.closest("section").querySelectorAll('.chip[data-rule][aria-pressed="true"]')];
  const words = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  for (let text; chips.length > 1 && (text = words.nextNode()); ) {
    for (const chip of chips) {
      const at = text.data.search(new RegExp(`\\\\b${chip.querySelector(".long").textContent}\\\\b`, "i"));
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 3);
      p.scrollIntoView({ block: "center", behavior: "instant" });
      const { x, y, height } = range.getBoundingClientRect();
      const figure = [...document.querySelectorAll("[data-descent-explorer]")].indexOf(chip.closest("[data-descent-explorer]"));
      return [{ rule: chip.dataset.rule, x: x + 6, y: y + height / 2, figure }];
    }
  }
  return [];
}).slice(-1)"""
BRIGHT = """({ figure }) => [...document.querySelectorAll("[data-descent-explorer]")[figure]
  .querySelectorAll("[data-part=path]")].filter((e) => Number(getComputedStyle(e).opacity) === 1).map((e) => e.dataset.rule)"""


@pytest.mark.parametrize("name", ["03-momentum", "04-nag", "07-adam"])
def test_the_name_of_a_rule_in_the_text_lights_it_in_the_figure(page_at, name):
    page = page_at(address_of(name), width=1280, reduced_motion="reduce").page
    page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
    [place] = page.evaluate(NAMES)
    assert len(page.evaluate(BRIGHT, place)) > 1
    page.mouse.move(place["x"], place["y"])
    page.wait_for_function(f"([place, rule]) => ({BRIGHT})(place).join() === rule", arg=[place, place["rule"]])
    page.mouse.move(place["x"], place["y"] + 300)
    page.wait_for_function(f"(place) => ({BRIGHT})(place).length > 1", arg=place)
