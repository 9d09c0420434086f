"""The figures' program and style files as one short text: every reader loads it.

Comments and needless spaces stay behind, and names that mean something only inside a program are shortened.
"""

import re
from collections import Counter
from itertools import product
from pathlib import Path
from string import ascii_letters, ascii_uppercase

HERE = Path(__file__).parent
COMMENT = re.compile(r"(^|\s)// .*$|/\*[^*\"`]*\*/\s*")
STYLE_SPACES = re.compile(r" *([{};,])\s*|(?<=:) +")
BREAKS = re.compile(r"(?<=[;{,(=])\n(?!export)|\n(?=[})\].?:])")
SPACES = re.compile(r" *([();,=?:<>&|\[\]}]) *|(?<={) +|(?<!default) +(?={)|(?<![-+*/]) ([-+*/]) (?![-+*/])")
QUOTES = re.compile(r'"(?:[^"\\\n]|\\.)*"|[`{}]'), re.compile(r"`|\$\{|\\.")  # in a program, and within a template
NAME = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*")


def source(*names):
    """The named files of this package as one text; ``import`` between them would need a server."""
    lines = "\n".join((HERE / name).read_text(encoding="utf-8") for name in names).splitlines()
    text = "\n".join(filter(None, (COMMENT.sub("", line).strip() for line in lines))) + "\n"
    if names[0].endswith(".css"):
        return STYLE_SPACES.sub(lambda found: found[1] or "", text).replace(";}", "}")
    tight = [(piece if quoted else _tight(piece), quoted) for piece, quoted in _pieces(text)]
    short = _short_names(tight)
    rename = lambda piece: NAME.sub(lambda found: short.get(found[0], found[0]), piece)  # noqa: E731
    return "".join(piece if quoted else rename(piece) for piece, quoted in tight)


def _tight(program):
    text = SPACES.sub(lambda found: found[1] or found[2] or "", BREAKS.sub("", program))
    return re.sub(r"[;,](?=[}\]])", "", re.sub(r"\bconst\b", "let", re.sub(r"(?<![\w)\]])\((\w+)\)=>", r"\1=>", text)))


def _pieces(program):
    """A program's text in pieces, each with whether it is quoted: text between "", or in a template."""
    open_marks, at, begun = [], 0, 0  # the braces and templates that we are in
    while found := QUOTES[open_marks[-1:] == ["`"]].search(program, at):
        mark, in_template, at = found[0], open_marks[-1:] == ["`"], found.end()
        if mark in ("{", "${") or (mark == "`" and not in_template):
            open_marks.append(mark)
        elif mark in "`}":
            open_marks.pop()
        if mark[0] == '"':
            yield program[begun : found.start()], False
            yield mark, True
            begun = at
        elif in_template != (open_marks[-1:] == ["`"]):
            yield program[begun:at], in_template
            begun = at
    yield program[begun:], False


def _short_names(pieces):
    """A short name for each that the program declares and uses as a plain variable everywhere.

    Renaming one name everywhere changes nothing, as long as it is no property, no key, no export and in no text, and
    the new name is not taken.
    """
    code = quoted = ""
    for piece, is_quoted in pieces:
        if is_quoted:
            quoted += piece + "\n"
        else:  # a "${" is among the quoted, its "}" is not
            code += "\n" + "(" * quoted.endswith("${\n") + piece
    kept = set(re.findall(r"[\w$]+", quoted))
    for pattern in (r"export (?:async )?function\*? ?([\w$]+)", r"\.([\w$]+)", r"([\w$]+):"):
        kept |= set(re.findall(pattern, code))
    kept |= _shorthands(code)
    count = Counter(NAME.findall(code))
    declared = re.findall(
        r"\b(?:const|let|function\*?) ?([\w$]+)|\(([\w$,]+)\)=>|([\w$]+)=>|function\*? ?[\w$]*\(([\w$,]+)\)", code
    )
    names = {name for found in declared for part in found for name in part.split(",") if len(name) > 3} - kept
    free = (
        a + b for a, b in product(ascii_uppercase, ("", *ascii_letters)) if a + b not in count and a + b not in kept
    )
    return dict(zip(sorted(names, key=lambda name: (-count[name] * len(name), name)), free, strict=False))


def _shorthands(code):
    """The names that stand alone between braces, as in ``{ state, who = 1 }``: they may be keys as well."""
    found, around = set(), []
    for mark in re.finditer(r"[\[({})\]]|(?<![\w$.])[A-Za-z_$][\w$]*", code):
        if mark[0] in "[({":
            around.append(mark[0])
        elif mark[0] in "])}":
            around = around[:-1]
        elif (
            around[-1:] == ["{"] and code[mark.start() - 1] in "{," and code[mark.end() : mark.end() + 1] in (*",}=(",)
        ):
            found.add(mark[0])
    return found
