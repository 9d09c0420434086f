"""The rule editor on a page without Python: a text is changed, and the figure follows at every keystroke."""

import inspect
import re
from urllib.parse import quote

import numpy as np
import pytest
from conftest import frames, ready
from descent import SURFACES, Explorer, descend
from descent.notes import hyperparameters
from descent.rules import RULES, adam, momentum, nag
from descent.widgets.editor import MOST
from descent.widgets.editor import source as editor_program
from pages import end, ids, in_every_look, more, numbers_in, picture_of, rest, too_small, violations
from publish import squeeze

RAVINE = SURFACES["ravine"]
AHEAD = ("grad(x)", "grad(x + mu * v)")


def text_of(rule, *changes):
    """The rule's text as the editor shows it, with something changed."""
    text = inspect.getsource(rule).rstrip()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def open_editor(page):
    more(page)
    page.get_by_role("button", name="Edit a rule").click()
    page.locator("textarea").wait_for()
    return page.locator("textarea")


def write(page, text):
    page.locator("textarea").fill(text)
    rest(page)


def told(page):
    return page.locator(".rule-said").inner_text()


@pytest.fixture
def editor(show):
    """A page whose figure shows gradient descent, momentum and NAG, the first text opened."""
    page = show(Explorer("ravine", ["sgd", "nag", "momentum"], lr=0.5, steps=60))
    open_editor(page)
    return page


def test_what_is_written_runs(editor):
    before = end(editor, "sgd")
    assert editor.locator("textarea").input_value() == text_of(momentum)
    write(editor, text_of(momentum, AHEAD))
    assert end(editor, "momentum") == end(editor, "nag")
    assert end(editor, "sgd") == before
    assert told(editor) == "The figure runs this as Momentum."
    assert editor.locator(".rule-line.changed").count() == 1
    write(editor, text_of(momentum, ("mu=0.9", "mu=0.5")))
    expected = descend(momentum, RAVINE.grad, RAVINE.start, 60, lr=0.5, mu=0.5).final
    np.testing.assert_allclose(end(editor, "momentum"), expected, rtol=0, atol=1e-9)


def test_the_text_s_rate_is_in_force(editor):
    write(editor, text_of(momentum, ("lr=0.01", "lr=0.25")))
    expected = descend(momentum, RAVINE.grad, RAVINE.start, 60, lr=0.25, mu=0.9).final
    np.testing.assert_allclose(end(editor, "momentum"), expected, rtol=0, atol=1e-9)
    write(editor, text_of(momentum))
    assert told(editor) == "Change something: the figure runs what you write."


def test_a_mistake_is_told_and_the_last_run_stays_dimmed(editor):
    write(editor, text_of(momentum, AHEAD))
    before = end(editor, "momentum")
    write(editor, text_of(momentum, ("grad(x)", "grad(x + um * v)")))
    assert told(editor) == "line 3: momentum does not know um; did you mean mu?"
    assert editor.locator(".rule-wrong").all_inner_texts() == ["um"]
    assert editor.locator("textarea").get_attribute("aria-invalid") == "true"
    assert end(editor, "momentum") == before
    path = editor.locator('[data-part="path"][data-rule="momentum"]')
    assert float(path.evaluate("(e) => e.style.opacity")) < 0.5
    editor.get_by_role("button", name="Play").focus()
    rest(editor)  # elsewhere, too, nothing goes on
    assert "um * v" in editor.locator("textarea").input_value()
    write(editor, text_of(momentum, AHEAD))
    assert float(path.evaluate("(e) => e.style.opacity")) == 1
    assert editor.locator("textarea").get_attribute("aria-invalid") == "false"


def test_a_number_of_the_first_line_becomes_a_knob(editor):
    assert editor.locator(".rule-knobs input").count() == 0
    write(editor, text_of(momentum, ("mu=0.9", "mu=0.9, drag=0.1"), ("grad(x)", "grad(x) - drag * v")))
    knob = editor.locator(".rule-knobs input[name=drag]")
    before = end(editor, "momentum")
    knob.focus()
    editor.keyboard.press("PageUp")
    rest(editor)
    assert end(editor, "momentum") != before
    assert "momentum.drag=" in editor.url


def test_undo_takes_a_reset_back_and_enter_keeps_the_indent(editor):
    area = editor.locator("textarea")
    write(editor, text_of(momentum, AHEAD))
    editor.get_by_role("button", name="Reset the text").press("Enter")
    rest(editor)
    assert area.input_value() == text_of(momentum)
    editor.keyboard.press("Control+z")
    rest(editor)
    assert area.input_value() == text_of(momentum, AHEAD)
    assert end(editor, "momentum") == end(editor, "nag")
    editor.keyboard.press("Control+Home")
    editor.keyboard.press("End")
    editor.keyboard.press("Enter")
    editor.keyboard.type("w = v")
    assert area.input_value().splitlines()[1] == "    w = v"


def test_a_link_brings_the_text_along_and_reset_takes_it_away(editor):
    write(editor, text_of(momentum, AHEAD, ("mu=0.9", "mu=0.8, drag=0.1"), ("return x", "return x - drag * lr * v")))
    before, address = picture_of(editor), editor.url
    editor.goto("about:blank")
    editor.goto(address)
    editor.wait_for_function("() => document.querySelector('textarea')?.value.includes('drag')")
    assert picture_of(editor) == before
    assert editor.url == address
    editor.get_by_role("button", name="Reset", exact=True).click()
    rest(editor)
    expected = descend(momentum, RAVINE.grad, RAVINE.start, 60, lr=0.5).final
    np.testing.assert_allclose(end(editor, "momentum"), expected, rtol=0, atol=1e-9)
    assert editor.locator("textarea").input_value() == text_of(momentum)
    assert "text." not in editor.url


@pytest.mark.parametrize("text", ["def%20f(", "%", "__proto__", "x".join(["def"] * 900)])
def test_a_link_with_a_text_that_cannot_be_read_shows_the_figure(show, text):
    page = show(Explorer("ravine", ["sgd", "momentum"], lr=0.5, steps=60))
    before = end(page, "momentum")
    page.evaluate("(text) => { location.hash = `explorer-1:text.momentum=${text};steps=60`; }", text)
    page.locator("textarea").wait_for()
    rest(page)
    assert end(page, "momentum") == before
    assert "out" in page.get_by_role("status").first.inner_text()


def keep(page, *changes):
    """Keep a changed momentum beside the others; its name in the figure."""
    write(page, text_of(momentum, *changes))
    page.get_by_role("button", name="Keep it, start another").click()
    rest(page)


def drawn(page):
    """The rules whose paths are drawn, in their order."""
    return page.evaluate("[...document.querySelectorAll('[data-part=path]')].map((e) => e.dataset.rule)")


def test_what_was_written_is_kept_and_another_is_started(editor):
    as_it_was = end(editor, "momentum")
    keep(editor, AHEAD)
    assert end(editor, "momentum_2") == end(editor, "nag")
    assert end(editor, "momentum") == as_it_was
    assert editor.locator("textarea").input_value() == text_of(momentum)
    assert editor.evaluate("document.activeElement.name") == "rule-text"
    assert editor.get_by_role("button", name="Keep it, start another").is_disabled()  # there is nothing new yet
    write(editor, text_of(momentum, ("mu=0.9", "mu=0")))
    assert end(editor, "momentum") == end(editor, "sgd")
    assert end(editor, "momentum_2") == end(editor, "nag")
    names = editor.locator("select[name=rule-edited] option").all_inner_texts()
    assert names == ["Gradient descent", "NAG", "Momentum", "Momentum 2"]


def test_a_kept_rule_is_in_the_link_and_reset_takes_it_away(editor):
    keep(editor, AHEAD)
    keep(editor, ("mu=0.9", "mu=0.5"))
    before, address = [end(editor, name) for name in drawn(editor)], editor.url
    editor.goto("about:blank")
    editor.goto(address)
    editor.locator("[data-part=path][data-rule=momentum_3]").wait_for(state="attached")
    rest(editor)
    assert [end(editor, name) for name in drawn(editor)] == before
    assert editor.url == address
    editor.get_by_role("button", name="Reset", exact=True).click()
    rest(editor)
    assert drawn(editor) == ["sgd", "nag", "momentum"]
    assert "text." not in editor.url


def test_a_kept_rule_can_be_changed_and_removed(editor):
    keep(editor, AHEAD)
    editor.locator("select[name=rule-edited]").select_option("momentum_2")
    editor.locator("textarea").fill(text_of(momentum, ("def momentum", "def momentum_2"), ("mu=0.9", "mu=0")))
    rest(editor)
    assert end(editor, "momentum_2") == end(editor, "sgd") != end(editor, "momentum")
    editor.get_by_role("button", name="Remove this rule").click()
    rest(editor)
    assert drawn(editor) == ["sgd", "nag", "momentum"]
    assert editor.locator("textarea").input_value() == text_of(momentum)


def test_as_many_are_kept_as_have_a_look_of_their_own(editor):
    for k in range(1, MOST + 1):
        keep(editor, ("mu=0.9", f"mu=0.{k}"))
    write(editor, text_of(momentum, ("mu=0.9", "mu=0.77")))
    assert editor.get_by_role("button", name="Keep it, start another").is_disabled()
    colours = "[...document.querySelectorAll('[data-part=path]')].map((e) => getComputedStyle(e).stroke)"
    assert len(set(editor.evaluate(colours))) == 3 + MOST


def test_python_hears_of_kept_rules(editor):
    editor.evaluate("() => { navigator.clipboard.writeText = (text) => { window.copied = text; }; }")
    keep(editor, AHEAD)
    editor.get_by_role("button", name="Copy as Python").click()
    scope = {"np": np, "Explorer": Explorer}
    exec(editor.evaluate("window.copied"), scope)
    explorer = Explorer("ravine", ["sgd", "nag", "momentum"], lr=0.5, steps=60)
    text = editor.evaluate("window.copied").partition("\n\n\n")[0]
    assert text == text_of(momentum, AHEAD, ("def momentum", "def momentum_2"))
    explorer.texts = {"momentum_2": text}
    explorer.rules = ["momentum", "momentum_2"]
    explorer.settings = {"momentum_2": {"lr": 0.5, "mu": 0.9}}
    explorer.surface = "ravine"
    assert explorer.rules == ["momentum", "momentum_2"]
    assert explorer.settings["momentum_2"] == {"lr": 0.5, "mu": 0.9}
    assert "momentum" in str(explorer)
    explorer.texts = {}
    explorer.rules = ["momentum"]
    assert str(explorer.still())


def test_python_is_copied_with_the_text(editor):
    editor.evaluate("() => { navigator.clipboard.writeText = (text) => { window.copied = text; }; }")
    text = text_of(momentum, AHEAD, ("def momentum", "def mine"))
    write(editor, text)
    editor.get_by_role("button", name="Copy as Python").click()
    copied = editor.evaluate("window.copied")
    assert copied.startswith(f"{text}\n\n\nmomentum = mine\n\n\nExplorer(")
    scope = {"np": np, "Explorer": Explorer}
    exec(copied, scope)
    assert scope["mine"].__name__ == "mine"


def test_python_hears_of_a_text_and_sets_one(stub):
    explorer = Explorer("ravine", ["sgd", "nag", "momentum"], lr=0.5, steps=60)
    page = stub(explorer)
    page.evaluate("() => { model.send = () => { window.asked = true; }; }")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Edit a rule").click()
    assert page.evaluate("window.asked")
    program = {"editor": squeeze.program(editor_program())}
    page.evaluate("(message) => model.say('msg:custom', message)", program)
    page.locator("textarea").wait_for()
    write(page, text_of(momentum, AHEAD, ("mu=0.9", "mu=0.9, drag=0.1")))
    assert page.evaluate("model.get('texts')") == {"momentum": text_of(momentum, AHEAD, ("mu=0.9", "mu=0.9, drag=0.1"))}
    sent = {name: page.evaluate("(name) => model.get(name)", name) for name in ("texts", "settings")}
    explorer.set_state(sent)
    assert explorer.settings["momentum"] == {"lr": 0.5, "mu": 0.9, "drag": 0.1}
    assert str(explorer.still())
    page.evaluate("(text) => model.set('texts', { momentum: text })", text_of(momentum, ("mu=0.9", "mu=0")))
    page.wait_for_function("() => document.querySelector('textarea').value.includes('mu=0)')")
    rest(page)
    assert end(page, "momentum") == end(page, "sgd")
    page.evaluate("model.set('texts', {})")
    page.wait_for_function("() => document.querySelector('textarea').value.includes('mu=0.9)')")
    rest(page)
    explorer.set_state({name: page.evaluate("(name) => model.get(name)", name) for name in ("texts", "settings")})
    assert explorer.texts == {}
    assert explorer.settings["momentum"] == {"lr": 0.5, "mu": 0.9}


def test_a_figure_that_is_given_a_text_runs_it_at_once(show):
    explorer = Explorer("ravine", ["nag", "momentum"], lr=0.5, steps=60)
    explorer.texts = {"momentum": text_of(momentum, AHEAD)}
    page = show(explorer)
    page.locator("textarea").wait_for(state="attached")
    rest(page)
    assert end(page, "momentum") == end(page, "nag")
    assert page.evaluate("document.activeElement === document.body")


def test_every_rule_s_text_can_be_changed(show):
    page = show(Explorer("two_wells", list(RULES), lr=0.05, steps=30))
    open_editor(page)
    for name, rule in RULES.items():
        page.locator("select[name=rule-edited]").select_option(name)
        before = end(page, name)
        write(page, text_of(rule) + "  # changed")
        assert end(page, name) == before
        first = next(iter(hyperparameters(rule)))
        write(page, text_of(rule, (f"{first}=", f"{first}=2 * ")))
        assert end(page, name) != before
    assert page.locator("select[name=rule-edited] option").count() == len(RULES)


def test_the_map_of_settings_runs_the_text_too(show):
    page = show(Explorer("two_wells", ["sgd", "momentum"], maps=True, steps=60, lr=0.05))
    open_editor(page)
    write(page, text_of(momentum, ("x + v, v", "x, v")))
    page.wait_for_function(
        "() => [...document.querySelectorAll('.map-figure')].every((e) => e.dataset.stride === '1')", timeout=20_000
    )
    rest(page)
    assert numbers_in(page.locator(".map-figure").first.inner_text()) is not None
    assert "at none of these settings" in page.locator(".maps, .rest").first.inner_text()


@in_every_look
def test_everybody_can_use_it(show, look):
    page = show(Explorer("ravine", ["sgd", "adam"], lr=0.5), **look)
    open_editor(page)
    write(page, text_of(adam, ("beta1=0.9", "beta1=0.9, warp=2")) + " * warq")
    assert violations(page) == []
    assert too_small(page, 24) == []
    assert len(ids(page)) == len(set(ids(page)))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def tab_to(page, found, back=False):
    """Press Tab until what has the focus is what one looks for."""
    for _ in range(400):
        if page.evaluate(found):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"no way to {found}")


def test_momentum_becomes_nesterov_by_keyboard_on_the_page_of_chapter_4(page_at):
    visit = page_at("chapters/04-nag.html")
    page = visit.page
    ready(page)
    sent = len(visit.loaded)
    tab_to(page, "document.activeElement.textContent === 'Change this rule'")
    page.keyboard.press("Enter")
    page.locator("textarea").wait_for()
    assert len(visit.loaded) == sent + 1  # the editor, now that it is asked for
    assert page.locator("textarea").input_value() == text_of(nag)
    tab_to(page, "document.activeElement.name === 'rule-edited'", back=True)
    page.keyboard.type("Mom")
    tab_to(page, "document.activeElement.name === 'rule-text'")
    assert page.locator("textarea").input_value() == text_of(momentum)
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "End", "ArrowLeft"):
        page.keyboard.press(key)
    assert end(page, "momentum") != end(page, "nag")
    page.keyboard.type(" + mu * v")
    rest(page)
    assert end(page, "momentum") == end(page, "nag")
    assert page.locator(".rule-map svg").is_visible()
    before, text = picture_of(page), page.locator("[name=rule-text]").input_value()

    # The exercise that ends in Nesterov's rule, too: the book's slip is mended.
    tab_to(page, "document.activeElement.closest('#nag-3')?.id && document.activeElement.textContent === 'Your answer'")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.name === 'nag-3'")
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "Shift+ArrowDown", "Delete", "End", "Backspace"):
        page.keyboard.press(key)
    page.keyboard.type("mu * v - lr * g")
    page.keyboard.press("Control+Enter")
    page.locator("#nag-3 .exercise-said").filter(has_text="Right.").wait_for()

    page.evaluate("() => { navigator.clipboard.writeText = (link) => { window.copied = link; }; }")
    number = int(re.search(r"#explorer-(\d+):", page.url)[1])
    figure = (
        f"document.activeElement.closest('.widget-host') === document.querySelectorAll('.widget-host')[{number - 1}]"
    )
    for button, back in (("More", True), ("Copy link", False)):
        tab_to(page, f"document.activeElement.textContent === '{button}' && {figure}", back=back)
        page.keyboard.press("Enter")
    address = page.evaluate("window.copied")
    other = page_at(address.partition("/chapters/")[2].join(["chapters/", ""])).page
    other.locator("textarea").wait_for()
    rest(other)
    assert other.locator("textarea").input_value() == text == text_of(momentum, AHEAD)
    assert end(other, "momentum") == end(other, "nag") == end(page, "nag")
    assert picture_of(other)[0] == before[0]
    assert visit.faults == []


def test_a_text_in_a_link_waits_for_an_editor_that_comes_late(page_at):
    page = page_at("chapters/04-nag.html").page
    ready(page)

    held, programs = [], "**/_static/widgets/*.js"
    page.route(programs, lambda one: held.append(one))
    text = text_of(momentum, AHEAD)
    with page.expect_request(programs):
        page.evaluate("(link) => { location.hash = link; }", f"explorer-1:text.momentum={quote(text)};steps=60")
    frames(page, 60)  # longer than the figure waits before it writes its state into the address
    assert held
    for one in held:
        one.continue_()
    page.locator("[name=rule-text]").wait_for()
    rest(page)
    assert page.locator("[name=rule-text]").input_value() == text
    assert end(page, "momentum") == end(page, "nag")
