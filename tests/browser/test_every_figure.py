"""Every figure of every page: at all widths, by keyboard and touch, in light and dark, and in forced colours."""

import io

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from conftest import frames
from descent import Explorer
from pages import addresses
from PIL import Image

WIDTHS = [(320, 640), (390, 844), (768, 1024), (1280, 800), (1920, 1080), (2560, 1440)]
LOOKS = [("light", "none"), ("dark", "none"), ("light", "active")]  # and whether colours are forced
FORM = 12  # the calculator on the page of conventions: its fields, its buttons, its answer
NAMES = {"rules": {"label-content-name-mismatch": {"enabled": True}}}

STOPS = """
(host) => { const points = '[data-part=point]', again = new Set(); // a schedule's six points count as one
  const all = [...host.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
  return all.filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }))
    .map((e) => e.matches(points) ? points : e.name || e.dataset.part || e.getAttribute('aria-label') || e.innerText)
    .filter((name) => name !== points || again.size < again.add(name).size); }
"""
SMALL = """
(host) => { const walk = document.createTreeWalker(host, NodeFilter.SHOW_TEXT), small = [];
  while (walk.nextNode()) { const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest('title, option')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM?.().a ?? 1);
    if (size < 11) small.push([size, e.textContent]); }
  return small; }
"""
CUT = """
(host) => [...host.querySelectorAll('*')].filter((e) => e.checkVisibility() && !e.closest('svg, .scroller, .unseen')
  && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible')
  .map((e) => e.outerHTML.slice(0, 120))
"""
CROWDED = """
(host) => { const all = [...host.querySelectorAll('svg text, .tick > span')].map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim());
  const edge = document.documentElement.clientWidth;
  const beyond = all.filter(([, box]) => box.left < 0 || box.right > edge).map(([e]) => e.textContent);
  const apart = (a, b) => a.right < b.left + 2 || b.right < a.left + 2 || a.bottom < b.top + 5 || b.bottom < a.top + 5;
  const pairs = all.flatMap(([a, one], i) => all.slice(0, i).filter(([, other]) => !apart(one, other))
    .map(([b]) => `${a.textContent} on ${b.textContent}`));
  return [...beyond, ...pairs]; }
"""
SHORT = """
(host) => { const least = innerWidth <= 640 ? 44 : 26, kinds = 'button, summary, select, label.check, input[type=range]';
  return [...host.querySelectorAll(`${kinds}, [tabindex]`)].filter((e) => e.checkVisibility()
    && e.getBoundingClientRect().height < least).map((e) => e.outerHTML.slice(0, 120)); }
"""
KNOB = """
(host) => { const map = host.querySelector('.map')?.getBoundingClientRect().top;
  return [...host.querySelectorAll('.front input[type=range]')].filter((e) => e.checkVisibility())
    .map((e) => e.getBoundingClientRect().bottom - map); }
"""
WATCH = """
() => { window.moved = [];
  const says = (e) => `${e.nodeName} ${e.getAttribute('class') ?? ''} ${e.closest('[data-part]')?.dataset.part ?? ''}`;
  const see = new MutationObserver((all) => window.moved.push(...all.map(({ target: e }) => says(e.parentElement ?? e))));
  for (const host of document.querySelectorAll('.widget-host'))
    see.observe(host, { attributes: true, childList: true, characterData: true, subtree: true });
  for (const one of document.getAnimations())
    if (one.playState === 'running' && one.effect.target.closest('.widget-host')) window.moved.push(one.animationName); }
"""
LABELS = """
(host) => { const own = host.getBoundingClientRect();
  return [...host.querySelectorAll('svg text')].map((e) => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map(([e, box]) => [e.textContent, getComputedStyle(e).fill.match(/[\\d.]+/g).slice(0, 3).map(Number),
      [box.left - own.left, box.top - own.top, box.right - own.left, box.bottom - own.top]]); }
"""


def figures(page):
    """The figures of a page that are seen, drawn."""
    page.evaluate("document.querySelectorAll('.widget-host').forEach((host) => host.scrollIntoView())")
    page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
    frames(page, 4)
    return [host for host in page.locator(".widget-host").all() if host.is_visible()]


def pages_with_figures(book):
    found = [path for path in addresses(book) if 'class="widget-host"' in (book / path).read_text(encoding="utf-8")]
    assert len(found) >= 16
    return found


def axe(page):
    """What axe finds in the figures, a name that is not what is seen included."""
    found = Axe().run(page, context=".widget-host", options=NAMES).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


def luminance(colours):
    linear = np.where(colours <= 10.31475, colours / 3294.6, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = np.sort([luminance(one), luminance(other)], axis=0)
    return (high + 0.05) / (low + 0.05)


def shot(host):
    return np.asarray(Image.open(io.BytesIO(host.screenshot())).convert("RGB"), dtype=float)


def pale(page, host):
    """The labels of a figure that stand out less than 4.5 to 1 from the pixels that are behind their letters."""
    labels, seen = host.evaluate(LABELS), shot(host)
    style = page.add_style_tag(content=".widget-host svg text { fill: transparent !important; }")
    behind = shot(host)
    style.evaluate("(e) => e.remove()")
    found = []
    for text, fill, box in labels:
        left, top, right, bottom = (max(0, round(edge)) for edge in box)
        before, after = (picture[top:bottom, left:right].reshape(-1, 3) for picture in (seen, behind))
        letters = np.abs(before - after).max(axis=1, initial=0) > 24
        if letters.any():
            against = contrast(np.broadcast_to(np.array(fill), after.shape), after)[letters]
            least = np.quantile(against, 0.1)
            found += [f"{text}: {least:.2f}"] if least < 4.5 else []
    return found


def test_every_figure_fits_every_width_and_has_few_stops_at_first(book, page_at):
    wrong = []
    for path in pages_with_figures(book):
        page = page_at(path, reduced_motion="reduce").page
        hosts = figures(page)
        for host in hosts:
            most = FORM if host.get_attribute("data-kind") == "Calculator" else 8
            wrong += [(path, stops) for stops in [host.evaluate(STOPS)] if not 0 < len(stops) <= most]
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            frames(page, 4)
            found = [host.evaluate(look) for host in hosts for look in (SMALL, CUT, CROWDED, SHORT)]
            found.append(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
            if width == 390:
                found.append([below for host in hosts for below in host.evaluate(KNOB) if not 0 < below <= 844 - 60])
            wrong += [(path, width, one) for one in found if one]
        page.context.close()
    assert wrong == []


def test_axe_finds_nothing_and_every_label_stands_out_on_a_phone(book, page_at):
    wrong = []
    for path in pages_with_figures(book):
        page = page_at(path, width=320, height=640, reduced_motion="reduce").page
        hosts = figures(page)
        for scheme, forced in LOOKS:
            page.emulate_media(color_scheme=scheme, forced_colors=forced)
            frames(page, 4)
            found = [*axe(page), *(label for host in hosts for label in pale(page, host))]
            wrong += [(path, scheme, forced, found)] if found else []
        page.context.close()
    assert wrong == []


def moves(page):
    """What moves by itself in the figures of a page, for half a second."""
    page.evaluate(WATCH)
    frames(page)
    return page.evaluate("window.moved")


def test_where_less_motion_is_asked_for_no_figure_of_any_page_moves_by_itself(book, page_at):
    wrong = []
    for path in pages_with_figures(book):
        page = page_at(path, reduced_motion="reduce").page
        figures(page)
        frames(page)
        wrong += [(path, moved) for moved in [moves(page)] if moved]
        page.context.close()
    assert wrong == []
    assert moves(page_at("chapters/index.html").page)  # otherwise they do


def test_what_is_wrong_is_seen(show):
    page = show(Explorer(rules=["sgd", "adam"]), width=390, reduced_motion="reduce")
    host = page.locator(".widget-host")
    assert [host.evaluate(look) for look in (SMALL, CUT, CROWDED, SHORT)] == [[]] * 4
    assert axe(page) == pale(page, host) == []
    page.add_style_tag(content=".map text { fill: #999 !important; font-size: 10px !important; }")
    page.add_style_tag(content=".chip { width: 30px; min-width: 0 !important; flex: none !important; }")
    page.add_style_tag(content=".more { min-height: 0 !important; } .map g text { x: 0; y: 0; transform: none; }")
    page.locator(".chip").first.evaluate("(e) => e.setAttribute('aria-label', 'Rule')")
    assert any(line.startswith("minimum: ") for line in pale(page, host))
    assert any(line.startswith("label-content-name-mismatch") for line in axe(page))
    assert {text for _, text in host.evaluate(SMALL)} >= {"minimum", "start"}
    assert host.evaluate(CUT)
    assert len(host.evaluate(SHORT)) == 1
