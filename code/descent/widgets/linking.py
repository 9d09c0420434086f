"""A figure's modules as one text: a notebook holds a figure without a server to ask for the next file.

The modules are plain ES modules, as browsers and editors read them, of which only the plainest forms are used: named
imports, and an ``export`` before what is declared.
"""

import json
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from posixpath import basename, dirname, join, normpath

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{\s*((?:[\w$]+,\s*)*[\w$]*)\s*\} from "(\.[^"]*)";\n', re.MULTILINE)
DECLARED = re.compile(r"^(export )?(?:async )?(?:const|let|class|function)\b\*? ?([\w$]+)", re.MULTILINE)
MARK = re.compile(r"^export (?=(?:async )?(?:const|let|class|function)\b)", re.MULTILINE)
STRANGE = re.compile(r"^(?:import\b(?!\()|export ).*", re.MULTILINE)


def source(entry, language="en", given=()):
    """The module ``entry``, such as ``"explorer/main.js"``, linked with all that it imports into the text of one module.

    Each module follows those that it imports, as it is written; only ``entry`` keeps its exports. Python itself writes
    the modules called ``words.js``, whose ``words`` are what the figure of that folder says in the ``language``, and
    those that are ``given``, a dict from their place to their text. What cannot be linked raises ``ImportError``.
    """
    texts, needs = _read(entry, language, dict(given))
    for place, text in texts.items():
        _check_forms(place, text if place != entry else text.replace("\nexport default ", "\n"))
    _check_names(texts)
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise ImportError(f"modules import each other: {' from '.join(reversed(error.args[1]))}") from None
    bodies = {place: IMPORT.sub("", text).strip("\n") + "\n" for place, text in texts.items()}
    return "\n".join(bodies[place] if place == entry else MARK.sub("", bodies[place]) for place in order)


def style(*names):
    """The named style files as one text."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def imports(place, text):
    """Yield the place of each module that a module's text imports from, and the names, a list."""
    for names, other in IMPORT.findall(text):
        yield normpath(join(dirname(place), other)), re.findall(r"[\w$]+", names)


def _read(entry, language, given):
    """The texts of a module and of all that it imports, and for each the places of those that it imports."""
    texts, needs, waiting = {}, {}, [(entry, "the page")]
    while waiting:
        place, importer = waiting.pop()
        if place not in texts:
            texts[place] = given.get(place) or _text(place, language, importer)
            needs[place] = [other for other, _ in imports(place, texts[place])]
            waiting += [(other, place) for other in needs[place]]
    return texts, needs


def _text(place, language, importer):
    if basename(place) == "words.js":
        return f"export const words = {json.dumps(words(dirname(place), language), ensure_ascii=False)};\n"
    if not (HERE / place).is_file():
        raise ImportError(f"{importer} imports from {place}, which is no file of {HERE.name}")
    return (HERE / place).read_text(encoding="utf-8")


def words(figure, language="en"):
    """What a figure says in a language."""
    file = HERE / "words" / f"{language}.json"
    if not file.is_file():
        known = ", ".join(sorted(path.stem for path in file.parent.glob("*.json")))
        raise ImportError(f"there are no words in the language {language!r}; use {known}")
    table = json.loads(file.read_text(encoding="utf-8"))
    if figure not in table:
        raise ImportError(f"{figure}/words.js is imported, but words/{file.name} has nothing for {figure!r}")
    return table[figure]


def _check_forms(place, text):
    if strange := STRANGE.search(MARK.sub("", IMPORT.sub("", text))):
        raise ImportError(
            f'{place}: cannot link {strange[0]!r}; use import {{ a, b }} from "./x.js"; and export const a'
        )


def _check_names(texts):
    """Each name stands at the top of one module alone, and what is imported is exported."""
    declared, exported = {}, {}
    for place, text in texts.items():
        for mark, name in DECLARED.findall(text):
            if name in declared:
                raise ImportError(f"{name} is declared in {declared[name]} and in {place}; rename one of them")
            declared[name] = place
            exported.setdefault(place, set()).update([name] * bool(mark))
    for place, text in texts.items():
        for other, names in imports(place, text):
            if strangers := [name for name in names if name not in exported.get(other, ())]:
                raise ImportError(f"{place} imports {', '.join(strangers)} from {other}, which does not export it")
