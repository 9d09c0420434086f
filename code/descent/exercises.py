"""Checkers for the exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

A checker is a function from the answer to a sentence about what is wrong with it, or to ``""`` when it is right. It
computes the right answer; it does not look it up.
"""

from dataclasses import dataclass

import numpy as np

from descent.rules import momentum, sgd
from descent.runs import descend
from descent.surfaces import SURFACES


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found: true when the answer is right; shown as a sentence."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer):
    """Check an answer to the exercise ``name``: a number, several numbers, or a function, as the exercise asks."""
    if name not in CHECKERS:
        chapter = name.rpartition("-")[0]
        near = [known for known in CHECKERS if known.rpartition("-")[0] == chapter] or list(CHECKERS)
        raise ValueError(f"there is no exercise {name!r} to check; there are {', '.join(near)}")
    if answer is ...:
        return Verdict(False, "Put your answer in place of the three dots.")
    wrong = CHECKERS[name](answer)
    return Verdict(not wrong, wrong or "Right.")


def number(answer, right, hint, tolerance=1e-3):
    """``""`` if ``answer`` is the number ``right`` (relative tolerance), else what is wrong and a hint."""
    try:
        value = float(answer)
    except (TypeError, ValueError):
        return f"The answer is a number; this is {type(answer).__name__}."
    if abs(value - right) <= tolerance * max(1, abs(right)):
        return ""
    if abs(value + right) <= tolerance * max(1, abs(right)):
        return f"The size is right, the sign is not: {value:g}. {hint}"
    return f"Not {value:g}. {hint}"


def numbers(answer, right, hint, tolerance=1e-3):
    """The same for several numbers; the first wrong one is named."""
    try:
        values = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return "The answer is several numbers, such as (1.0, 2.0)."
    right = np.asarray(right, dtype=float)
    if values.shape != right.shape:
        return f"The answer has the shape {right.shape}; this has {values.shape}."
    for i, (value, wanted) in enumerate(zip(values.flat, right.flat, strict=True), 1):
        if number(value, wanted, hint, tolerance):
            return f"Number {i} is not {value:g}. {hint}"
    return ""


def same_steps(answer, rule, hint, *, surface="ravine", steps=40, **hyper):
    """``""`` if the function ``answer`` takes the same steps as ``rule``, else the first step where they part."""
    if not callable(answer):
        return "The answer is a rule: a function of x, grad, t and its memory."
    surface = SURFACES[surface]
    try:
        mine = descend(answer, surface.grad, surface.start, steps, **hyper)
    except Exception as error:
        return f"The rule does not run: {error}"
    theirs = descend(rule, surface.grad, surface.start, steps, **hyper)
    apart = ~np.all(np.isclose(mine.xs, theirs.xs, rtol=1e-9, atol=1e-12), axis=-1)
    return f"It parts from the right path at step {int(np.argmax(apart))}. {hint}" if apart.any() else ""


# One function an exercise, in the order of the chapters; the table at the end names them all.


def post003_gradient(answer):
    """gradient-1: the gradient of post 003's surface, as a function."""
    if not callable(answer):
        return "The answer is a function, such as mended, from a point to its two slopes."
    surface = SURFACES["post003"]
    points = np.random.default_rng(0).uniform(-2, 2, (40, 2))
    try:
        off = np.array([answer(p) for p in points], dtype=float) - surface.grad(points)
    except Exception as error:
        return f"The function does not turn a point into two slopes: {error}"
    if np.allclose(off, 0, atol=1e-9):
        return ""
    if np.allclose(off, -2 * surface.grad(points)):
        return "That is minus the gradient: the rule takes the minus sign itself."
    x, y = points.T
    terms = {
        "1": x**0,
        "x": x,
        "y": y,
        "x**2": x**2,
        "x*y": x * y,
        "y**2": y**2,
        "x**2*y": x**2 * y,
        "x*y**2": x * y**2,
    }
    weights = np.linalg.lstsq(np.stack(list(terms.values()), -1), off)[0]
    left = [
        f"d/d{name}: {w:+.2f} {term} too much"
        for name, column in zip("xy", weights.T, strict=True)
        for term, w in zip(terms, column, strict=True)
        if abs(w) > 1e-6
    ]
    return "Not yet. Still wrong: " + ", ".join(left) + "."


def knowing_nothing(answer):
    """gradient-2: the cross-entropy of ten equal probabilities, in nats."""
    if number(answer, np.log2(10), "") == "":
        return "That is in bits. In nats the logarithm is the natural one."
    if number(answer, 1, "") == "":
        return "That is the logarithm to base ten. In nats it is the natural one."
    return number(answer, np.log(10), "The truth was given the probability 1/10; how surprised is the model?")


def how_many_steps(answer):
    """gradient-3: 3 epochs of 50 000 examples in batches of 128, the last one smaller."""
    full, rest = divmod(50_000, 128)
    if number(answer, 3 * full, "", 1e-6) == "":
        return f"You dropped the last batch of each epoch: {rest} images are left over, and they make a step, too."
    if number(answer, 3 * 50_000 / 128, "", 1e-4) == "" and float(answer) != 3 * (full + 1):
        return "There is no part of a step: the last, smaller batch of each epoch counts as one."
    if number(answer, full + 1, "", 1e-6) == "":
        return "That is one epoch; there are three."
    return number(answer, 3 * (full + 1), "Count the batches of one epoch first.", 1e-6)


def millimetres(answer):
    """gradient-4: the factor for the rate when coordinates are measured in a unit a thousand times smaller."""
    if number(answer, 1000, "") == "":
        return "The slope is a thousand times smaller, that is one factor. But the step must also be longer, in millimetres."
    if number(answer, 1, "") == "":
        return "With the same rate the walker all but stands still. Compute the slope in loss per millimetre."
    if any(number(answer, small, "", 1e-9) == "" for small in (1e-3, 1e-6)):
        return "The other way round: smaller slopes and longer steps (in millimetres) need a larger rate."
    return number(answer, 1000**2, "How much smaller is the slope, and how much longer the step?")


def steady(answer):
    """gradient-6: every coordinate moves by lr against the sign of its slope."""

    def right(x, grad, t, *, lr=0.1):
        return (x - lr * np.sign(grad(x)),)

    def whole(x, grad, t, *, lr=0.1):
        g = grad(x)
        return (x - lr * g / np.linalg.norm(g),)

    wrong = same_steps(answer, right, "Move by lr times np.sign(grad(x)), against it.", lr=0.1)
    if not wrong:
        return ""
    if same_steps(answer, whole, "", lr=0.1) == "":
        return "That moves the whole point by lr. Here each coordinate moves by lr on its own."
    if same_steps(answer, lambda x, grad, t, *, lr: (x + lr * np.sign(grad(x)),), "", lr=0.1) == "":
        return "That walks uphill: mind the minus sign."
    return wrong


def narrower_ravine(answer):
    """problems-1: steps for a factor 1e6 in distance at condition number 1000."""
    right = np.log(1e6) / np.log(1001 / 999)
    if number(answer, right / 2, "", 0.01) == "":
        return "That is for the loss, which falls with the square of the distance. Here the distance is asked for."
    if number(answer, np.log10(1e6) / np.log(1001 / 999), "", 0.01) == "":
        return "One logarithm is to base ten and the other is natural; take the same for both."
    return number(answer, right, "Each step multiplies the distance by (1000 - 1) / (1000 + 1).", 0.01)


def long_way(answer):
    """problems-2: the way walked across the valley at curvature 100, lr 0.018, from 1."""
    factor = 1 - 0.018 * 100
    if number(answer, 1, "") == "":
        return "That is the net way from 1 to 0. The walker crosses over and back: add the lengths of all jumps."
    if number(answer, 1 / (1 - abs(factor)), "") == "":
        return "You added the heights 1, 0.8, 0.64, ... A jump goes from one side to the other, so it is longer."
    return number(
        answer, (1 - factor) / (1 - abs(factor)), "The first jump is 1.8 long, and each next one 0.8 of the last."
    )


def off_the_ridge(answer):
    """problems-3: steps until |y| > 1 from 1e-12 at lr 0.05."""
    exact = np.log(1e12) / np.log(1.05)
    if number(answer, exact, "", 1e-5) == "":
        return "Nearly: a step is whole. Which is the first whole number beyond it?"
    if number(answer, np.floor(exact), "", 1e-9) == "":
        return "At that step |y| is still just below 1; one more."
    if number(answer, np.ceil(-np.log(1e12) / np.log(0.95)), "", 1e-3) == "":
        return "0.95 is the factor toward the saddle, in x. Away from the ridge the factor is 1.05."
    if number(answer, np.ceil(np.log(1e12) / 0.05), "", 1e-3) == "":
        return "That is the limit of tiny rates. At 0.05 a step multiplies y by 1.05, not by exp(0.05)."
    return number(answer, np.ceil(exact), "By what is y multiplied at each step?", 1e-9)


def two_slopes(answer):
    """problems-4: step along the average of the last two slopes."""

    def right(x, grad, t, last=0, *, lr=0.01):
        g = grad(x)
        return x - lr * (g + last) / 2, g

    def added(x, grad, t, last=0, *, lr=0.01):
        g = grad(x)
        return x - lr * (g + last), g

    def averages(x, grad, t, last=0, *, lr=0.01):
        g = (grad(x) + last) / 2
        return x - lr * g, g

    wrong = same_steps(answer, right, "Step by lr times (g + last) / 2, and return g as the memory.", lr=0.5)
    if not wrong:
        return ""
    if same_steps(answer, sgd, "", lr=0.5) == "":
        return "That is gradient descent. Is the slope returned as memory, and used one step later?"
    if same_steps(answer, added, "", lr=0.5) == "":
        return "That adds the two slopes. Their average is half of it."
    if same_steps(answer, averages, "", lr=0.5) == "":
        return "That remembers the average, so every old slope stays in it. Remember the bare slope."
    return wrong


def stop_the_ball(answer):
    """momentum-1: slopes 0.5 and -0.3, mu 0.9; the third slope that leaves no velocity."""
    v = 0.9 * (0.9 * 0 - 0.5) + 0.3  # in units of lr, which cancels
    if number(answer, -0.9 * v, "") == "":
        return "That slope pushes the way the ball already goes. To stop it, the push must be against the velocity."
    if number(answer, v, "") == "":
        return "That is the velocity after two steps. Before the third push arrives it has faded once more."
    return number(answer, 0.9 * v, "Write down the third velocity, set it to zero and solve for the slope.")


def terminal_velocity(answer):
    """momentum-2: slope 3, lr 0.01, mu 0.95."""
    g, lr, mu = 3, 0.01, 0.95
    v = -lr * g / (1 - mu)
    if number(answer, v / lr, "") == "":
        return "You forgot the learning rate: each push is lr times the slope."
    if number(answer, -lr * g, "") == "":
        return "That is the velocity after one push. Many more follow; let them pile up."
    if number(answer, -lr * g / (1 + mu), "") == "":
        return "1/(1+mu) belongs to pushes that alternate. These agree."
    return number(answer, v, "At the end one step changes nothing: solve v = mu * v - lr * g for v.")


def same_noise(answer):
    """momentum-3: the rate at mu 0.95 that is as noisy as plain gradient descent at 0.2."""
    if number(answer, 0.2, "") == "":
        return "The same rate is about twenty times as noisy: each push now echoes through twenty steps."
    if number(answer, 0.2 / (1 - 0.95), "") == "":
        return "That is the wrong way round: memory makes every push count for more, so the rate must go down."
    return number(answer, 0.2 * (1 - 0.95), "What must agree is lr / (1 - mu).")


def no_overshoot(answer):
    """momentum-4: the largest mu that does not pass the end of the ravine, at lr 1."""
    lr, along = 1, 1 / 40
    if number(answer, (1 - np.sqrt(lr * 1)) ** 2, "") == "":
        return "That is for the curvature across the ravine, 1. Along it the curvature is 1/40."
    if number(answer, (1 - lr * along) ** 2, "") == "":
        return "Nearly: the square root of lr times the curvature, not the product itself, is taken from 1."
    return number(answer, (1 - np.sqrt(lr * along)) ** 2, "The two roots meet where (1 + mu - lr/40)**2 = 4*mu.")


def rate_outside(answer):
    """momentum-5: momentum whose velocity leaves the rate out, tried with a rate that is halved on the way."""
    wrong = same_steps(answer, momentum, "At a constant rate it must take the same steps as momentum.", lr=0.2, mu=0.9)
    if wrong:
        return wrong
    surface = SURFACES["ravine"]
    x = right = np.array(surface.start)
    memory, v = (), 0
    for t in range(1, 41):
        lr = 0.2 if t <= 20 else 0.1
        x, *memory = answer(x, surface.grad, t, *memory, lr=lr, mu=0.9)
        v = 0.9 * v + surface.grad(right)
        right = right - lr * v
        if not np.allclose(x, right, rtol=1e-9, atol=1e-12):
            return f"Right at a constant rate; when lr is halved after step 20 it goes wrong at step {t}. Keep lr out of v."
    return ""


CHECKERS = {
    "gradient-1": post003_gradient,
    "gradient-2": knowing_nothing,
    "gradient-3": how_many_steps,
    "gradient-4": millimetres,
    "gradient-6": steady,
    "problems-1": narrower_ravine,
    "problems-2": long_way,
    "problems-3": off_the_ridge,
    "problems-4": two_slopes,
    "momentum-1": stop_the_ball,
    "momentum-2": terminal_velocity,
    "momentum-3": same_noise,
    "momentum-4": no_overshoot,
    "momentum-5": rate_outside,
}
