"""What a reader meets at first: a map, names, play, a sentence and one knob; the rest behind "More"."""

import pytest
from conftest import ready, slide
from descent import SURFACES, Explorer, adam, adamw, momentum, rmsprop, sgd
from descent.rules import RULES
from descent.surfaces import ravine
from pages import RAVINE, end, goes_to, in_every_look, more, rest, said, start, too_small, violations

INVITATION = "Drag the start. Five ways to walk downhill."
FIVE = ["sgd", "momentum", "nag", "rmsprop", "adam"]


def stops(page):
    """What Tab comes to within the first figure, in order."""
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); }")
    found = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const e = document.activeElement; return e.closest('[data-descent-explorer]') &&"
            " (e.name || e.dataset.part || e.getAttribute('aria-label') || e.innerText.trim()); }"
        )
        if not name:
            break
        found.append(name)
    return found


@pytest.mark.parametrize(
    "options",
    [
        {"rules": FIVE, "knobs": [], "invitation": INVITATION},
        {"rules": list(RULES), "surface": list(SURFACES), "anatomy": True},
        {"rules": ["sgd"], "lr": 0.3},
        {"rules": ["sgd", "momentum"], "knobs": ["lr"]},
        {"rules": ["sgd", "momentum"], "ask": True},
    ],
)
def test_at_most_eight_stops_before_more_opens(show, options):
    found = stops(show(Explorer(**options)))
    assert "start" in found
    assert found[-1] == "More"
    assert len(found) <= 8, found


@pytest.mark.parametrize("surface", ["two_wells", "himmelblau"])
def test_every_minimum_in_the_window_is_marked(show, surface):
    page = show(Explorer(surface, ["sgd", "adam"]))
    assert page.locator(".target > g").count() == len(SURFACES[surface].minima) > 1


def test_the_names_are_one_stop_with_arrow_keys(show):
    page = show(Explorer(rules=["sgd", "nag", "adam"]))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    ready(page)
    assert page.locator("[data-part=path]").count() == 2
    assert page.locator("[data-part=path][data-rule=nag]").count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.dataset.rule") == "nag"


FIRST = [".chips", ".map", ".play", ".readout", "input[name=mu]", ".more"]
LATER = [
    ".chart",
    ".side table",
    "input[name=lr]",
    "input[name=noise]",
    ".maps",
    ".own",
    ".as-table",
    "input[name=start]",
]


def test_at_first_there_is_one_knob_and_more_brings_the_rest(show):
    page = show(Explorer())
    seen = lambda: [name for name in FIRST + LATER if page.locator(name).first.is_visible()]  # noqa: E731
    assert seen() == FIRST
    more(page)
    assert seen() == FIRST + LATER
    page.get_by_role("button", name="More").click()
    ready(page)
    assert seen() == FIRST
    assert Explorer(more=True)._more
    assert Explorer(maps=True)._more


def test_a_figure_about_losses_shows_them_at_once(show):
    figure = Explorer(rules=["adagrad", "rmsprop"], lr=0.1, knobs=["lr"], anatomy=True, chart=True)
    assert len(figure.still().figure().axes) == 2
    page = show(figure)
    assert page.locator(".side tbody tr").count() == 2
    chart, board = (page.locator(name).bounding_box() for name in (".chart", ".map"))
    assert chart["x"] > board["x"] + board["width"]
    assert not page.locator(".rest").is_visible()
    page.get_by_role("tab", name="One step").click()
    ready(page)
    assert page.locator(".loupe").is_visible()
    page.get_by_role("button", name="More").click()
    ready(page)
    assert page.locator(".rest").is_visible()
    page = show(figure, width=390)
    places = [page.locator(name).bounding_box()["y"] for name in (".map", "input[name=lr]", ".chart", ".more")]
    assert places == sorted(places)
    assert page.locator("[data-descent-explorer]").bounding_box()["height"] < 1000


def test_the_rates_have_room_once_more_is_open(show):
    page = more(show(Explorer(rules=["momentum", "nag"], lr=1, knobs=["lr"])))
    for name in ("scale", "lr"):
        assert page.locator(f"input[name={name}]").bounding_box()["width"] > 300


@pytest.mark.parametrize(
    ("rule", "key", "place", "value"),
    [
        (adam, "beta2", 2, 0.99),
        (rmsprop, "rho", 1.3, 0.9499),
        (adam, "eps", -1, 0.1),
        (adamw, "decay", 0.3, 0.09),
        (adamw, "decay", 0, 0),
        (momentum, "mu", 0.5, 0.5),
    ],
)
def test_every_hyperparameter_can_be_the_knob(show, rule, key, place, value):
    page = show(Explorer(rules=[rule], lr=0.05, knobs=[key]))
    assert page.locator(".front input").get_attribute("name") == key
    slide(page, key, place)
    goes_to(page, rule, RAVINE, RAVINE.start, 120, lr=0.05, **{key: value})


def test_a_start_can_be_given_in_numbers(show):
    page = more(show(Explorer("saddle", ["momentum"], lr=0.05)))
    page.locator("input[name=start]").fill("−2.4, 0")
    page.locator("input[name=start]").press("Enter")
    ready(page)
    goes_to(page, momentum, SURFACES["saddle"], (-2.4, 0), 120, lr=0.05)
    assert end(page, "momentum")[1] == 0
    page.locator("input[name=start]").fill("up")
    page.locator("input[name=start]").press("Enter")
    assert page.locator("input[name=start]").input_value() == "−2.4, 0"
    page.locator("input[name=start]").fill("900, 0")
    page.locator("input[name=start]").press("Enter")
    ready(page)
    assert start(page)[0] <= SURFACES["saddle"].window[0][1]


def invited(show, **options):
    return show(Explorer(rules=FIVE, knobs=[], invitation=INVITATION), **options)


def test_an_invitation_makes_one_run_by_itself_and_says_no_number(show):
    page = invited(show)
    assert page.get_by_role("button", name="Pause").is_visible()
    assert page.locator(".pulse").evaluate("(e) => getComputedStyle(e).animationName") == "pulse"
    page.get_by_role("button", name="Play").wait_for()
    rest(page)
    text = page.evaluate(
        "() => [...document.querySelectorAll('[data-descent-explorer] *')].filter((e) => !e.childElementCount"
        " && e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1)"
        ".map((e) => e.textContent).join(' ')"
    )
    assert INVITATION in text
    assert not any(sign.isdigit() for sign in text), text
    page.locator("[data-part=start]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".pulse").evaluate("(e) => getComputedStyle(e).animationName") == "none"
    more(page)
    assert "reaches loss" in said(page)


def test_where_less_motion_is_asked_for_nothing_moves_by_itself(show):
    page = invited(show, reduced_motion="reduce")
    assert page.locator(".pulse").evaluate("(e) => getComputedStyle(e).animationName") == "none"
    assert page.locator("[data-part=path] path:nth-child(3)").first.get_attribute("d").count("L") == 120


@in_every_look
def test_what_is_seen_at_first_is_accessible(show, look):
    invitation = Explorer(rules=FIVE, knobs=[], invitation=INVITATION)
    page = show(invitation, Explorer(lr=2.3), Explorer(["ravine", "beale"], ["adam"]), reduced_motion="reduce", **look)
    rest(page)
    assert violations(page) == []
    assert too_small(page, 44 if look.get("width") else 26) == []


def test_the_balls_are_named_and_the_minimum_is_never_hidden(show):
    for width in (1280, 390):
        page = invited(show, width=width, reduced_motion="reduce")
        names = page.locator(".map g > text:visible").all_text_contents()
        assert {"GD", "Momentum", "NAG", "RMSprop", "Adam", "minimum"} <= set(names)
        boxes = page.locator(".map text").evaluate_all(
            "(all) => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().toJSON())"
        )
        for i, one in enumerate(boxes):
            for other in boxes[:i]:
                apart = one["right"] < other["left"] or other["right"] < one["left"]
                assert apart or one["bottom"] - 4 < other["top"] or other["bottom"] - 4 < one["top"]
        after = page.evaluate(
            "() => { const [g, b] = ['.target', '.map path[stroke-width=\"1.5\"]'].map((s) => document.querySelector(s));"
            " return Boolean(b.compareDocumentPosition(g) & Node.DOCUMENT_POSITION_FOLLOWING); }"
        )
        assert after


def test_on_a_phone_map_and_knob_share_the_screen(show):
    page = show(Explorer(rules=["sgd", "nag", "adam"], mu=0.8, anatomy=True), width=390, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".map").evaluate("(e) => scrollTo(0, scrollY + e.getBoundingClientRect().top)")
    knob = page.locator(".front input").bounding_box()
    assert knob["y"] + knob["height"] <= 844
    more(page)
    for name in ("lr", "mu", "eps", "noise", "steps"):
        page.locator(f"input[name={name}]").evaluate("(e) => e.scrollIntoView({ block: 'center' })")
        box, knob = page.locator(".map").bounding_box(), page.locator(f"input[name={name}]").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= knob["y"]
        assert knob["y"] + knob["height"] <= 844


SMALLEST = """
() => { const walk = document.createTreeWalker(document.querySelector('[data-descent-explorer]'), NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (walk.nextNode()) { const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest('title, option')) continue;
    const scale = e.getScreenCTM ? e.getScreenCTM().a : 1;
    sizes.push([parseFloat(getComputedStyle(e).fontSize) * scale, e.textContent]); }
  return sizes.sort((a, b) => a[0] - b[0])[0]; }
"""


def test_no_text_is_below_eleven_pixels_on_a_phone(show):
    page = more(show(Explorer(rules=["sgd", "nag", "adam"], anatomy=True, maps=True), width=390))
    page.get_by_role("tab", name="One step").click()
    ready(page)
    size, text = page.evaluate(SMALLEST)
    assert size >= 11, text


def test_a_name_lights_its_path_its_line_and_its_row(show):
    page = more(show(Explorer(rules=["sgd", "nag"], mu=0.8)))
    faint = lambda: page.evaluate(  # noqa: E731
        "() => ['[data-part=path]', '.chart g[clip-path] > g', '.side tbody tr'].map((s) =>"
        " [...document.querySelectorAll(s)].map((e) => Number(getComputedStyle(e).opacity) < 1))"
    )
    assert faint() == [[False, False]] * 3
    page.locator(".chip[data-rule=nag]").hover()
    ready(page)
    assert faint() == [[True, False]] * 3
    page.mouse.move(0, 0)
    page.locator(".chip[data-rule=sgd]").focus()
    page.keyboard.press("ArrowRight")
    ready(page)
    assert faint() == [[True, False]] * 3


def test_words_in_the_text_set_the_figure(show):
    page = show(Explorer(rules=["sgd"], lr=0.5))
    page.evaluate(
        "() => document.querySelector('h1').insertAdjacentHTML('afterend',"
        " '<p>Look <a href=\"#explorer-1:surface.kappa=200\">at κ = 200</a>.</p>')"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    rest(page)
    goes_to(page, sgd, ravine(200), RAVINE.start, 120, lr=0.5)
    assert page.evaluate("document.activeElement.innerText") == "at κ = 200"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_screen_of_the_book_holds_the_whole_invitation(page_at, width, height):
    visit = page_at("chapters/index.html", width=width, height=height)
    page = visit.page
    page.locator("[data-descent-explorer]").wait_for()
    ready(page)
    for part in (".invitation", ".map", ".play"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0, part
        assert box["y"] + box["height"] <= height, part
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    column = page.locator(".bd-article" if width > 600 else "body").bounding_box()["width"]
    assert page.locator(".map").first.bounding_box()["width"] >= column - 6
    places = (
        "() => [...document.querySelectorAll('.map path[transform]')].map((e) => e.getAttribute('transform')).join()"
    )
    before = page.evaluate(places)
    page.wait_for_function(f"(before) => ({places})() !== before", arg=before)
    assert visit.faults == []
