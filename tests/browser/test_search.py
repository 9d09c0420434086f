"""The site's own search lists the page that a name belongs to first."""

import pytest
from descent.rules import CARDS

CHAPTERS = {
    "learning rate": "09-learning-rate",
    "backpropagation": "11-backpropagation",
    "back propagation": "11-backpropagation",
    "batch norm": "12-deep-networks",
    "weight decay": "07-adam",
    "epsilon": "05-adagrad",
    "dropout": "13-regularization",
    "경사하강법": "01-gradient-descent",
    "경사 하강법": "01-gradient-descent",
    "학습률": "09-learning-rate",
    "드롭아웃": "13-regularization",
    "β1": "07-adam",
    "lr_scheduler": "09-learning-rate",
    "torch.optim.RMSprop": "06-rmsprop",
    "AdamOptimizer": "07-adam",
    "Muon": "14-after-adam",
}
RULES = {
    "sgd": "01-gradient-descent",
    "momentum": "03-momentum",
    "nag": "04-nag",
    "adagrad": "05-adagrad",
    "rmsprop": "06-rmsprop",
    "adam": "07-adam",
    "adadelta": "08-adadelta",
    "adamw": "14-after-adam",
    "amsgrad": "07-adam",
    "nadam": "07-adam",
    "lion": "14-after-adam",
    "schedule_free": "14-after-adam",
    "schedule_free_adamw": "14-after-adam",
}


@pytest.fixture
def first(page_at):
    """A function that searches as a reader does, and returns where the first result leads and all that is shown."""
    visit = page_at("search.html")
    box = visit.page.locator(".bd-search-container input[name=q]")

    def search(words):
        box.fill(words)
        box.press("Enter")
        visit.page.wait_for_url("**q=*")
        results = visit.page.locator("#search-results li > a")
        results.first.wait_for()
        return results.first.get_attribute("href"), results.all_inner_texts()

    return search


def test_a_name_leads_to_its_chapter(first):
    wanted = CHAPTERS | {name: RULES[card.name] for card in CARDS for name in (card.name, card.label)}
    found = {name: first(name) for name in wanted}
    wrong = {name: found[name] for name in wanted if found[name][0] != f"chapters/{wanted[name]}.html"}
    assert not wrong


def test_code_is_not_searched(first):
    _, shown = first("import")  # nearly every chapter has such a line of code
    assert len(shown) < 12
