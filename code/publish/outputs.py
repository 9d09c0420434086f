"""What a build makes of stored figures: widgets in their places, and alternative text."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish.notebooks import put_back


class Figures(SphinxPostTransform):
    """Give a figure its alternative text, the plain text that is stored beside it."""

    default_priority = 1  # before one of an output's forms is chosen

    def run(self):
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "mime_bundle":
                texts = [form.astext() for form in output.children if form.get("mime_type") == "text/plain"]
                for image in output.findall(nodes.image):
                    image.setdefault("alt", " ".join(texts))


def restore_widgets(app, docname, source):
    """Put a notebook's widgets back to where MyST-NB looks for them."""
    if Path(app.env.doc2path(docname)).suffix == ".ipynb":
        source[0] = json.dumps(put_back(json.loads(source[0])))


def setup(app):
    app.connect("source-read", restore_widgets)
    app.add_post_transform(Figures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
