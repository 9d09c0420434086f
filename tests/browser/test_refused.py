"""Where storage or scripts are refused, figures start or their stills say so."""

import pytest

REFUSE = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException("refused", "SecurityError"); } });
}"""
STARTED = "!document.querySelector('.widget-host[data-widget=waiting]')"
STATES = "[...document.querySelectorAll('.widget-host')].map((host) => host.dataset.widget)"
PAGES = [
    "chapters/index.html",
    "chapters/03-momentum.html",
    "chapters/09-learning-rate.html",
    "chapters/conventions.html",
]


@pytest.mark.parametrize("path", PAGES)
def test_with_all_cookies_blocked_every_figure_starts(page_at, path):
    visit = page_at("404.html")
    visit.page.add_init_script(REFUSE)
    visit.page.goto(visit.page.url.replace("404.html", path))
    visit.page.wait_for_function(STARTED)
    assert set(visit.page.evaluate(STATES)) == {"ready"}
    visit.page.locator(
        ".theme-switch-button:visible"
    ).first.click()  # what the theme remembers, it forgets with the page
    assert visit.page.locator("html").get_attribute("data-mode") in ("light", "dark")
    assert visit.faults == []


@pytest.mark.parametrize("path", PAGES)
def test_in_a_frame_that_may_only_run_scripts_every_figure_starts(page_at, path):
    visit = page_at("404.html")
    visit.page.evaluate(
        """(path) => {
          const frame = Object.assign(document.createElement("iframe"), { src: path, width: 1000, height: 800 });
          frame.sandbox = "allow-scripts";
          document.body.append(frame);
        }""",
        path,
    )
    visit.page.wait_for_function("frames.length")
    frame = visit.page.frames[1]
    frame.wait_for_url(f"**/{path}")
    frame.wait_for_function(f"document.querySelector('.widget-host') && {STARTED}")
    assert set(frame.evaluate(STATES)) == {"ready"}
    assert [fault for fault in visit.faults if fault.startswith("error")] == []  # it may ask for no fonts, and says so


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_a_still_says_that_it_stands_still(page_at, path):
    visit = page_at(path, java_script_enabled=False)
    figures = visit.page.locator(".widget-host")
    stills = visit.page.locator(".cell_output:has(.widget-host)")
    for fold in visit.page.locator("details:has(.widget-host) > summary").all():
        fold.click()
    for number in range(stills.count()):
        assert stills.nth(number).locator("img:visible, pre:visible").count() == 1
        assert "stands still here" in stills.nth(number).inner_text()
    assert stills.count() == figures.count() > 0
    assert figures.first.is_hidden()


def test_without_scripts_the_first_page_asks_for_nothing_that_cannot_be_done(page_at):
    assert page_at("chapters/index.html").page.get_by_text("Drag the ring").is_visible()
    assert page_at("chapters/index.html", java_script_enabled=False).page.get_by_text("Drag the ring").is_hidden()


def test_a_part_of_the_script_that_fails_takes_no_other_along(page_at):
    visit = page_at("404.html")
    visit.page.add_init_script(
        "Object.defineProperty(window, 'ClipboardJS', { set() { throw new Error('broken'); } });"
    )
    visit.page.goto(visit.page.url.replace("404.html", "chapters/03-momentum.html"))
    visit.page.wait_for_function(STARTED)
    assert set(visit.page.evaluate(STATES)) == {"ready"}
    assert any("broken" in fault for fault in visit.faults)
