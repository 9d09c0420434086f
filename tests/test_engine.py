"""The JavaScript engine of the build: it ends when Python does."""

import subprocess
import sys

import pytest

USE = "from publish import maths, squeeze; print(maths.typeset('x', False)[1], squeeze.program('export const a = 1;'))"


@pytest.mark.parametrize("time", range(3))
def test_a_build_that_used_the_engine_ends(time):
    """Its threads once kept Python waiting for ever, now and then on 3.11 and always on 3.13."""
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    assert "a=1" in done.stdout
