"""The figures in Firefox, where it is installed, through WebDriver BiDi, which Firefox speaks by itself."""

import itertools
import json
import re
import shutil
import subprocess

import pytest
import websocket
from descent.exercises import check
from descent.rules import nag

ARROW_RIGHT = "\ue014"
FIGURES = "JSON.stringify([...document.querySelectorAll('.widget-host')].map((h) => h.dataset.widget))"


class Firefox:
    """A page of a headless Firefox that can be told what to do; ``faults`` holds errors and foreign requests."""

    def __init__(self, address):
        self.socket = websocket.create_connection(f"{address}/session", timeout=60, suppress_origin=True)
        self.numbers, self.faults = itertools.count(1), []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.page = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            self.note(answer["method"], answer["params"])
        assert answer["type"] == "success", answer
        return answer["result"]

    def note(self, event, what):
        if event == "log.entryAdded":
            self.faults.append(what["text"])
        elif (url := what["request"]["url"]).startswith("http") and "://127.0.0.1" not in url:
            self.faults.append(url)

    def open(self, address):
        """Go to a page and bring its figures to life."""
        self.call("browsingContext.navigate", context=self.page, url=address, wait="complete")
        for host in range(self.run("document.querySelectorAll('.widget-host').length")):
            self.run(f"document.querySelectorAll('.widget-host')[{host}].scrollIntoView()")
            self.until(f"document.querySelectorAll('.widget-host')[{host}].dataset.widget !== 'waiting'")

    def run(self, script):
        target = {"context": self.page}
        answer = self.call("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def until(self, condition):
        look = f"({condition}) ? done(true) : performance.now() > end ? done(false) : requestAnimationFrame(look)"
        script = f"new Promise((done) => {{ const end = performance.now() + 1e4, look = () => {look}; look(); }})"
        assert self.run(script), f"after ten seconds not so: {condition}"

    def act(self, kind, *actions):
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self.call("input.performActions", context=self.page, actions=[source])


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox: install it (apt-get install firefox-esr)")
    command = [program, "--headless", "--no-remote", "--remote-debugging-port", "0"]
    command += ["--profile", str(tmp_path_factory.mktemp("profile"))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        lines = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
        yield Firefox(next(found[1] for found in lines if found))
        process.kill()


@pytest.mark.parametrize("from_file", [False, True])
def test_the_explorer_answers_keys_and_mouse(firefox, book, serve, from_file):
    firefox.open(f"{book.as_uri() if from_file else serve(book)}/chapters/index.html")
    start = "document.querySelector('[data-part=start]')"
    end = "document.querySelector('[data-part=path][data-rule=momentum]').dataset.end"

    before = firefox.run(end)
    firefox.run(f"{start}.scrollIntoView({{block: 'center'}}); {start}.focus()")
    firefox.act("key", {"type": "keyDown", "value": ARROW_RIGHT}, {"type": "keyUp", "value": ARROW_RIGHT})
    firefox.until(f"{end} !== '{before}'")

    before, box = firefox.run(end), json.loads(firefox.run(f"JSON.stringify({start}.getBoundingClientRect())"))
    x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    moved = {"type": "pointerMove", "x": x + 60, "y": y + 40}
    press, release = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    firefox.act("pointer", {"type": "pointerMove", "x": x, "y": y}, press, moved, release)
    firefox.until(f"{end} !== '{before}'")
    assert firefox.faults == []


def test_a_rule_is_changed_and_an_exercise_is_answered(firefox, book, serve):
    firefox.open(f"{serve(book)}/chapters/04-nag.html")
    press = "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Change this rule').click()"
    end = "document.querySelector('[data-part=path][data-rule=nag]').dataset.end"
    before = firefox.run(end)
    firefox.run(press)
    firefox.until("document.querySelector('[name=rule-text]')?.value.includes('mu * v')")
    area = "document.querySelector('[name=rule-text]')"
    firefox.run(f"{area}.value = {area}.value.replace('grad(x + mu * v)', 'grad(x)')")
    firefox.run(f"{area}.dispatchEvent(new Event('input'))")
    firefox.until(f"{end} !== '{before}' && document.querySelector('.rule-said').textContent.includes('runs this')")

    firefox.run("document.querySelector('#nag-1 .exercise-answer > button').click()")
    firefox.until("document.querySelector('#nag-1 input') !== null")
    firefox.run("document.querySelector('#nag-1 input').value = '0.9*(1-0.05*8)'")
    firefox.run("document.querySelector('#nag-1 form').requestSubmit()")
    firefox.until("document.querySelector('#nag-1 [role=status]').textContent === 'Right.'")

    firefox.run("document.querySelector('#nag-4 .exercise-answer > button').click()")
    firefox.until("document.activeElement.name === 'nag-4'")
    said = "document.querySelector('#nag-4 .exercise-said').textContent"
    firefox.run("document.querySelector('#nag-4 form').requestSubmit()")
    firefox.until(f"{said} === {json.dumps(check('nag-4', nag).message)}")
    assert "They part at step 2: " in firefox.run("document.querySelector('#nag-4 figcaption').textContent")
    area = "document.querySelector('#nag-4 textarea')"
    firefox.run(f"{area}.setSelectionRange({area}.value.indexOf('mu * v)'), {area}.value.indexOf('mu * v)'))")
    for key in "2 * ":
        firefox.act("key", {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})
    assert "grad(x + 2 * mu * v)" in firefox.run("document.querySelector('#nag-4 pre').textContent")
    firefox.run("document.querySelector('#nag-4 form').requestSubmit()")
    firefox.until(f"{said} === 'Right.'")
    assert firefox.faults == []


@pytest.mark.parametrize("page", ["09-learning-rate", "12-deep-networks", "conventions"])
def test_the_other_figures_come_to_life(firefox, book, serve, page):
    firefox.open(f"{serve(book)}/chapters/{page}.html")
    assert set(json.loads(firefox.run(FIGURES))) == {"ready"}
    assert firefox.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert firefox.faults == []
