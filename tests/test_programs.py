"""The figures' modules are linked as they are written, and what cannot be linked is refused in one line.

The site sends them short, and they still say and do the same.
"""

import gzip
import json
import re

import pytest
from descent import Explorer
from descent.widgets import linking
from publish import squeeze
from py_mini_racer import MiniRacer

FIGURES = sorted(path.parent.name for path in linking.HERE.glob("*/main.js"))
GIVEN = ("calculator/", "editor/", "exercises/")  # with modules that Python writes: tests of their own link them
MODULES = {path.relative_to(linking.HERE).as_posix(): path for path in sorted(linking.HERE.rglob("*.js"))}


@pytest.fixture
def link(tmp_path, monkeypatch):
    """A function that links modules given by name, from ``a/main.js`` on."""
    monkeypatch.setattr(linking, "HERE", tmp_path)

    def link(main, words=None, **others):
        for name, text in {"a/main": main, **others}.items():
            path = tmp_path / f"{name}.js"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (tmp_path / "words").mkdir(exist_ok=True)
        (tmp_path / "words" / "en.json").write_text(json.dumps(words or {}), encoding="utf-8")
        return linking.source("a/main.js")

    return link


def test_modules_stand_after_those_that_they_import(link):
    text = link(
        'import { double } from "./double.js";\nimport {\n  three,\n  four,\n} from "../b/numbers.js";\n\n'
        "export const result = double(three) + four;\nexport default { result };\n",
        **{
            "a/double": 'import { two } from "../b/numbers.js";\n\nexport function double(x) {\n  return two * x;\n}\n',
            "b/numbers": "export const two = 2;\nexport const three = 3;\nexport const four = 4;\n",
        },
    )
    assert text == (
        "const two = 2;\nconst three = 3;\nconst four = 4;\n\nfunction double(x) {\n  return two * x;\n}\n\n"
        "export const result = double(three) + four;\nexport default { result };\n"
    )
    assert MiniRacer().eval(text.replace("export default", "").replace("export ", "") + "; result") == 10


def test_words_come_from_the_table_of_the_language(link):
    main = 'import { words } from "./words.js";\n\nexport const greeting = words.greeting;\n'
    text = link(main, words={"a": {"greeting": "안녕 {name}"}, "b": {"greeting": "no"}})
    assert text.startswith('const words = {"greeting": "안녕 {name}"};\n')


@pytest.mark.parametrize(
    ("main", "others", "said"),
    [
        (
            'import { b } from "./b.js";\n\nexport const a = 1;\n',
            {
                "a/b": 'import { c } from "./c.js";\n\nexport const b = c;\n',
                "a/c": 'import { a } from "./main.js";\n\nexport const c = a;\n',
            },
            r"^modules import each other: a/main.js from a/b.js from a/c.js from a/main.js$",
        ),
        (
            'import { b } from "./b.js";\n\nconst helper = b;\n',
            {"a/b": "const helper = 1;\nexport const b = helper;\n"},
            r"^helper is declared in a/main.js and in a/b.js; rename one of them$",
        ),
        (
            'import { b, c } from "./b.js";\n',
            {"a/b": "export const b = 1;\nconst c = 2;\n"},
            r"^a/main.js imports c from a/b.js, which does not export it$",
        ),
        ('import { b } from "./none.js";\n', {}, r"^a/main.js imports from a/none.js, which is no file of "),
        (
            'import { words } from "./words.js";\n',
            {},
            r"^a/words.js is imported, but words/en.json has nothing for 'a'$",
        ),
        *[
            (f"{line}\n", {"a/b": "export const b = 1;\nexport const c = 2;\n"}, rf"^a/main.js: cannot link '.*{name}")
            for line, name in [
                ('import * as all from "./b.js";', "all"),
                ('import b from "./b.js";', "import b"),
                ('import { b as other } from "./b.js";', "b as other"),
                ('import { b } from "elsewhere";', "elsewhere"),
                ('import "./b.js";', "b.js"),
                ('export { b } from "./b.js";', "export { b }"),
                ('export * from "./b.js";', "export *".replace("*", r"\*")),
            ]
        ],
    ],
)
def test_what_cannot_be_linked_is_refused_in_one_line(link, main, others, said):
    with pytest.raises(ImportError, match=said) as refused:
        link(main, **others)
    assert "\n" not in str(refused.value)


def test_only_the_entry_has_a_default(link):
    with pytest.raises(ImportError, match=r"^a/b.js: cannot link 'export default 1;"):
        link('import { b } from "./b.js";\n', **{"a/b": "export const b = 1;\nexport default 1;\n"})


def test_another_language_is_asked_for_by_a_name_that_has_words():
    with pytest.raises(ImportError, match=r"^there are no words in the language 'xx'; use en"):
        linking.source("explorer/main.js", "xx", given={"explorer/main.js": 'import { words } from "./words.js";\n'})


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(GIVEN)])
def test_every_module_links_and_runs_by_itself(module):
    text = linking.source(module).replace("export default", "globalThis.figure =").replace("\nexport ", "\n")
    MiniRacer().eval(text.removeprefix("export "))


def test_styles_follow_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(linking, "HERE", tmp_path)
    (tmp_path / "a.css").write_text(".a {}\n")
    (tmp_path / "b.css").write_text(".b {}\n")
    assert linking.style("a.css", "b.css") == ".a {}\n\n.b {}\n"


# -- as the site sends them


ROOM = 500  # bytes, for what a change adds


def test_the_explorer_is_small_on_the_site():
    """The first page has 180 kB in all and takes 146 with it.

    What stands behind "More" is a third of it. Sent on its own it would cost a request more, and most chapters open it.
    """
    sent = squeeze.program(Explorer._esm) + squeeze.style(Explorer._css)
    assert len(gzip.compress(sent.encode(), 6)) <= 43_200 - ROOM


SAMPLE = r"""
// A comment, with "quotes" and `marks`.
/* ---------- a heading ---------- */
const greeting = "a  =  b; {no code", longName = 3; // gone
export function shown(first, second = { longName: 4 }) {
  const { longName: other, kept = 5 } = second, letters = [first, longName];
  const twice = (value) => value * 2 - -1;
  for (const letter of letters) { if (letter === null) continue; }
  return `${greeting}  ${[...letters, twice(other)].map((letter) => `<${letter} ,  ${kept}>`).join(" ; ")}`;
}
export default { shown };
"""


def test_a_short_program_does_the_same():
    def result(text):
        return MiniRacer().eval(
            text.replace("export default", "globalThis.figure =").replace("export ", "") + "\nfigure.shown(1)"
        )

    short = squeeze.program(SAMPLE)
    assert result(short) == result(SAMPLE) == "a  =  b; {no code  <1 ,  5> ; <3 ,  5> ; <9 ,  5>"
    assert len(short) < 0.7 * len(SAMPLE)
    assert not [gone for gone in ("comment, with", "heading", "greeting", " => ", "\n  ") if gone in short]


def test_words_stand_where_they_are_said():
    table = 'const words = {"greeting": "안녕 {name}", "several": {"one": "first"}};\n'
    short = squeeze.program(
        table
        + "export const said = (words) => words.length;\nexport const all = () => [words.greeting, words.several.one];"
    )
    assert "greeting" not in short
    assert json.loads(MiniRacer().eval(re.sub(r"export\s*", "", short) + ";JSON.stringify([all(), said('four')])")) == [
        ["안녕 {name}", "first"],
        4,
    ]


def test_what_is_no_program_is_refused_in_one_line():
    with pytest.raises(ValueError, match=r"^a figure's program cannot be read, line 2: Unexpected token[^\n]*$"):
        squeeze.program("const a = 1;\nconst b = ;\n")


def test_styles_keep_the_spaces_that_mean_something():
    css = ".a {\n  /* why */\n  .b :hover, > * { margin: 0 calc(1px + 2px); content: ', '; --none: ; }\n}\n"
    assert squeeze.style(css) == ".a{.b :hover,> *{margin:0 calc(1px + 2px);content:', ';--none: }}"


def test_a_page_gets_the_short_programs_of_the_courses_figures_alone():
    stand_in, other = {"_esm": "stand-in", "_css": ""}, {"_anywidget_id": "elsewhere.Toy", "_esm": "const  toy = 1;"}
    states = {
        "state": {
            "1": {"state": {"_anywidget_id": "descent.widgets.explorer.Explorer"} | stand_in},
            "2": {"state": dict(other)},
        }
    }
    squeeze.fill_programs(states)
    assert states["state"]["1"]["state"]["_esm"] == squeeze.program(Explorer._esm)
    assert states["state"]["2"]["state"] == other
