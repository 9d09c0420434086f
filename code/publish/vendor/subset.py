"""Make the site's font files from those of their makers, with the characters that the book writes and no others.

Run by hand, with fonttools and brotli: ``python subset.py SERIF KATEX``, the unpacked npm packages ``source-serif`` and
``katex``. The same versions give the same files. A test names a character that a page writes and no file here has.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
ASCII = "".join(map(chr, range(0x20, 0x7F)))
TEXT = ASCII + "\xa0°²·×áâäçèéíñóöøúüßışΣαβγδεηθκλμρσψ₀₁₂–—‘’“”…←↑→↓−"
ITALIC = ASCII + "\xa0äéöü×–—‘’“”…"
FORMULAS = ASCII + (
    "\xa0°±×˙ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξπρστφχψωϕϵ\u200b†…′ℓℝ←↑→↓↦⇐⇒⇔∀∂∃∅∇∈∉∏∑−∓∗∘√∝∞∣∥∧∨∩∪∫∼≈≠≡≤≥≪≫≲≳⊂⊆⊕⊗⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩"
)
LARGE = "()[]{}/|~^ˆ˜‖∏∑√∫∣∥⌈⌉⌊⌋⟨⟩"


def subset(font, characters, file):
    """Write the characters of a font to a file, as WOFF2 and without a name that its licence reserves."""
    options = Options(hinting=False, layout_features=["kern", "liga", "tnum"], name_IDs=[0, 13, 14], flavor="woff2")
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.flavor = "woff2"
    font.save(file)


def serif(source, **axes):
    """A variable font of the text face at the size of reading, with the given weights."""
    font = TTFont(source, recalcTimestamp=False)
    return instantiateVariableFont(font, {"opsz": 11, **axes})


def main(serif_package, katex_package):
    upright, slanted = (Path(serif_package, "VAR", f"SourceSerif4Variable-{s}.ttf") for s in ("Roman", "Italic"))
    roman = serif(upright, wght=(400, 700))
    roman["GPOS"] = serif(upright, wght=400)["GPOS"]  # one kerning for all weights, a third of the size
    subset(roman, TEXT, HERE / "text" / "text.woff2")
    subset(serif(slanted, wght=400), ITALIC, HERE / "text" / "text-italic.woff2")
    names = dict.fromkeys(["Main-Regular", "Math-Italic", "AMS-Regular"], FORMULAS)
    for name, characters in (names | {f"Size{n}-Regular": LARGE for n in (1, 2, 3, 4)}).items():
        file = f"KaTeX_{name}.woff2"
        font = TTFont(Path(katex_package, "dist", "fonts", file), recalcTimestamp=False)
        subset(font, characters, HERE / "katex" / "fonts" / file)


if __name__ == "__main__":
    main(*sys.argv[1:])
