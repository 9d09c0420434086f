"""Runs that are shared out: the same bits from threads and from processes, and one line for what is lost on the way.

A cluster of Dask's is tried in ``frameworks/test_cluster.py``.
"""

import os
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context, parent_process

import numpy as np
import pytest
from descent import (
    SURFACES,
    Diverged,
    Network,
    adam,
    chunks,
    descend,
    digits,
    fair_race,
    loops,
    momentum,
    network_run,
    sgd,
    surface_run,
)
from descent.walk import noisy, scheduled
from hypothesis import given
from hypothesis import strategies as st

STARTS = np.random.default_rng(0).standard_normal((2, 40, 2))


def pool(workers=2):
    """Processes that begin with nothing, as on every system but Linux."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


@pytest.fixture(scope="module")
def processes():
    with pool() as executor:
        yield executor


@pytest.fixture(scope="module", params=["threads", "processes"])
def executor(request):
    if request.param == "processes":
        yield request.getfixturevalue("processes")
    else:
        with ThreadPoolExecutor(2) as executor:
            yield executor


def cell_rule(x, grad, t, m=0, *, lr=0.1):
    m = m / 2 + grad(x)
    return x - lr * np.tanh(m), m


def around(rule):
    """A rule that only this function knows."""
    return lambda x, grad, t, m=0, *, lr=0.1: rule(x, grad, t, m, lr=lr)


def runs():
    """Batches: what they are, and what ``descend`` is given."""
    rates = np.logspace(-4, 1, 40)[:, None]
    yield "a name", ("momentum", "rosenbrock", STARTS[0], 200), {"lr": rates}
    yield "functions", (around(cell_rule), lambda x: x**3, STARTS[0], 50), {"lr": rates, "keep": 7}
    yield "a formula", (adam, "log(1 + x**2) + abs(y)*exp(x/2)", STARTS, 50), {"lr": rates, "keep": "last"}
    yield "seeds", (noisy(sgd, 0.5, np.arange(40)), "two_wells", np.zeros((40, 2)), 50), {}
    each = scheduled(noisy(sgd, 0.5, np.arange(40)), lambda t: np.ones((40, 1)) / t)
    yield "a schedule for each", (each, "two_wells", np.zeros((2, 40, 2)), 50), {}
    yield "few in a long loop", (adam, SURFACES["two_wells"], STARTS[0, :3], 2500), {"lr": rates[:3]}
    yield "one", (adam, "ravine", (-4, 2), 20), {}
    yield "none", (adam, "ravine", np.zeros((0, 2)), 20), {}


@pytest.mark.parametrize(("call", "how"), [run[1:] for run in runs()], ids=[run[0] for run in runs()])
def test_a_batch_is_the_same_to_the_last_bit(call, how, executor):
    one, shared = descend(*call, **how), descend(*call, **how, executor=executor)
    np.testing.assert_array_equal(shared.xs, one.xs)
    np.testing.assert_array_equal(shared.failed_at, one.failed_at)
    assert type(shared.failed_at) is type(one.failed_at)


def test_chunks_take_the_loop_that_the_whole_takes(monkeypatch):
    """``exp`` may differ in the last bit between the loop and NumPy, so the size of a chunk must not decide."""
    used, walked = [], loops.walked
    monkeypatch.setattr(loops, "walked", lambda *given: used.append(1) or walked(*given))
    call, starts = (adam, SURFACES["two_wells"]), np.resize(STARTS, (400, 2))
    costs = {"a": surface_run(*call, budget=40)}
    with ThreadPoolExecutor(2) as executor:
        monkeypatch.setattr(loops, "WORTH", 50 * 1300)
        one, shared = (descend(*call, starts, 50, executor=by) for by in (None, executor))
        np.testing.assert_array_equal(shared.xs, one.xs)
        assert len(used) == 1 + 31  # 13 runs in each
        monkeypatch.setattr(loops, "WORTH", 100 * 1300)
        one, shared = (fair_race(costs, starts, starts[:1], finer=1, executor=by) for by in (None, executor))
        np.testing.assert_array_equal(shared["a"].medians, one["a"].medians)
        assert len(used) == 1 + 31 + 1 + 31


@pytest.mark.parametrize(("grad", "start", "lr"), [("rosenbrock", STARTS[0], 0.02), (lambda x: x**3, STARTS, 0.9)])
def test_a_strict_batch_names_the_member_that_it_names_in_one_process(grad, start, lr, executor):
    said = []
    for how in ({}, {"executor": executor}):
        with pytest.raises(Diverged) as caught:
            descend(sgd, grad, start, 500, lr=lr, strict=True, **how)
        said.append((str(caught.value), caught.value.step, caught.value.member))
    assert said[0] == said[1]
    failed_at = descend(sgd, grad, start, 500, lr=lr).failed_at
    assert said[0][1] == failed_at[said[0][2]] == min(failed_at[failed_at > 0])


def test_a_race_is_the_same(executor):
    net, data = Network((64, 8, 10)), digits(60, val=60)
    entrants = {name: network_run(name, net, data, 2) for name in ("sgd", "adam")}
    on_surface = {name: surface_run(name, "two_wells", budget=200) for name in ("momentum", "adam")}
    odd = {"never": lambda rates, seeds: np.full((len(rates), len(seeds)), np.nan)}
    for runs, tuning, judging in ((entrants, [0, 1], [2]), (on_surface | odd, STARTS[0, :4], STARTS[1])):
        rates = {"per_decade": 1, "lowest": 1e-2, "finer": 2}
        one, shared = (fair_race(runs, tuning, judging, **rates, executor=by) for by in (None, executor))
        assert repr(shared) == repr(one)
        for a, b in zip(one.entries, shared.entries, strict=True):
            np.testing.assert_array_equal(b.medians, a.medians)
            np.testing.assert_array_equal(b.costs, a.costs)
            assert (b.at_border, b.tried, b.robust) == (a.at_border, a.tried, a.robust)


# What is refused, and what is lost. ------------------------------------------------------------------------------------


def said(error, call):
    """The one line of an error."""
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_no_process_can_be_sent_is_named(processes):
    lock = threading.Lock()

    def locked(x):
        with lock:
            return x**3

    text = said(TypeError, lambda: descend(sgd, locked, STARTS[0], 3, executor=processes))
    assert text.startswith("grad is <function test_what_no_process")
    assert "which no other process can be sent (TypeError(\"cannot pickle '_thread.lock' object" in text
    assert text.endswith("leave that out of it, or take threads: executor=ThreadPoolExecutor()")
    asked = {"mine": lambda rates, members: locked(np.ones((len(rates), len(members))))}
    text = said(TypeError, lambda: fair_race(asked, [0], [1], executor=processes))
    assert text.startswith("mine's function is <function test_what_no_process")
    with ThreadPoolExecutor(2) as threads:
        descend(sgd, locked, STARTS[0], 3, executor=threads)
        assert fair_race(asked, [0], [1], executor=threads)["mine"].median == 1


def test_what_the_workers_do_not_have_is_named(processes, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def slope(x):\n    return x\n", encoding="utf-8")
    list(processes.map(abs, range(9)))  # they have begun
    monkeypatch.syspath_prepend(tmp_path)
    from only_here import slope

    text = said(ImportError, lambda: descend(sgd, slope, STARTS[0], 3, executor=processes))
    assert text == (
        "a worker cannot read what it is sent: No module named 'only_here'; install that where the workers are"
    )
    del sys.modules["only_here"]


def test_a_rule_that_is_wrong_is_told_as_in_one_process(executor):
    def wrong(x, grad, t, *, lr=0.1):
        return (x - lr * numpi.sqrt(grad(x)),)  # noqa: F821

    lines = [said(NameError, lambda by=by: descend(wrong, "ravine", STARTS[0], 3, executor=by)) for by in (None, executor)]  # fmt: skip
    assert lines[0] == lines[1]
    races = {"wrong": lambda rates, starts: descend(wrong, "ravine", starts, 3)}
    assert said(NameError, lambda: fair_race(races, STARTS[0], STARTS[1], executor=executor)) == lines[0]
    assert len(descend(sgd, "ravine", STARTS[0], 3, executor=executor).xs) == 4  # and the executor is whole
    unused = Forgetful()
    assert said(NameError, lambda: descend(wrong, "ravine", STARTS[0], 3, executor=unused)) == lines[0]
    assert unused.asked == []


def die(x):
    return x if parent_process() is None else os._exit(1)


WAY_OUT = "; run it again with a new executor, with fewer workers at once if they lack memory"


def test_a_worker_that_dies_is_told_in_one_line_that_names_its_chunk():
    with pool(1) as executor:
        text = said(RuntimeError, lambda: descend(sgd, die, STARTS, 3, executor=executor))
        assert text.startswith("sgd's runs 0 to 1 of 40 along axis 1 of the batch did not come back: BrokenProcess")
        assert text.endswith(WAY_OUT)
        lost = {"mine": lambda rates, members: 1 + np.zeros((len(rates), len(members)))}
        text = said(RuntimeError, lambda: fair_race(lost, [0], [1], executor=executor))
        assert text.startswith("mine at lr 0.0001 did not come back: BrokenProcessPool(")


class Forgetful(Executor):
    """Cancels what it is asked, from the third on."""

    def __init__(self):
        self.asked = []

    def submit(self, work, *given):
        self.asked.append(Future())
        if len(self.asked) < 3:
            self.asked[-1].set_result(work(*given))
        elif len(self.asked) == 3:
            self.asked[-1].cancel()
        return self.asked[-1]


def test_a_chunk_that_is_cancelled_is_told_and_the_rest_is_not_left_behind():
    forgetful = Forgetful()
    runs = {"mine": lambda rates, seeds: np.ones((len(rates), len(seeds)))}
    text = said(RuntimeError, lambda: fair_race(runs, range(64), [1], executor=forgetful, per_decade=1))
    assert text == f"mine at lr 0.0001 to 10, members 4 to 5 of 64 did not come back: CancelledError(){WAY_OUT}"
    assert len(forgetful.asked) == 32
    assert all(future.done() for future in forgetful.asked)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ({"executor": 4}, "executor is 4; it must be one of concurrent.futures, such as ProcessPoolExecutor()"),
        ({"progress": True}, "progress counts the chunks of an executor; give executor=, such as ThreadPoolExecutor(1)"),
        ({"progress": "yes"}, "progress is 'yes'; it must be True or False"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(how, text):
    assert said((TypeError, ValueError), lambda: descend(sgd, "ravine", STARTS[0], 3, **how)) == text
    races = {"a": surface_run(sgd, "ravine")}
    assert said((TypeError, ValueError), lambda: fair_race(races, [(0, 1)], [(0, 1)], **how)) == text


def test_the_client_of_a_cluster_is_no_executor_but_has_one():
    class Client:
        get_executor = None

    text = said(TypeError, lambda: descend(sgd, "ravine", STARTS[0], 3, executor=Client()))
    assert text.endswith("it must be one of concurrent.futures, such as client.get_executor()")


# How runs are cut, and how far they are. -------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 70), min_size=1, max_size=3), st.floats(0, 1e8))
def test_chunks_are_the_whole_and_none_is_large(shape, size):
    seen = np.zeros(shape, int)
    parts = chunks.cut(shape, size)
    for part in parts:
        seen[part.index()] += 1
        alone = part.last - part.first == 1
        assert alone or part.of(seen).size * size <= chunks.ROOM
        assert alone or max(shape) > chunks.LEAST
    assert np.all(seen == 1)
    assert len(parts) >= min(np.prod(shape), max(shape), chunks.LEAST) / 2


def test_a_bar_says_how_far_it_is_and_only_where_it_is_asked_for(capsys):
    with ThreadPoolExecutor(1) as executor:
        descend(momentum, "ravine", STARTS[0], 3, executor=executor)
        assert capsys.readouterr().err == ""
        descend(momentum, "ravine", STARTS[0], 3, executor=executor, progress=True)
        assert "momentum: 100%" in (shown := capsys.readouterr().err)
        assert "20/20" in shown
        fair_race({"a": surface_run(sgd, "ravine")}, STARTS[0, :1], STARTS[1], executor=executor, progress=True)
        assert all(f"{stage}: 100%" in shown for shown in [capsys.readouterr().err] for stage in ("tuning", "judging"))
