"""Many runs in chunks, for any executor of ``concurrent.futures``: threads, processes, a cluster of Dask's or MPI's.

How they are cut depends on the runs alone, never on who takes them, and each chunk is run by the very lines that run
the whole. The rule and the gradient go to other processes as cloudpickle writes them, so that a lambda, or a rule
written in a cell, goes too. Whoever sends chunks gets the results in order. What a rule does wrong is raised as in one
process; every other error is the executor's, and names the chunk that it lost.
"""

import math
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple

import cloudpickle
import numpy as np

from descent.checks import flag, short
from descent.errors import place, pointing

ROOM = 64e6  # bytes that all points of a chunk take at most, kept or not: so much is worth sending
LEAST = 32  # chunks, or nearly as many, are made even of runs that take little room: a gradient may take long


class Part(NamedTuple):
    """Some of many runs: from ``first`` to before ``last`` of the ``whole`` along ``axis``, which is counted from the end.

    ``among`` is false where those who run it do not know of the others, and are given nothing but their own.
    """

    axis: int
    first: int
    last: int
    whole: int
    among: bool = True

    def index(self, behind: int = 0) -> tuple:
        """Where these runs are in an array with so many axes ``behind`` those of the runs."""
        return (..., slice(self.first, self.last), *(behind - self.axis - 1) * (slice(None),))

    def of(self, values: Any, behind: int = 0) -> Any:
        """Of ``values`` that differ from run to run those of these runs; others as they are."""
        axis = self.axis - behind
        each = np.ndim(values) >= -axis and np.shape(values)[axis] == self.whole
        return np.asarray(values)[self.index(behind)] if each else values

    def among_all(self, member: Sequence[int]) -> tuple[int, ...]:
        """The index of one of these runs in the whole batch."""
        found = list(member)
        found[self.axis] += self.first
        return tuple(found)

    def said(self, word: str) -> str:
        """Which these are, in words: ``runs 3 to 5 of 40``."""
        first, last = self.first, self.last - 1
        which = f"{word} {first}" if first == last else f"{word}s {first} to {last}"
        return f"{which} of {self.whole}"


HERE: ContextVar[Part | None] = ContextVar("HERE", default=None)


def own(values: Any, behind: int = 0) -> Any:
    """Of numbers for every run of a batch, those of the runs that are run here."""
    part = HERE.get()
    return part.of(values, behind) if part and part.among else values


def in_all(runs: int) -> int:
    """How many runs there are with those of the other chunks, where there are so many here."""
    part = HERE.get()
    return runs * part.whole // (part.last - part.first) if part else runs


def check_executor(executor: Any, progress: Any) -> None:
    """Refuse what is no executor, and a progress bar where there is none."""
    if executor is not None and not isinstance(executor, Executor):
        such = "client.get_executor()" if hasattr(executor, "get_executor") else "ProcessPoolExecutor()"
        raise TypeError(f"executor is {short(executor)}; it must be one of concurrent.futures, such as {such}")
    if flag("progress", progress) and executor is None:
        raise ValueError("progress counts the chunks of an executor; give executor=, such as ThreadPoolExecutor(1)")


def cut(shape: Sequence[int], size: float) -> list[Part]:
    """Cut runs of this shape, of which each takes ``size`` bytes, along the longest axis."""
    runs, axis = math.prod(shape), int(np.argmax(shape))
    whole = shape[axis] if runs else 0
    room = ROOM * whole // max(size * runs, 1)
    step = int(max(1, min(room, -(-whole // LEAST))))
    return [Part(axis - len(shape), k, min(k + step, whole), whole) for k in range(0, whole, step)]


def packed(executor: Executor, name: str, value: Any) -> Any:
    """A value as bytes that another process can read; itself for threads, which share it."""
    if isinstance(executor, ThreadPoolExecutor):
        return value
    try:
        return cloudpickle.dumps(value)
    except Exception as error:  # each type refuses in its own way
        raise TypeError(
            f"{name} is {short(value)}, which no other process can be sent ({short(error)}); "
            "leave that out of it, or take threads: executor=ThreadPoolExecutor()"
        ) from None


class Chunk(NamedTuple):
    """What a worker is asked for: ``work(*packed, *given)`` for a ``part``; ``name`` says which runs these are."""

    name: str
    part: Part
    work: Callable
    packed: tuple
    given: tuple


def results(executor: Executor, chunks: Iterable[Chunk], progress: str = "") -> Iterator[Any]:
    """What the work of each chunk returns, in order; with ``progress``, a word, a bar says how far it is."""
    chunks, asked = list(chunks), deque()
    try:
        for name, *chunk in chunks:
            with _named(name):
                asked.append(executor.submit(_done, *chunk))
        for name, *_ in _bar(chunks, progress):
            with _named(name):
                result, error = asked.popleft().result()
            if error is not None:
                raise error
            yield result
    finally:
        for future in asked:
            future.cancel()


def _bar(chunks, progress):
    if not progress:
        return chunks
    from tqdm.auto import tqdm

    return tqdm(chunks, desc=progress, unit="chunk")


@contextmanager
def _named(name):
    """Every error within is the executor's: a worker that died, a chunk that somebody cancelled."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(
            f"{name} did not come back: {short(error)}; "
            "run it again with a new executor, with fewer workers at once if they lack memory"
        ) from error


def _done(part, work, packed, given):
    """In a worker: what the work returns, and the error that it raises."""
    try:
        return here(part, work, *map(_unpacked, packed), *given), None
    except Exception as error:
        return None, pointing(error, place(error))


def here(part: Part, work: Callable, *given: Any) -> Any:
    """Do the work for a part of the runs in this process."""
    token = HERE.set(part)
    try:
        return work(*given)
    finally:
        HERE.reset(token)


def _unpacked(value):
    return _read(value) if isinstance(value, bytes) else value


@lru_cache(maxsize=8)
def _read(value):
    """The value; chunks of the same runs share it, and with it what is made from it once, such as a surface's code."""
    try:
        return pickle.loads(value)
    except (ImportError, AttributeError) as error:
        raise ImportError(
            f"a worker cannot read what it is sent: {error}; install that where the workers are"
        ) from None
