"""A page that lists what the package offers: a line for each name, then its signature and its docstring.

All of it is read from the package at every build, the second part by Sphinx's own autodoc. In print there is only the
first part.
"""

import inspect
import pkgutil
import re
from importlib import import_module

import descent
from sphinx import addnodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from publish.tables import table


def offered():
    """Each name that the package offers, with the module that holds it, module by module."""
    found = []
    for module in pkgutil.walk_packages(descent.__path__, "descent."):
        inside = import_module(module.name)
        for name in descent.__all__:
            here = getattr(getattr(descent, name), "__module__", "descent.surfaces") == module.name
            found += [(name, inside)] * here
    return found


def first_sentence(name, module):
    """What a name is, from its docstring or, of a value, from the comment above it."""
    thing = getattr(descent, name)
    if hasattr(thing, "__module__"):
        text = inspect.getdoc(thing)
    else:
        text = "\n".join(ModuleAnalyzer.for_module(module.__name__).find_attr_docs()["", name])
    sentence = re.split(r"(?<=[\w)`]\.)\s+(?=[A-Z`])", text.split("\n\n")[0])[0]
    return " ".join(sentence.split())


def entry(name, module):
    """The lines of autodoc for a name; a class comes with its methods, but for the figures, which are widgets."""
    thing, full = getattr(descent, name), f"{module.__name__}.{name}"
    if not isinstance(thing, type):
        return [f".. autofunction:: {full}", ""] if callable(thing) else [f".. autodata:: {full}", "   :no-value:", ""]
    if "widgets" not in module.__name__:
        return [f".. autoclass:: {full}", *["   :members:"] * (not hasattr(thing, "_fields")), ""]
    _, *parameters = inspect.signature(thing.__init__).parameters.values()  # a widget's class hides them
    bare = inspect.Signature([parameter.replace(annotation=parameter.empty) for parameter in parameters])
    return [f".. autoclass:: {full}{bare}", ""]


def summary(found, name_as):
    """A table with a line for each name."""
    rows = [(name_as.format(name, module.__name__), first_sentence(name, module)) for name, module in found]
    room = 4 + 1.3 * max(len(name) for name, _ in found)  # percent of the printed line: no name is broken
    return table(("Name", "What it is"), rows, f"{room:.0f} {100 - room:.0f}")


class Offers(SphinxDirective):
    """``{offers}``"""

    def run(self):
        """A table, and on the site what autodoc writes."""
        found = offered()
        for _, module in found:
            self.env.note_dependency(module.__file__)
        lines = [line for name, module in found for line in entry(name, module)]
        return [
            self._only("html", summary(found, "{{py:obj}}`{0} <{1}.{0}>`")),
            self._only("html", ["````{eval-rst}", *lines, "````"]),
            self._only("latex", summary(found, "`{0}`")),
        ]

    def _only(self, where, lines):
        only = addnodes.only(expr=where)
        only += self.parse_text_to_nodes("\n".join(lines))
        return only


def setup(app):
    """Add the directive, and set autodoc up."""
    app.setup_extension("sphinx.ext.autodoc")
    app.config.autodoc_typehints = "none"  # the docstrings say what may be given, and of which shape
    app.config.autodoc_preserve_defaults = True
    app.config.autodoc_member_order = "bysource"
    app.config.add_module_names = False
    app.config.toc_object_entries = False
    app.add_directive("offers", Offers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
