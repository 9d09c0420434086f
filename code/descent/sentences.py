"""What is said of a wrong rule: one table for Python (``notes``, ``checks``, ``advice``) and for the rule editor.

A mistake is told in the same words, whether the rule was typed into a notebook or on a page.
"""

SENTENCES = {
    # what a rule may not do
    "place": "write {target} = {step} in place of {line}: a rule may not change a number in place",
    "branch": "a rule may not branch {what}, for x holds several numbers; use np.maximum, np.minimum or np.sign",
    "extreme": "write np.{name}imum in place of {name}: x holds several numbers, and {name} picks one",
    "index": "leave the [...] out: a rule in a figure treats all coordinates alike (descend runs it)",
    "loop": "no loop and no len() is needed: arithmetic acts on all coordinates at once",
    "untranslated": "np.{name} has no translation; {instead}",
    "arithmetic": "use arithmetic, np.sqrt, np.abs, np.sign, np.maximum or np.minimum",
    "numbers": "a rule computes with numbers only; {value} is none",
    "power": "write ** in place of ^ for a power: {word}",
    "zero": "{word} divides by 0; t is 1 at the first step, and memories are 0",
    "attribute": "leave {word} out: a rule in a figure {why}",
    "shapes": "may not ask for a shape or a type (descend runs it)",
    "arithmeticAlone": "takes arithmetic and NumPy's functions alone (descend runs it)",
    "math": "write np.{found} in place of math.{found}: x holds several numbers, and math takes one",
    "single": "write {instead} in place of {name}(): x holds several numbers, and {name} takes one",
    "asIs": "the number as it is",
    "random": "{name} draws random numbers, which a figure would draw once for all; leave np.random out and give Explorer noise=0.3",
    "outside": "{name} keeps {kept} from step to step outside itself; make it a memory: {head}",
    "yield": "{name} holds yield; a rule hands its numbers over at once: write return in place of yield",
    "async": "{name} is defined by async def; a rule is a plain function: write def {name}",
    # grad
    "uncalled": "write grad(x) in place of grad: grad is a function, and the slope is what it returns",
    "nowhere": "write grad(x) in place of grad(): the slope is asked for at a point",
    "point": "write grad(x) in place of {word}: the slope depends on the point alone",
    # names
    "early": "{missing} has no value yet where {name} uses it; a memory gets one in the first line: {missing}=0",
    "bare": "write np.{missing} in place of {missing}",
    "meant": "{name} does not know {missing}; did you mean {near}?",
    "setting": "{name} does not know {missing}; put it into the first line: {head}",
    "unknown": "{name} does not know {missing}; it is missing in the first line (a memory, {missing}=0 before the star, or a hyperparameter, {missing}=0.1 behind it)",
    "numpy": "NumPy has no {name}; did you mean np.{near}?",
    "hyper": "{name} has no hyperparameter '{own}'; {meant}it has {all}",
    # the first line
    "first": "{name} must take x, grad and t first: def {name}(x, grad, t, ...)",
    "begin": "{name} gives its memory {memory} no first value; write {memory}=0 in its first line",
    "starless": "{name} takes {setting} for a memory; put a star before it: {head}",
    "default": "{name} needs a number as default for {setting}: *, {setting}=0.01",
    # what it returns
    "nothing": "{name} returns nothing; end it with {wanted}",
    "list": "{name} returns a list; it must be a tuple: {wanted}",
    "must": "{name} must return {whole}: write {wanted}",
    "memoryless": "{name} returns {count} values, but takes no memory; write {head}",
    "values": "{name} returns {count}; it must return {whole}: write {wanted}",
}
# What Python itself refuses before there is a rule, and so only the editor says.
READING = {
    "def": "a rule begins with def: def my_rule(x, grad, t, *, lr=0.01):",
    "head": "after def {name} comes what it takes: def {name}(x, grad, t, *, lr=0.01):",
    "colon": "a : is missing at the end of the first line",
    "empty": "{name} has no lines yet; indent them below its first",
    "indent": "begin this line below the others, four spaces in",
    "one": "one rule at a time: what follows is another",
    "leave": "leave {word} out: a rule is assignments, and a return at its end",
    "itself": "{name} may not call itself",
    "target": "only a name stands before =",
    "unpack": "{n} names stand before =, and {m} values behind it",
    "whole": "write 2.0 in place of 2: NumPy keeps whole numbers whole",
    "takes": "{name} takes {n} in its parentheses",
    "signature": "it is called as {head}",
    "another": "choose another name than {word}",
    "annotation": "leave what follows {name} up to the comma out: types are not needed",
    "names": "give each memory and each hyperparameter its own name in place of {word}",
    "twice": "{name} stands twice in the first line",
    "times": "a sign is missing between {a} and {b}",
    "sign": "write {instead} in place of {sign}",
    "strange": "{word} is not understood here",
    "quote": "a quotation mark is missing",
    "opening": "a bracket is missing before {sign}",
    "closing": "a {sign} is missing",
    "end": "something is missing at the end of the line",
    "deep": "too many parentheses in one another",
    "many": "a rule has at most {n} operations",
    "long": "at most {n} letters are read",
}


def sentence(kind: str, **gaps: object) -> str:
    """The sentence of that kind, with its gaps filled."""
    return SENTENCES[kind].format(**gaps)
