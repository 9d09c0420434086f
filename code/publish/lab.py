"""Open the chapters as live notebooks: ``make lab``, or ``make lab ARGS="--no-browser --port 8899"``."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(options):
    """Start JupyterLab on the chapters with the given options, and end as it ends."""
    sys.exit(subprocess.run([sys.executable, "-m", "jupyterlab", "chapters", *options], cwd=ROOT).returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
