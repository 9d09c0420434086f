"""Stop a build of the whole course that did not use one of the repairs of what the theme and the extensions make.

An update of theirs could otherwise undo a repair without a word. Each module says in its ``setup`` which repairs it makes,
for which builder, and notes each where it is made.
"""

from sphinx.errors import ExtensionError


def expect(app, builder, *names):
    """Say that a build of the whole course by ``builder`` needs these repairs."""
    vars(app).setdefault("unused_repairs", {}).update(dict.fromkeys(names, builder))


def used(app, name):
    """Note that a repair was made."""
    vars(app).setdefault("unused_repairs", {}).pop(name, None)


def note_page(app, pagename, templatename, context, doctree):
    """Note that a page was written: an unchanged one keeps its repairs from the build before."""
    vars(app).setdefault("written_pages", set()).add(pagename)


def check(app, error):
    """Fail in one line that names the repairs that were not made."""
    whole = app.builder.name != "html" or app.env.found_docs <= vars(app).get("written_pages", set())
    if error or not (app.config.check_repairs and app.config.show_solutions and whole):
        return
    if left := [name for name, builder in vars(app).get("unused_repairs", {}).items() if builder == app.builder.name]:
        raise ExtensionError(
            f"not used in the whole {app.builder.name} build: {'; '.join(left)} (code/publish, repairs)"
        )


def setup(app):
    """Connect it to the build, after everything that repairs."""
    app.add_config_value("check_repairs", False, "")
    app.connect("html-page-context", note_page)
    app.connect("build-finished", check, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
