"""What stands at the site's root beside the book: a way to the first page, a page for lost readers, a list for robots."""

from html import escape
from pathlib import Path

REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">{canonical}
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="0; url={first}">
</head><body><main><h1>{title}</h1><p><a href="{first}">Start here</a></p></main></body></html>
"""
# A server shows this page at any address: it asks for no file, and its script finds the root in the address. Where no
# script runs, the address that is set leads home, and else the server's own root.
LOST = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Nothing here: {title}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>
:root {{ color-scheme: light dark }}
body {{ max-width: 34rem; margin: 18vh auto; padding: 0 1.25rem; font: 1.1rem/1.6 Charter, Cambria, Georgia, serif }}
a {{ color: light-dark(#0b57a8, #7fb8f0) }}
</style></head><body><main><h1>Nothing here</h1>
<p>No page has this address. Perhaps it has moved: <a href="{home}">start at the first page</a>
or <a href="{home}search.html">search the course</a>.</p></main>
<script>
if (location.pathname.includes("/{folder}/"))
  for (const link of document.links) link.href = location.pathname.split("/{folder}/")[0] + "/" + link.href.split("/").pop();
</script></body></html>
"""


def _first_page(app) -> str:
    return f"{app.config.root_doc}.html"


def _canonical(app) -> str:
    base = app.config.html_baseurl
    return f'\n<link rel="canonical" href="{escape(base + _first_page(app))}">' if base else ""


def _lead_to_first_page(app, out: Path) -> None:
    """Let the site's root lead to the first page, which is in a folder."""
    if "/" in (first := _first_page(app)):
        page = REDIRECT.format(title=escape(app.config.html_title), first=first, canonical=_canonical(app))
        (out / "index.html").write_text(page, encoding="utf-8")


def _await_lost_readers(app, out: Path) -> None:
    """Write the page that static hosts show at addresses that lead nowhere."""
    home, folder = app.config.html_baseurl or "/", app.config.root_doc.rpartition("/")[0] or "chapters"
    page = LOST.format(title=escape(app.config.html_title), home=escape(home), folder=folder)
    (out / "404.html").write_text(page, encoding="utf-8")


def _list_pages(app, out: Path) -> None:
    """Write the list of all pages for search engines, which need whole addresses."""
    if base := app.config.html_baseurl:
        places = "".join(f"<url><loc>{escape(base + name)}.html</loc></url>\n" for name in sorted(app.env.found_docs))
        start = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        (out / "sitemap.xml").write_text(f"{start}{places}</urlset>\n", encoding="utf-8")


def _finish(app, error) -> None:
    if error or app.builder.name != "html":
        return
    for write in (_lead_to_first_page, _await_lost_readers, _list_pages):
        write(app, Path(app.outdir))


def setup(app):
    app.connect("build-finished", _finish, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
