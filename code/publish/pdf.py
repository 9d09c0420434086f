"""Print the book: Jupyter Book writes LaTeX, xelatex typesets it, and the log is read before anyone is told it worked.

python -m publish.pdf
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / "_build" / "print"  # apart from the website's build, so that both may run at once
FOLDER = WORK / "_build" / "latex"
LOG = FOLDER / "descent.log"
PDF = ROOT / "_build" / "pdf" / "descent.pdf"
OVERFULL = 10  # points that a line may stand out

# What must be there, and the Debian package that brings it.
PROGRAMS = {"xelatex": "texlive-xetex", "latexmk": "latexmk", "pdftoppm": "poppler-utils"}
FILES = {
    "unicode-math.sty": "texlive-xetex",
    "qrcode.sty": "texlive-pictures",
    "pzdr.tfm": "texlive-fonts-recommended",
    "FreeSerif.otf": "fonts-freefont-otf",
    "NanumMyeongjo.ttf": "fonts-nanum",
    "DejaVuSansMono.ttf": "fonts-dejavu-core",
    "DejaVuSansMono-Oblique.ttf": "fonts-dejavu-extra",
}


def missing_packages():
    """Return the Debian packages that printing needs and that are not installed."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if shutil.which("kpsewhich"):
        found = {file: subprocess.run(["kpsewhich", file], capture_output=True).returncode == 0 for file in FILES}
        missing += [package for file, package in FILES.items() if not found[file]]
    else:
        missing += FILES.values()
    return list(dict.fromkeys(missing))


def problems(log):
    """Return what LaTeX complained about in the text of its log, one line each."""
    log = re.sub(r"(?<=.{79})\n", "", log)  # LaTeX folds its lines after 79 characters
    found = [f"no glyph for {m[1]} in {m[2]}" for m in re.finditer(r"There is no (\S+ \(U\+\w+\)) in font (\S+)", log)]
    found += [f"undefined: {m[1]}" for m in re.finditer(r"(?:[Rr]eference|Citation) [`']([^']+)'[^\n]*undefined", log)]
    found += [f"defined twice: {m[1]}" for m in re.finditer(r"Label [`']([^']+)' multiply defined", log)]
    for match in re.finditer(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)([^\n]*)", log):
        if float(match[1]) > OVERFULL:
            found.append(f"{match[1]} points too wide or high{match[2]}")
    return sorted(set(found))


def run(command, **options):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", **options)
    if done.returncode:
        print((done.stdout + done.stderr)[-4000:], file=sys.stderr)
        sys.exit(f"{Path(command[0]).name} failed, see above")


def main():
    if missing := missing_packages():
        sys.exit(f"Printing needs TeX. On Debian: apt-get install --no-install-recommends {' '.join(missing)}")
    options = ["--builder", "latex", "--path-output", WORK, "--quiet", "--warningiserror", "--nitpick", "--keep-going"]
    run([Path(sys.executable).with_name("jupyter-book"), "build", ROOT, *options])
    fixed = os.environ | {"SOURCE_DATE_EPOCH": "1767225600", "FORCE_SOURCE_DATE": "1"}  # the same bytes each time
    FOLDER.joinpath("descent.aux").unlink(missing_ok=True)  # it remembers how the chapters were made to fit
    run(["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "descent.tex"], cwd=FOLDER, env=fixed)
    PDF.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / "descent.pdf", PDF)
    if found := problems(LOG.read_text(encoding="utf-8", errors="replace")):
        sys.exit("\n".join(found) + f"\nThe PDF was written, but with {len(found)} problem(s).")
    print(PDF.relative_to(ROOT))


if __name__ == "__main__":
    main()
