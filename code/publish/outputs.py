"""What a build makes of stored figures: their alternative text, and a mark on those whose colours count."""

from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class Figures(SphinxPostTransform):
    """Give a figure its alternative text, the plain text that is stored beside it; mark those whose colours count."""

    default_priority = 1  # before one of an output's forms is chosen

    def run(self):
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "mime_bundle":
                texts = [form.astext() for form in output.children if form.get("mime_type") == "text/plain"]
                for image in output.findall(nodes.image):
                    image.setdefault("alt", " ".join(texts))
                    if holds_pixels(Path(self.env.srcdir, image["uri"])):
                        image["classes"].append("pixels")


def holds_pixels(file):
    """Whether an SVG file holds a heat map or a photograph, which must keep its colours in the dark."""
    return file.suffix == ".svg" and file.is_file() and "<image" in file.read_text(encoding="utf-8")


def setup(app):
    app.add_post_transform(Figures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
