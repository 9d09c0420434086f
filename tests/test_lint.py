"""The JavaScript: how it is checked, and what holds of it where no Node is installed."""

import json
import re
from pathlib import Path

import pytest
from publish import __main__ as commands

ROOT = Path(__file__).parents[1]


@pytest.fixture
def npm(monkeypatch, tmp_path):
    """What npm would be asked, with a lock and nothing installed."""
    asked = []
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(commands, "run", lambda *words: asked.append(" ".join(words)))
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    return asked


def test_the_tools_are_installed_once(npm, tmp_path):
    commands.lint_javascript()
    assert npm == ["/usr/bin/npm ci --silent", "/usr/bin/npm run --silent lint"]
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}", encoding="utf-8")
    commands.lint_javascript()
    assert npm[2:] == ["/usr/bin/npm run --silent lint"]


def test_without_node_one_line_says_so_and_ci_fails(monkeypatch, capsys):
    monkeypatch.setattr(commands.shutil, "which", lambda name: None)
    monkeypatch.delenv("CI", raising=False)
    commands.lint_javascript()
    told = capsys.readouterr().out
    assert told == "Node is not installed: the style of the JavaScript stays unchecked.\n"
    monkeypatch.setenv("CI", "1")
    with pytest.raises(SystemExit) as end:
        commands.lint_javascript()
    assert end.value.code == told.strip()


def test_the_tools_are_pinned_and_their_lock_names_no_address_to_load_from():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
    assert "dependencies" not in package
    assert lock[""]["devDependencies"] == package["devDependencies"]
    assert [name for name, one in lock.items() if name and "integrity" not in one] == []
    assert [name for name, one in lock.items() if "resolved" in one] == []


# -- limits, read from the one place where they stand


FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("code/descent/**/*.js"), *ROOT.glob("code/publish/*.js")])
}
UNSPLIT = ["code/descent/widgets/explorer/main.js", "code/descent/widgets/explorer/maps.js"]


def limit(rule):
    return int(re.search(rf'"{rule}": \["error", (\d+)\]', (ROOT / "eslint.config.mjs").read_text(encoding="utf-8"))[1])


def lengths(text):
    """The lines of each function that is set out over several, by its first line; Prettier ends it where it began."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if re.search(r"(=>|^\s*(?!if|for|while|switch|catch)[\w*# ]+\(.*\)) \{$|\bfunction\b.*\{$", line):
            indent = line[: len(line) - len(line.lstrip())]
            yield line.strip(), next(j for j in range(i + 1, len(lines)) if lines[j].startswith(f"{indent}}}")) - i + 1


@pytest.mark.parametrize("file", [file for file in FILES if file not in UNSPLIT])
def test_files_and_functions_are_short(file):
    assert len(FILES[file].splitlines()) <= limit("max-lines")
    too_long = {first: count for first, count in lengths(FILES[file]) if count > limit("max-lines-per-function")}
    assert not {first for first in too_long if first != "(() => {"}  # host.js and site.js are each within one


def test_lengths_are_seen():
    text = "function a(x) {\n  const b = (y) => {\n    c();\n  };\n}\nexport default {\n  async c({ d }) {\n    e();\n  },\n};\n"
    assert dict(lengths(text)) == {"function a(x) {": 5, "const b = (y) => {": 3, "async c({ d }) {": 3}
    assert len(list(lengths(FILES["code/publish/host.js"]))) > 12
