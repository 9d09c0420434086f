"""What the site's search knows beside the words of a page: the names by which its subject goes.

They come from the glossary, where each term names its chapter, from the rules' cards, and from the table below. Sphinx's
own search lists such entries of an index first. Code and formulas are left out of what it counts.
"""

import re
from functools import cache

from descent.rules import CARDS
from docutils import nodes
from sphinx import addnodes

from publish import repairs

# More names of terms of the glossary: symbols, and what frameworks call them.
ALSO = {
    "back-propagation": "backprop, autograd, automatic differentiation, chain rule, 연쇄 법칙",
    "Adam": "betas, β1, β2, beta1, beta2, beta_1, beta_2, b1, b2",
    "batch normalization": "batch norm, BatchNorm1d, BatchNorm2d, BatchNormalization, 배치놈",
    "decay rate": "rho, ρ",
    "early stopping": "EarlyStopping",
    "epsilon": "eps, ε",
    "gradient": "그래디언트, 그레이디언트",
    "gradient clipping": "clip_grad_norm_, clip_grad_value_, clipnorm, clipvalue, clip_by_global_norm",
    "learning rate": "lr, learning_rate, eta, η, step size",
    "learning rate schedule": "lr_scheduler, scheduler, schedule, learning rate decay, cosine annealing, ReduceLROnPlateau",
    "momentum": "mu, μ, heavy ball, dampening",
    "Nesterov accelerated gradient": "Nesterov, Nesterov momentum",
    "schedule-free": "Schedule-Free AdamW, schedule_free_adamw",
    "stochastic gradient descent": "mini-batch gradient descent",
    "tuned rate": "tuning",
    "weight decay": "weight_decay, decoupled weight decay",
    "weight initialization": "Xavier, Glorot, He initialization, kaiming_normal_, 초기화",
}
LITTLE = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
CODE = "code in the search"


def spellings(name: str) -> set[str]:
    """A name as it may be typed: with and without hyphens and spaces, digits set low."""
    variants = {
        name,
        name.replace("-", " "),
        re.sub("[ -]", "", name),
        re.sub(r"(?<=[βb])\d", lambda d: d[0].translate(LITTLE), name),
    }
    return {variant.lower() for variant in variants}


def _in_glossary(page: nodes.document) -> list[tuple[list[str], str]]:
    """The terms of each entry of the glossary, and the chapter where it is taught."""
    found = []
    for entry in page.findall(nodes.definition_list_item):
        terms = [part for term in entry.findall(nodes.term) for part in re.split(r"[()]", term.astext()) if part]
        chapters = [link["reftarget"] for link in entry.findall(addnodes.pending_xref)]
        found += [(terms, chapters[0])] * bool(chapters)
    return found


def _of_frameworks() -> dict[str, set[str]]:
    """What each rule is called in code, by its label; a class that serves several rules leads to the first."""
    names, taken = {}, set()
    for card in CARDS:
        calls = {way.call.partition("(")[0] for way in card.frameworks.values()} - taken
        taken |= calls
        names[card.label] = {card.name, *calls, *(call.rpartition(".")[2] for call in calls)}
    return names


def _without_article(title: str) -> str:
    return title.lower().removeprefix("the ")


def names_of_pages(titles: dict[str, str], glossary: list[tuple[list[str], str]]) -> dict[str, set[str]]:
    """For each page, the names for which it is to be found first. ``titles`` maps each page to its title."""
    named = {page: spellings(_without_article(title)) for page, title in titles.items()}
    own = {_without_article(title): page for page, title in titles.items()}
    code = _of_frameworks()
    for terms, chapter in glossary:
        home = next((own[term.lower()] for term in terms if term.lower() in own), chapter)
        names = [*terms, *(name for term in terms for name in ALSO.get(term, "").split(", ") if name)]
        names += [name for label, its in code.items() if label.lower() in map(str.lower, terms) for name in its]
        named.setdefault(home, set()).update(*map(spellings, names))
    return named


def _searchable(doctree: nodes.document, names: set[str]) -> nodes.document:
    """A copy of a page without its code and formulas, with an entry of the index for each of the names."""
    page = doctree.deepcopy()
    for kind in (nodes.literal_block, nodes.math, nodes.math_block, addnodes.index):
        for node in list(page.findall(kind)):
            node.parent.remove(node)
    entries = [("single", name.replace(";", " "), "", "main", None) for name in sorted(names)]
    page += addnodes.index(entries=entries)
    return page


def _teach(app) -> None:
    """Let the builder feed its search with such copies."""
    if app.builder.name != "html":
        return
    feed = app.builder.index_page

    @cache
    def named() -> dict[str, set[str]]:
        env = app.env
        titles = {page: title.astext() for page, title in env.titles.items()}
        glossaries = [page for page in env.found_docs if page.endswith("glossary")]
        return names_of_pages(titles, [entry for page in glossaries for entry in _in_glossary(env.get_doctree(page))])

    def index_page(pagename, doctree, title):
        repairs.used(app, CODE)
        feed(pagename, _searchable(doctree, named().get(pagename, set())), title)

    app.builder.index_page = index_page


def setup(app):
    repairs.expect(app, "html", CODE)
    app.connect("builder-inited", _teach)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
