"""The site's one stylesheet: the theme's and ours, without the rules that no page can match, and icons of one stroke."""

import base64
import os
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import tinycss2

from publish import squeeze

HERE = Path(__file__).parent
PROPERTY = re.compile(r"""(?<=[{;])\s*--([\w-]+)\s*:(?:[^;{}"'()]|\([^()"']*\))*(?:;|(?=}))""")
LARGE_SIGNS = "fonts/KaTeX_Size1-Regular.woff2"  # on most pages: 1 kB, less than a request costs
FIRST_STYLES = ["styles/theme.css", "styles/pydata-sphinx-theme.css"]

# The theme's icons are classes of Font Awesome, which is 543 kB of script. Each is one stroke here, on a 24 x 24 grid.
ICONS = {
    "fa-bars": "M4 6h16M4 12h16M4 18h16",
    "fa-list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "fa-magnifying-glass": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
    "fa-angle-left": "M15 5l-7 7 7 7",
    "fa-angle-right": "M9 5l7 7-7 7",
    "fa-chevron-down": "M5 9l7 7 7-7",
    "fa-arrow-up": "M12 20V5M5 12l7-7 7 7",
    "fa-sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19"
    "M5 19l1.400-1.400M17.600 6.400 19 5",
    "fa-moon": "M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z",
    "fa-circle-half-stroke": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 7l5 5M12 12l4 4M12 3l8 8",
    "fa-download": "M12 4v11M7 10l5 5 5-5M5 20h14",
    "fa-code": "M8 6l-6 6 6 6M16 6l6 6-6 6",
    "fa-file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "fa-file-pdf": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h6",
    "fa-xmark": "M6 6l12 12M18 6L6 18",
    "fa-rocket": "M12 3c4 3 5 7 4 12H8C7 10 8 6 12 3zM12 9h.01M8 12l-3 4v3l4-3M16 12l3 4v3l-4-3M12 18v3",
} | dict.fromkeys(
    ("fa-github", "fa-gitlab", "fa-bitbucket"),
    "M7 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
    "M7 8v8M17 10c0 4-10 2-10 6",
)


def _used(selector: str, words: set[str]) -> bool:
    """Could the selector match? Every class and id in it must be a word of some page or script."""
    while (bare := re.sub(r":(?:not|is|where|has)\([^()]*\)", "", selector)) != selector:
        selector = bare
    names = re.findall(r"[.#]((?:\\.|[\w-])+)", re.sub(r"\[[^\]]*\]", "", selector))
    return all(name.replace("\\", "") in words and not re.match(r"fa[srb]?(-|$)", name) for name in names)


def _split(selectors: str) -> list[str]:
    """Split a list of selectors at the commas outside brackets."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def prune(rules: list, words: set[str]) -> str:
    """Return as CSS the rules that could match a page made of ``words``, without those of Font Awesome."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _split(tinycss2.serialize(rule.prelude)) if _used(s, words)]
            if selectors:
                kept.append(",".join(selectors) + "{" + squeeze.style(tinycss2.serialize(rule.content)) + "}")
        elif rule.type == "at-rule":
            head = f"@{rule.at_keyword} {squeeze.style(tinycss2.serialize(rule.prelude))}".strip()
            if rule.content is None:
                kept.append(head + ";")
            elif rule.lower_at_keyword in ("media", "supports", "layer", "container"):
                if inner := prune(tinycss2.parse_rule_list(rule.content, True, True), words):
                    kept.append(head + "{" + inner + "}")
            elif "Font Awesome" not in (body := squeeze.style(tinycss2.serialize(rule.content))).replace("\\", ""):
                kept.append(head + "{" + body + "}")
    return "".join(kept)


def without_unread(css: str, words: set[str]) -> str:
    """Return CSS without the custom properties that neither it nor a script reads, those with quotes in them apart."""
    read = words | set(re.findall(r"var\(\s*--([\w-]+)", css))
    return PROPERTY.sub(lambda found: found[0] if found[1] in read else "", css)


def _sheet(path: Path, static: Path) -> str:
    """Read a stylesheet with its imports in place and its addresses relative to ``static``."""

    def moved(match: re.Match) -> str:
        if match[1].startswith(("data:", "#", "http")):
            return match[0]
        return f"url({Path(os.path.relpath(path.parent / match[1], static)).as_posix()})"

    css = path.read_text(encoding="utf-8")
    css = re.sub(r'url\(["\']?([^"\')]+)["\']?\)', moved, css)
    return re.sub(r'@import "([^"]+)";', lambda match: _sheet((path.parent / match[1]).resolve(), static), css)


def icons() -> str:
    """Return the stylesheet that draws the theme's icons."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='#000' stroke-width='2'"
        " stroke-linecap='round' stroke-linejoin='round'><path d='{}'/></svg>"
    )
    rule = '[class~="{}"]{{--icon:url("data:image/svg+xml,{}")}}\n'
    return "".join(rule.format(name, quote(svg.format(path), safe=" ='/:")) for name, path in ICONS.items())


def stylesheet(app, wanted: dict[str, str], words: set[str]) -> str:
    """Put all styles of the site into one, without the rules that no page can match."""
    static = Path(app.outdir, "_static")
    files = [static / name for name in FIRST_STYLES]
    files += [Path(app.outdir, name.partition("?")[0]) for name, kind in wanted.items() if kind == "css"]
    theirs = "".join(_sheet(file, static) for file in dict.fromkeys(files))
    shutil.copytree(HERE / "vendor" / "text", static / "fonts", dirs_exist_ok=True)
    signs = base64.b64encode((static / LARGE_SIGNS).read_bytes()).decode()
    theirs = theirs.replace(f"url({LARGE_SIGNS})", f"url(data:font/woff2;base64,{signs})")
    ours = icons() + (HERE / "site.css").read_text(encoding="utf-8")
    # What stands in a layer gives way to what does not, however specific it is.
    return without_unread(
        prune(tinycss2.parse_stylesheet(f"@layer theme {{{theirs}}}" + ours, True, True), words), words
    )
