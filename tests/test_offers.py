"""The page of what the package offers is made from signatures and docstrings."""

import inspect
import re

import descent
from publish.offers import first_sentence, offered

PAGE = "# Offers\n\n```{offers}\n```\n"


def test_every_name_has_a_line():
    assert sorted(name for name, _ in offered()) == sorted(descent.__all__)
    for name, module in offered():
        assert getattr(module, name) is getattr(descent, name)
        line = first_sentence(name, module)
        assert re.search(r"[\w)`][.?]$|:$", line), line
        assert line.count("``") % 2 == 0
        assert len(line) < 220


def test_a_line_is_the_docstrings_first_sentence():
    names = dict(offered())
    assert first_sentence("sgd", names["sgd"]).startswith("Step downhill, in proportion to the slope (Cauchy 1847;")
    assert (
        first_sentence("descend", names["descend"]) == "Take ``steps`` steps of ``rule`` along ``grad`` from ``start``."
    )
    assert first_sentence("SURFACES", names["SURFACES"]).startswith("The catalogue")


def test_the_page_holds_signatures_and_docstrings(small_book):
    done, pages = small_book({"index.md": "# Start\n", "api.md": PAGE})
    assert done.returncode == 0, done.stdout + done.stderr
    text = (pages / "api.html").read_text(encoding="utf-8")
    for name, module in offered():
        assert f'id="{module.__name__}.{name}"' in text
        assert f'href="#{module.__name__}.{name}"' in text
    plain = " ".join(re.sub(r"<[^>]+>", "", text).split())
    names = [name for name in inspect.signature(descent.descend).parameters if name != "hyper"]
    assert re.search(r"descend\( ?" + r"\b.{1,12}\b".join(names), plain)
    assert "Everything else that is wrong raises ValueError or TypeError at once." in plain
    assert "dtype=np.float32" in plain
    assert "Explorer( surface=" in plain or "Explorer(surface=" in plain
