"""Clusters of two workers, Dask's and MPI's: the same bits as in one process, even when a worker of Dask's dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from descent import Diverged, descend, fair_race, surface_run
from descent.walk import noisy
from distributed import Client, LocalCluster

STARTS = np.random.default_rng(0).standard_normal((2, 40, 2))


@pytest.fixture(scope="module")
def executor():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client.get_executor()


def test_a_batch_is_the_same_to_the_last_bit(executor):
    rates = np.logspace(-4, 1, 40)[:, None]
    for rule, grad in (("adam", "two_wells"), (noisy("sgd", 0.5, np.arange(40)), lambda x: x**3)):
        one, shared = (descend(rule, grad, STARTS, 100, lr=rates, keep=7, executor=by) for by in (None, executor))
        np.testing.assert_array_equal(shared.xs, one.xs)
        np.testing.assert_array_equal(shared.failed_at, one.failed_at)
        assert one.failed_at.max() > 0 or rule == "adam"


def test_a_strict_batch_names_the_same_member(executor):
    said = []
    for by in (None, executor):
        with pytest.raises(Diverged) as caught:
            descend("sgd", "rosenbrock", STARTS[0], 500, lr=0.02, strict=True, executor=by)
        said.append((str(caught.value), caught.value.step, caught.value.member))
    assert said[0] == said[1]


def test_a_race_is_the_same(executor):
    runs = {name: surface_run(name, "ravine", budget=300) for name in ("momentum", "adam")}
    one, shared = (fair_race(runs, *STARTS[:, :5], executor=by) for by in (None, executor))
    assert repr(shared) == repr(one)
    for a, b in zip(one.entries, shared.entries, strict=True):
        np.testing.assert_array_equal(b.medians, a.medians)
        np.testing.assert_array_equal(b.costs, a.costs)


def deadly(mark, times=1):
    """A gradient that kills so many workers that call it: each leaves a letter in the file ``mark``."""
    home = os.getpid()

    def grad(x):
        if os.getpid() != home and len(mark.read_text(encoding="utf-8")) < times:
            mark.write_text(mark.read_text(encoding="utf-8") + "x", encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return x**3

    return grad


def test_dask_asks_again_for_what_a_dead_worker_had(executor, tmp_path):
    mark = tmp_path / "died"
    mark.write_text("", encoding="utf-8")
    shared = descend("sgd", deadly(mark), STARTS[0], 20, executor=executor)
    assert mark.read_text(encoding="utf-8")
    np.testing.assert_array_equal(shared.xs, descend("sgd", lambda x: x**3, STARTS[0], 20).xs)


def test_where_dask_gives_up_the_chunk_is_named(executor, tmp_path):
    mark = tmp_path / "died"
    mark.write_text("", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"^sgd's run 0 of 1 did not come back: KilledWorker\(.*a new executor"):
        descend("sgd", deadly(mark, 99), STARTS[0, :1], 20, executor=executor)


ON_MPI = """
import numpy as np
from descent import descend, fair_race, surface_run
from mpi4py.futures import MPIPoolExecutor

if __name__ == "__main__":
    starts = np.random.default_rng(0).standard_normal((40, 2))
    runs = {"adam": surface_run("adam", "ravine", budget=200)}
    with MPIPoolExecutor() as executor:
        one, shared = (descend("adam", lambda x: x**3, starts, 100, lr=0.1, executor=by) for by in (None, executor))
        races = [repr(fair_race(runs, starts[:2], starts[2:4], executor=by)) for by in (None, executor)]
    print(np.array_equal(one.xs, shared.xs), races[0] == races[1])
"""


def test_mpi_gives_the_same(tmp_path):
    script = tmp_path / "on_mpi.py"
    script.write_text(ON_MPI, encoding="utf-8")
    mpiexec = Path(sys.executable).with_name("mpiexec")
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.stdout == "True True\n", done.stderr
