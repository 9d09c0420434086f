"""What a build makes of stored outputs: explorers get their program, figures their alternative text."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish.notebooks import fill


class AlternativeText(SphinxPostTransform):
    """Give a figure its alternative text: the plain text that is stored beside it."""

    default_priority = 1  # before one of an output's forms is chosen

    def run(self):
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "mime_bundle":
                texts = [form.astext() for form in output.children if form.get("mime_type") == "text/plain"]
                for image in output.findall(nodes.image):
                    image.setdefault("alt", " ".join(texts))


def fill_explorers(app, docname, source):
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = fill(source[0])


def setup(app):
    app.connect("source-read", fill_explorers)
    app.add_post_transform(AlternativeText)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
