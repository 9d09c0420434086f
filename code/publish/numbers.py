"""Numbers stay whole: a line breaks neither before the sign of ``85 %`` nor within ``10 000``."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

GAP = re.compile(r"(?<=\d) (?=%|\d{3}\b)")
AS_IT_IS = nodes.literal | nodes.literal_block | nodes.math | nodes.math_block | nodes.raw | nodes.comment


class Whole(SphinxPostTransform):
    """Put spaces at which no line breaks into numbers."""

    default_priority = 890  # when all texts are in their places, and before they are parted by language
    formats = ("html", "latex")

    def run(self):
        for text in list(self.document.findall(nodes.Text)):
            if GAP.search(text) and not isinstance(text.parent, AS_IT_IS):
                text.parent.replace(text, nodes.Text(GAP.sub("\u00a0", text)))


def setup(app):
    app.add_post_transform(Whole)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
