"""Titles of exercises: ``Exercise 1.2 · Stop the ball (3 minutes, easy)``, without a bracket in a bracket."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

from publish import repairs

REPAIRS = {"html": "the short titles of exercises", "latex": "the short titles of exercises in print"}


def short(title: nodes.title, *, numbered: bool) -> nodes.title:
    """Take the bracket away that sphinx-exercise puts round an exercise's name; without a number the name is enough."""
    texts = [child.astext() for child in title.children]
    if " (" not in texts:
        return title
    gap = texts.index(" (")
    before = [*title.children[:gap], nodes.Text(" · ")] if numbered else []
    return nodes.title("", "", *before, *title.children[gap + 1 : -1], **title.attributes)


class Titles(SphinxPostTransform):
    """Give exercises their short titles."""

    default_priority = 30  # after sphinx-exercise has written the long ones

    def run(self):
        for exercise in self.document.findall(nodes.Admonition):
            if isinstance(exercise, exercise_node | exercise_enumerable_node):
                numbered = isinstance(exercise, exercise_enumerable_node)
                title = short(exercise[0], numbered=numbered)
                if title is not exercise[0]:
                    exercise[0] = title
                    repairs.used(self.app, REPAIRS.get(self.app.builder.name))


def setup(app):
    for builder, name in REPAIRS.items():
        repairs.expect(app, builder, name)
    app.add_post_transform(Titles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
