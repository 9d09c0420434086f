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
