"""What the tests of the desk share: its chapters, its menus and its themes."""

CHAPTERS = ["03-momentum", "05-adagrad", "09-learning-rate", "12-deep-networks"]  # tabs, tables, all kinds of figures
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"


def choose(page, menu, *entries):
    """Choose from a menu; each entry but the last opens a menu of its own."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
    for entry in entries:
        page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()


def turn(page, theme):
    """Change the theme of an open page, as a student does."""
    choose(page, "Settings", "Theme", theme)
    page.locator(f"body[data-jp-theme-light={str(theme == LIGHT).lower()}]").wait_for(state="attached")


def save(page):
    """Save the notebook."""
    page.keyboard.press("Escape")  # from a cell's text or a figure to the notebook
    with page.expect_response(lambda it: it.request.method == "PUT" and "/api/contents/" in it.url) as answer:
        page.keyboard.press("Control+s")
    assert answer.value.ok
