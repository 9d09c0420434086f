"""Checkers for the exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

A checker is a function from the answer to a sentence about what is wrong with it, or to ``""`` when it is right. It
computes the right answer; it does not look it up.
"""

from dataclasses import dataclass

import numpy as np

from descent.conventions import nag_inside
from descent.networks import soft_threshold
from descent.rules import adadelta, adagrad, adam, momentum, nag, rmsprop, sgd
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


def changed_rule(answer, right, mistakes, hint, **settings):
    """``""`` if the function ``answer`` takes the steps of ``right``, else what is wrong with it.

    ``mistakes`` are rules that are known to be wrong, each with what to say to it, and with settings of its own where
    it needs others.
    """
    wrong = same_steps(answer, right, hint, **settings)
    for rule, said, *own in mistakes if wrong else ():
        if same_steps(answer, rule, "", **(own[0] if own else settings)) == "":
            return said
    return wrong


def same_values(answer, right, cases, mistakes, hint):
    """``""`` if the function ``answer`` gives what ``right`` gives for all ``cases``, tuples of arguments.

    ``mistakes`` are functions that give known wrong values, each with what to say to it.
    """
    if not callable(answer):
        return "The answer is a function."
    try:
        values = [np.asarray(answer(*case), dtype=float) for case in cases]
    except Exception as error:
        return f"The function does not run: {error}"

    def gives(function):
        wanted = [np.asarray(function(*case), dtype=float) for case in cases]
        return all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(values, wanted, strict=True))

    if gives(right):
        return ""
    return next((said for wrong, said in mistakes if gives(wrong)), f"The values are not right. {hint}")


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

    def uphill(x, grad, t, *, lr=0.1):
        return (x + lr * np.sign(grad(x)),)

    mistakes = [
        (whole, "That moves the whole point by lr. Here each coordinate moves by lr on its own."),
        (uphill, "That walks uphill: mind the minus sign."),
    ]
    return changed_rule(answer, right, mistakes, "Move by lr times np.sign(grad(x)), against it.", lr=0.1)


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

    mistakes = [
        (sgd, "That is gradient descent. Is the slope returned as memory, and used one step later?"),
        (added, "That adds the two slopes. Their average is half of it."),
        (averages, "That remembers the average, so every old slope stays in it. Remember the bare slope."),
    ]
    hint = "Step by lr times (g + last) / 2, and return g as the memory."
    return changed_rule(answer, right, mistakes, hint, lr=0.5)


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


def memory_left(answer):
    """nag-1: the memory that is left at lr 0.05, mu 0.9, curvature 8."""
    if number(answer, 0.9, "") == "":
        return "That is the memory where the ground is flat. Here looking ahead takes some of it away."
    if number(answer, 0.05 * 8, "") == "":
        return "That is lr times the curvature, the part that is lost. What remains of mu?"
    if number(answer, 0.9 - 0.05 * 8, "") == "":
        return "The loss is a fraction of mu: multiply by what remains, do not subtract."
    return number(
        answer, 0.9 * (1 - 0.05 * 8), "Put the slope at x + mu * v into the rule and collect what stands with v."
    )


def safe_rate(answer):
    """nag-2: the largest stable rate at curvature 4, mu 0.5."""
    if number(answer, 3 / 4, "") == "":
        return "That is momentum's limit, 2 * (1 + mu) / curvature. Looking ahead makes it smaller."
    if number(answer, 2 / 4, "") == "":
        return "That is gradient descent's limit."
    if number(answer, 3 / 2, "") == "":
        return "That is the limit of lr times the curvature. The rate alone is asked for."
    return number(answer, 3 / 2 / 4, "lr times the curvature may go up to 2 * (1 + mu) / (1 + 2 * mu).")


def old_velocity(answer):
    """nag-3: NAG in the look-ahead points, with the old velocity in the step."""

    mistakes = [
        (renewed_too_early, "That still steps with the updated velocity. Which v belongs into mu**2 * v?"),
        (nag, "Those are the positions. The book's points are the ones looked at; ask for the slope at x itself."),
    ]
    hint = "The step is mu**2 * v - (1 + mu) * lr * g, with the old v."
    return changed_rule(answer, nag_inside, mistakes, hint, lr=0.5)


def renewed_too_early(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A known mistake: NAG in the look-ahead points, with the new velocity where the old one belongs."""
    g = grad(x)
    v = mu * v - lr * g
    return x + mu**2 * v - (1 + mu) * lr * g, v


def twice_as_far(answer):
    """nag-4: nag that reads the slope at x + 2 * mu * v."""

    def right(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        v = mu * v - lr * grad(x + 2 * mu * v)
        return x + v, v

    def farther_step(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        v = 2 * mu * v - lr * grad(x + 2 * mu * v)
        return x + v, v

    farther = "That doubles the memory as well. Only the place where the slope is read moves farther."
    mistakes = [(nag, "That looks one velocity ahead, as nag does."), (farther_step, farther, {"lr": 0.5, "mu": 0.4})]
    return changed_rule(answer, right, mistakes, "Only the argument of grad changes: x + 2 * mu * v.", lr=0.5)


def third_step(answer):
    """adagrad-1: slopes 3, 4, 12, lr 1; the change of x in the third step."""
    if any(number(answer, sign * 12 / 169, "") == "" for sign in (1, -1)):
        return "You forgot the root: the divisor is the root of the sum of squares."
    if any(number(answer, sign * 12 / 5, "") == "" for sign in (1, -1)):
        return "The slope of this step belongs into the sum before dividing. No step is longer than lr."
    if any(number(answer, sign * 12 / 19, "") == "" for sign in (1, -1)):
        return "You added the slopes. Add their squares, then take the root."
    return number(answer, -12 / np.sqrt(3**2 + 4**2 + 12**2), "Add 9, 16 and 144, take the root, and step downhill.")


def millimetres_again(answer):
    """adagrad-2: the factor for Adagrad's rate when coordinates are measured in a unit a thousand times smaller."""
    if number(answer, 1e6, "") == "":
        return "That was gradient descent. Adagrad divides the size of the slopes out; only the distances are left."
    if number(answer, 1, "") == "":
        return (
            "The size of the slopes cancels, but the distances have grown: the first step is lr long, in millimetres."
        )
    if number(answer, 1e-3, "", 1e-6) == "":
        return "The other way round: the same way is more millimetres, so the steps must be larger numbers."
    return number(answer, 1000, "How long is the first step, in metres and in millimetres?")


def thirty_units(answer):
    """adagrad-3: the first step at which steps of 0.5 / sqrt(t) have covered 30."""
    right = int(np.argmax(np.cumsum(0.5 / np.sqrt(np.arange(1, 2000))) >= 30)) + 1
    if number(answer, 900, "", 1e-6) == "":
        return "That is the estimate. The sum lags a little behind it; count."
    if number(answer, 60, "", 1e-6) == "":
        return "That would be steps of 0.5 each. They shrink like 1/sqrt(t)."
    if number(answer, right - 1, "", 1e-6) == "":
        return "One more: step number 1 is the first entry of the sum."
    return number(answer, right, "Step t is 0.5 / sqrt(t) long. Add them up until they reach 30.", 1e-6)


def half_asleep(answer):
    """adagrad-4: the slope at which the first step is lr/2, eps = 1e-8 inside the root over outside."""
    eps = 1e-8
    right = np.sqrt(eps / 3) / eps
    if number(answer, 1 / right, "", 1e-6) == "":
        return "The other way round: the larger slope, inside the root, over the smaller one."
    if number(answer, 1 / np.sqrt(eps), "") == "":
        return "At g = sqrt(eps) the inner form has fallen to 1/sqrt(2) of lr. Where is it 1/2?"
    return number(answer, right, "Solve g / (g + eps) = 1/2 and g / sqrt(g**2 + eps) = 1/2 for g.")


def warm_score(answer):
    """adagrad-5: Adagrad whose score begins at 0.1, as in Keras, with a memory that begins at zero."""

    def right(x, grad, t, s=0, *, lr=0.01, first=0.1):
        g = grad(x)
        s = s + g**2
        return x - lr * g / np.sqrt(first + s), s

    def again(x, grad, t, s=0, *, lr=0.01, first=0.1):
        g = grad(x)
        s = s + g**2 + first
        return x - lr * g / np.sqrt(s), s

    def outside(x, grad, t, s=0, *, lr=0.01, first=0.1):
        return adagrad(x, grad, t, s, lr=lr, eps=first)

    mistakes = [
        (
            adagrad,
            "That is Adagrad with a score from zero. Put first under the root, as the argument first=0.1.",
            {"lr": 0.5},
        ),
        (again, "That adds first at every step. It should count once: keep it out of s."),
        (outside, "first stands outside the root there. Keras adds it to the score, inside."),
    ]
    hint = "Divide by np.sqrt(first + s), where s starts at 0."
    wrong = changed_rule(answer, right, mistakes, hint, lr=0.5, first=0.1)
    return wrong or same_steps(answer, right, "Right for first=0.1 only: use the argument.", lr=0.5, first=2.0)


def memory_of_100(answer):
    """rmsprop-1: the rho at which a value counts half after 100 steps."""
    if number(answer, 1 - 1 / 100, "", 1e-5) == "":
        return "At 0.99 a value counts 37 % after 100 steps, and half after 69."
    if number(answer, 1 - 0.5 / 100, "", 1e-5) == "":
        return "That would be a straight line down to a half. Each step multiplies: 100 factors rho make a half."
    if number(answer, 1 - 2 / 101, "", 1e-5) == "":
        return "That is the rho of a window of 100. Its half-life is shorter, 35 steps."
    return number(answer, 0.5 ** (1 / 100), "After 100 steps the weight has been multiplied by rho**100.", 1e-5)


def first_rmsprop_step(answer):
    """rmsprop-2: the first change of x at lr 0.001, rho 0.999, slope -20."""
    lr, rho, g = 0.001, 0.999, -20
    right = -lr * g / np.sqrt((1 - rho) * g**2)
    if number(answer, lr, "", 1e-5) == "":
        return "One rate is the step once s has settled. In the first step s is only a thousandth of the squared slope."
    if number(answer, -lr * g / np.sqrt(1 - rho), "", 1e-5) == "":
        return "The size of the slope cancels: it stands above the line and, in the root of s, below it."
    if number(answer, lr / (1 - rho), "", 1e-5) == "":
        return "You forgot the root: the step is divided by the root of s, not by s."
    if number(answer, -right, "", 1e-5) == "":
        return "The size is right, the sign is not: the slope falls to the right, so the weight goes up."
    return number(answer, right, "s is (1 - rho) * g**2 after one step.", 1e-5)


def floor_below_goal(answer):
    """rmsprop-3: the largest rate whose floor on the ravine is at a loss of 1e-6."""
    goal, along = 1e-6, 1 / 40
    right = 2 * np.sqrt(2 * goal / (1 + along))
    if number(answer, 2 * np.sqrt(2 * goal), "", 1e-5) == "":
        return "That counts only the jumps across the valley. Along it, where the curvature is 1/40, it jumps as far."
    if number(answer, right / 2, "", 1e-5) == "":
        return "That is how far it may be from the minimum. The rate is twice that."
    if number(answer, 2 * np.sqrt(goal / (1 + along)), "", 1e-5) == "":
        return "The loss has a factor 1/2: it is half the curvature times the square of the distance."
    return number(answer, right, "Both coordinates jump between lr/2 and -lr/2. What is the loss there?", 1e-5)


def centered_rmsprop(answer):
    """rmsprop-4: divide by the root of the variance of recent slopes."""

    def right(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        g = grad(x)
        s = rho * s + (1 - rho) * g**2
        m = rho * m + (1 - rho) * g
        return x - lr * g / (np.sqrt(s - m**2) + eps), s, m

    def inside(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        _, s, m = right(x, grad, t, s, m, rho=rho)
        return x - lr * grad(x) / np.sqrt(s - m**2 + eps), s, m

    def average(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        _, s, m = right(x, grad, t, s, m, rho=rho)
        return x - lr * m / (np.sqrt(s - m**2) + eps), s, m

    mistakes = [
        (rmsprop, "That is RMSprop itself. Take m**2 away from s under the root."),
        (inside, "Nearly: eps stands outside the root here."),
        (average, "You step along the average m. Here it is only subtracted; the step goes along the slope g."),
    ]
    return changed_rule(
        answer, right, mistakes, "Divide by np.sqrt(s - m**2) + eps, and return s and m.", lr=0.01, rho=0.9
    )


def first_step(answer):
    """adam-1: the first change for the slope (0.003, -700) at lr 0.01."""
    g, lr = np.array([0.003, -700]), 0.01
    if numbers(answer, lr * np.sign(g), "") == "":
        return "That walks uphill: a step goes against the sign of its slope."
    if numbers(answer, -lr * g, "") == "":
        return "That is gradient descent. In Adam the size of the slope is divided away."
    if numbers(answer, -np.sign(g), "") == "":
        return "The signs are right; the size of the step is the learning rate, not 1."
    return numbers(answer, -lr * np.sign(g), "At the first step m_hat is g, and s_hat is g squared.", 1e-4)


def hat_needed(answer):
    """adam-2: steps until 1 - 0.999**t is at least 0.99."""
    exact = np.log(0.01) / np.log(0.999)
    if number(answer, np.ceil(np.log(0.01) / np.log(0.9)), "", 1e-9) == "":
        return "That is m with 0.9. The slow one is s, with 0.999."
    if number(answer, 1000, "", 1e-9) == "":
        return "After 1000 steps it has 63 %. Solve 1 - 0.999**t = 0.99 for t."
    if number(answer, exact, "", 1e-9) == "" or number(answer, np.floor(exact), "", 1e-9) == "":
        return "Nearly: a step is whole, and at the one before it is still below 99 %."
    return number(
        answer, np.ceil(exact), "Which share of the weights lies on the zero at the start, after t steps?", 1e-9
    )


def signal_and_noise(answer):
    """adam-3: the step in units of lr for slopes with mean 0.3 and standard deviation 0.4."""
    mean, deviation = 0.3, 0.4
    if number(answer, mean / deviation, "") == "":
        return "You divided by the standard deviation. s averages squares, and the mean is in them, too."
    if number(answer, mean, "") == "":
        return "That is the average slope. It is still to be divided by the root of s."
    if number(answer, mean / (mean**2 + deviation**2), "") == "":
        return "You divided by s; Adam divides by its root."
    if number(answer, 1, "") == "":
        return "A full step is for slopes that all agree. These are noisy."
    return number(answer, np.hypot(mean, deviation) ** -1 * mean, "The mean square is mean**2 + deviation**2.", 0.01)


def adamax(answer):
    """adam-4: Adam with a fading maximum in place of the root of s."""

    def right(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        return x - lr * m / (1 - beta1**t) / (u + eps), m, u

    def hat(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        return x - lr * m / (1 - beta1**t) / (u / (1 - beta2**t) + eps), m, u

    def bare(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g))
        return x - lr * m / (u + eps), m, u

    mistakes = [
        (hat, "That gives u a hat. A maximum has its full size from the first slope on."),
        (bare, "m has lost its hat: it is still an average that starts at zero."),
    ]
    hint = "Is u = max(beta2 * u, |g|), and m divided by 1 - beta1**t?"
    return changed_rule(answer, right, mistakes, hint, lr=0.1, beta2=0.9)


def after_silence(answer):
    """adam-5: the whole way, in units of lr, for one slope after a long silence."""
    first = (1 - 0.9) / np.sqrt(1 - 0.999)
    if number(answer, first, "", 0.005) == "":
        return "That is the first step. m fades slowly, and goes on pushing when the slope is gone."
    if number(answer, 1 / (1 - 0.9), "", 0.005) == "":
        return "The fading of m is in it; but the first step is not one learning rate."
    return number(answer, first / (1 - 0.9), "Add up the first step, beta1 times it, beta1**2 times it, ...", 0.005)


def longest_step(answer):
    """adam-6: the largest |m| / sqrt(s) at the default betas."""
    beta1, beta2 = 0.9, 0.999
    if number(answer, (1 - beta1) / np.sqrt(1 - beta2), "") == "":
        return "That is one slope after a silence. Slopes that grow from step to step go farther."
    if number(answer, 1 / np.sqrt(1 - beta2), "") == "":
        return "That is the whole way of exercise 5, over many steps. Here one step is asked for."
    right = (1 - beta1) / np.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    return number(answer, right, "Sum the geometric series of (beta1**2 / beta2)**k.", 1e-3)


def first_stride(answer):
    """adadelta-1: the first step at eps 1e-4, rho 0.96, on a steep slope."""
    eps, rho = 1e-4, 0.96
    if number(answer, np.sqrt(eps), "", 1e-6) == "":
        return (
            "Nearly: the average of squared slopes starts at 0 too, so at first it holds 1 - rho of the slope's square."
        )
    if number(answer, eps / (1 - rho), "", 1e-6) == "":
        return "That is the square of the step: take the root."
    if number(answer, 1000 * np.sqrt(eps / (1 - rho)), "") == "":
        return "You multiplied by the slope and forgot to divide by its typical size."
    return number(answer, np.sqrt(eps / (1 - rho)), "Put d = 0 and s = (1 - rho) * g**2 into the rule.", 1e-4)


def two_epsilons(answer):
    """adadelta-2: the upper and lower eps in centimetres, 1e-6 each in metres."""
    try:
        powers = np.log10(np.asarray(answer, dtype=float))
    except (TypeError, ValueError):
        return "The answer is two numbers, such as (1e-6, 1e-6)."
    right = np.log10([1e-6 * 100**2, 1e-6 / 100**2])
    if powers.shape == (2,) and np.allclose(powers, right[::-1]):
        return "The other way round: the upper one stands beside squared lengths, which grow in centimetres."
    if powers.shape == (2,) and np.allclose(powers, (-4, -8)):
        return "Epsilon stands under a root, beside a square: it is converted twice."
    if powers.shape == (2,) and np.allclose(powers, right[0]):
        return "The upper one is right. The lower one stands beside squared slopes; do they grow in centimetres?"
    return numbers(powers, right, "(Compared by their powers of ten.) What are the units under each root?")


def careful_epsilon(answer):
    """adadelta-3: how many times the steps if eps falls from 1e-6 to 1e-12."""
    if number(answer, 1000, "") == "":
        return "The first step is 1000 times shorter. But steps grow on the way, so that is not the number of steps."
    if number(answer, 1e6, "") == "":
        return "Epsilon stands under a root, and steps grow on the way: it is far less."
    if number(answer, 100 ** (1 / 3), "", 0.01) == "":
        return "That is for a hundredth of epsilon; here it is a millionth."
    return number(answer, 1e6 ** (1 / 3), "The way goes with sqrt(eps) * t**1.5. Keep the way and solve for t.", 0.15)


def steps_taken(answer):
    """adadelta-4: Adadelta that averages lr * step."""

    def right(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
        g = grad(x)
        s = rho * s + (1 - rho) * g**2
        step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
        return x - step, s, rho * d + (1 - rho) * step**2

    wrong = same_steps(answer, right, "Average (lr * step)**2, and move by lr * step.", lr=0.5)
    if wrong and same_steps(answer, adadelta, "", lr=0.5) == "":
        return "That averages the steps before lr is applied. Average those that were taken."
    if wrong and same_steps(answer, right, "", lr=1) == "":
        return f"Right at lr 1, where nothing changes. At lr 0.5: {wrong}"
    return wrong


def upward_twice(answer):
    """adadelta-5: the eigenvalues of the Hessian of x^2 + 4xy + y^2."""
    right = np.linalg.eigvalsh([[2, 4], [4, 2]])
    if numbers(answer, right[::-1], "") == "":
        return "Right numbers; put the smaller first."
    if numbers(answer, (2, 2), "") == "":
        return "Those are the curvatures along the axes. The mixed derivative, 4, belongs to the Hessian too."
    if numbers(answer, right / 2, "") == "":
        return "Half of it: the second derivative of x**2 is 2, and the mixed one of 4*x*y is 4."
    return numbers(answer, right, "Solve (2 - z)**2 = 4**2.")


def three_limits(answer):
    """race-1: the rates below which gradient descent, momentum and NAG converge on a bowl of curvature 50."""
    limits = np.array([2, 2 * 1.9, 2 * 1.9 / 2.8]) / 50
    if not numbers(answer, limits[[0, 1, 1]], "", 1e-5):
        return "Number 3 is momentum's. NAG reads the slope ahead, where it is steeper, and must be gentler."
    if not numbers(answer, limits * 50, "", 1e-5):
        return "Those are the limits for a curvature of 1; here it is 50."
    return numbers(answer, limits, "2/L; 2(1 + mu)/L; 2(1 + mu)/((1 + 2 mu) L), with L = 50 and mu = 0.9.", 1e-5)


def lucky_five(answer):
    """race-2: how far the best of five seeds lies below the mean, for a normal spread of 0.03."""
    x = np.linspace(-8, 8, 4001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    below = (np.cumsum(density) - density / 2) * (x[1] - x[0])
    best = np.sum(x * 5 * below**4 * density) * (x[1] - x[0])
    if number(answer, best, "") == "":
        return "That is in standard deviations; one of them is 0.03."
    if number(answer, 0.03 / np.sqrt(5), "", 5e-4) == "":
        return "That is the standard error of a mean of five. The question is about the lowest of five."
    return number(answer, 0.03 * best, "Draw five numbers many times, and take the mean of the smallest.", 5e-4)


def best_of(costs, n):
    """The expected lowest of ``n`` random draws (with replacement) from ``costs``, shape ``(k,)``."""
    costs = np.sort(np.asarray(costs, dtype=float))
    left = np.arange(len(costs), -1, -1) / len(costs)
    return np.sum(costs * -np.diff(left**n))


def best_of_n(answer):
    """race-3: a function of costs and n, the expected best of n random draws."""
    cases = [([3.0, 1.0, 2.0], n) for n in (1, 2, 3)] + [([0.3, 2.3, 2.3, 0.5, 1.0], 4)]
    mistakes = (
        (lambda costs, n: np.min(costs), "That is the best of all; with n draws you may miss it."),
        (lambda costs, n: np.mean(costs), "That is right for n = 1 only."),
        (lambda costs, n: np.min(costs[:n]), "That is the best of the first n; average over all draws of n."),
        (lambda costs, n: np.mean(np.sort(costs)[:n]), "That is the mean of the n best."),
    )
    return same_values(answer, best_of, cases, mistakes, "All n draws are at least c with probability (share >= c)**n.")


def twice(x, grad, t, *, lr=0.01):
    """Two steps of gradient descent, called one: two gradients a step."""
    (x,) = sgd(x, grad, t, lr=lr)
    return sgd(x, grad, t, lr=lr)


def two_for_one(answer):
    """race-4: a rule that takes two steps of gradient descent and calls them one."""

    def doubled(x, grad, t, *, lr=0.01):
        return sgd(x, grad, t, lr=2 * lr)

    mistakes = (
        (doubled, "That is one step of twice the length. Ask for the slope a second time, where you have arrived."),
        (sgd, "That is gradient descent itself. After its step take another one."),
    )
    return changed_rule(answer, twice, mistakes, "Step, ask for the slope again, and step again.", lr=0.3)


def disguised_adam(answer):
    """race-5: (lr, eps) with which Adam without a direction's memory walks as gradient descent at the rate 1.5."""
    wrong = numbers(answer, (0, 0), "")
    if wrong.startswith("The answer"):
        return wrong
    lr, eps = map(float, answer)
    if not (lr > 0 and eps > 0):
        return "Both are positive."
    if abs(lr / eps - 1.5) > 1e-6:
        return f"Where eps outweighs the root, the step is lr / eps = {lr / eps:.4g} times the slope; it must be 1.5."
    ravine = SURFACES["ravine"]
    runs = [
        descend(adam, ravine.grad, ravine.start, 60, lr=lr, beta1=0, eps=eps),
        descend(sgd, ravine.grad, ravine.start, 60, lr=1.5),
    ]
    apart = np.abs(runs[0].xs - runs[1].xs).max()
    return f"The ratio is right, but the paths part by {apart:.2g}. Take a larger eps." if apart > 1e-3 else ""


def count_weights(answer):
    """backprop-1: the parameters of a 64-128-64-10 network."""
    sizes = np.array([64, 128, 64, 10])
    products = sizes[:-1] * sizes[1:]
    if number(answer, products.sum(), "", 1e-6) == "":
        return "Those are the weights. Each unit after the input has a bias, too."
    if number(answer, (64 + 1) * 10, "", 1e-6) == "":
        return "That is a network without hidden layers. Count each gap between two layers."
    if number(answer, products.sum() + sizes.sum(), "", 1e-6) == "":
        return "The 64 inputs have no biases: they are data."
    return number(
        answer, products.sum() + sizes[1:].sum(), "For each gap: (units on the left + 1) * (units on the right).", 1e-6
    )


def slope_of_an_input(answer):
    """backprop-2: dE/dx1 in the 2-2-2 network, at its first weights."""
    x, t = np.array([0.1, 0.2]), np.array([0.4, 0.6])
    first, second = np.array([[0.30, 0.40], [0.25, 0.35]]), np.array([[0.45, 0.70], [0.40, 0.60]])
    h = 1 / (1 + np.exp(-x @ first))
    o = 1 / (1 + np.exp(-h @ second))
    dh = second @ ((o - t) * o * (1 - o))
    delta = dh * h * (1 - h)
    if any(number(answer, part, "", 1e-5) == "" for part in first[0] * delta):
        return "That is what comes through one hidden unit. x1 feeds both: add the two."
    if number(answer, first[0] @ dh, "", 1e-5) == "":
        return "The sigmoids of the hidden units are missing: each road passes h * (1 - h)."
    if number(answer, x[0] * delta.sum(), "", 1e-5) == "":
        return "You multiplied by x1, as for a weight. The slope of an input is multiplied by the weights it meets."
    return number(answer, first[0] @ delta, "dE/dz1 times w1, plus dE/dz2 times w3.", 2e-6)


def surprise_slopes(answer):
    """backprop-3: the slopes of the cross-entropy by the scores (2, 1, 0), the second class being true."""
    p = np.exp([2.0, 1.0, 0.0])
    p = p / p.sum()
    hint = "Write the loss as log(sum(exp(z))) - z[1] and differentiate by each score."
    for wrong, said in (
        (p, "Those are the probabilities. The true class's slope has one more term."),
        (np.eye(3)[1] - p, "The signs are turned: more of a wrong score must raise the loss."),
        (p - np.eye(3)[0], "The true class is the second."),
        (p * (1 - p), "That is each probability's slope by its own score. The loss is asked for."),
    ):
        if numbers(answer, wrong, "") == "":
            return said
    return numbers(answer, p - np.eye(3)[1], hint)


def tanh_slopes(answer):
    """backprop-4: the slopes of a network with tanh units and bare outputs, for many samples."""
    if not callable(answer):
        return "The answer is a function of X, W1, W2 and T."
    rng = np.random.default_rng(4)
    X, W1, W2, T = (rng.normal(size=shape) for shape in ((5, 3), (3, 4), (4, 2), (5, 2)))
    h = np.tanh(X @ W1)
    delta = h @ W2 - T
    right = X.T @ (delta @ W2.T * (1 - h**2)), h.T @ delta
    try:
        mine = [np.asarray(part, dtype=float) for part in answer(X, W1.copy(), W2.copy(), T)]
    except Exception as error:
        return f"The function does not run: {error}"
    if [part.shape for part in mine] != [(3, 4), (4, 2)]:
        return f"Return two arrays of the shapes (3, 4) and (4, 2), as W1 and W2 have; these have {[part.shape for part in mine]}."
    if all(np.allclose(a, b) for a, b in zip(mine, right, strict=True)):
        return ""
    if all(np.allclose(5 * a, b) for a, b in zip(mine, right, strict=True)):
        return "That is the mean over the samples. Here the loss is their sum."
    if all(np.allclose(-a, b) for a, b in zip(mine, right, strict=True)):
        return "Both have the wrong sign: the error is output minus target."
    if not np.allclose(mine[1], right[1]):
        return "The slopes of W2 are wrong: the outputs are bare, so the error there is h @ W2 - T, and W2's slope h.T @ it."
    if np.allclose(mine[0], X.T @ (delta @ W2.T)):
        return "The slopes of W2 are right. In those of W1 the slope of tanh is missing, 1 - h**2."
    if np.allclose(mine[0], X.T @ (delta @ W2.T * h * (1 - h))):
        return "The slopes of W2 are right. h * (1 - h) is the sigmoid's slope; that of tanh is 1 - h**2."
    return "The slopes of W2 are right, those of W1 are not. Send the error back through W2.T, then through the tanh."


def price_of_a_gradient(answer):
    """backprop-5: multiplications forward and back in 64-128-64-10, over those of the forward run."""
    layers = np.array([64 * 128, 128 * 64, 64 * 10])
    back = 2 * layers.sum() - layers[0]
    if number(answer, 3, "", 1e-6) == "":
        return (
            "Nearly: nobody asks for the slopes of the inputs, so the first layer is spared one of its three products."
        )
    if number(answer, back / layers.sum(), "") == "":
        return "That is the way back alone. The way forward comes first."
    return number(
        answer, 1 + back / layers.sum(), "Each layer: one product forward, two back; the first layer only one back."
    )


def balanced_weights(answer):
    """backprop-6: where tiny steps from (2, 0) end on (x*y - 1)**2 / 2."""
    x = np.sqrt(2 + np.sqrt(5))
    if numbers(answer, (2, 0.5), "", 5e-3) == "":
        return "That moves y alone. x moves a little, too."
    if numbers(answer, (1, 1), "", 5e-3) == "":
        return "That is a minimum, but x**2 - y**2 is 0 there; at the start it is 4."
    if numbers(answer, (1 / x, x), "", 5e-3) == "":
        return "The other way round: x starts larger, and stays so."
    return numbers(answer, (x, 1 / x), "Solve x**2 - y**2 = 4 together with x*y = 1.", 5e-3)


def lions_fence(answer):
    """after-1: where Lion and a decay of 0.5 come to rest under a constant slope of 3."""
    if number(answer, -6, "") == "":
        return "That is slope over decay. Lion does not see how steep the slope is."
    if number(answer, -200, "") == "":
        return "The rate multiplies the step and the decay alike, so it cancels."
    return number(answer, -1 / 0.5, "It rests where the sign of the slope plus 0.5 x is zero.")


def price_of_memory(answer):
    """after-2: gigabytes of memory of Adam, Lion and gradient descent for 7e9 weights of 4 bytes."""
    right = 7e9 * 4 / 1e9 * np.array([2, 1, 0])
    if numbers(answer, right + 28, "") == "":
        return "That includes the weights themselves; the question is what the rule remembers beside them."
    if numbers(answer, right / 4, "") == "":
        return "Those are billions of numbers; each takes 4 bytes."
    return numbers(answer, right, "Count the memories in each rule's signature: m and s, m, none.")


def signum(answer):
    """after-3: step by the rate against the sign of the new average."""

    def right(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
        m = beta1 * m + (1 - beta1) * grad(x)
        return x - lr * np.sign(m), m

    def old(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
        return x - lr * np.sign(m), beta1 * m + (1 - beta1) * grad(x)

    def of_signs(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
        m = beta1 * m + (1 - beta1) * np.sign(grad(x))
        return x - lr * m, m

    mistakes = [
        (old, "That is the sign of the old average: renew m before the step."),
        (of_signs, "That averages the signs. Average the slopes, and take the sign of the average."),
    ]
    return changed_rule(answer, right, mistakes, "First the average, then its sign.", steps=120, lr=0.03)


def cubic_rounds(answer):
    """after-4: how many rounds of 1.5 s - 0.5 s**3 lift 0.01 above 0.99."""
    sigma, rounds = 0.01, 0
    while sigma <= 0.99:
        sigma, rounds = 1.5 * sigma - 0.5 * sigma**3, rounds + 1
    if number(answer, np.ceil(np.log(0.99 / 0.01) / np.log(1.5)), "", 1e-9) == "":
        return "That is how long the factor 1.5 alone would take. Near 1 the cube slows it down; run the loop."
    return number(answer, rounds, "Apply p again and again to 0.01, and count.", 1e-9)


def steps_or_hours(answer):
    """after-5: how many times faster in hours, against the tuned baseline."""
    if number(answer, 1400 / 1250, "") == "":
        return "Right for the untuned baseline. Tuned, it needs 1120 steps."
    if number(answer, 1120 / 1000, "") == "":
        return "That counts steps. One step of the new method takes 1.25 times as long."
    if number(answer, 1250 / 1120, "") == "":
        return "Upside down: the baseline's time over the method's."
    return number(answer, 1120 / 1250, "The baseline's time over the method's, in steps of the baseline.")


def drawn_gamma(answer):
    """museum-1: the momentum with which post 003's path of Nesterov was drawn."""
    if number(answer, 0.95, "", 1e-6) == "":
        return "That is what the label says. The path with it ends elsewhere."
    return number(answer, 0.9, "Run the path for several round values and compare the ends.", 1e-6)


def half_life(answer):
    """museum-2: after how many steps an average that keeps the share ``keep`` keeps half."""
    mistakes = [
        (lambda keep: 1 / (1 - keep), "That is the exhibit: about 37 % is left after 1 / (1 - keep) steps, not half."),
        (lambda keep: 2 / (1 - keep) - 1, "That is the length of the window whose values weigh alike."),
        (lambda keep: np.log(0.5) / np.log(1 - keep), "That halves what is new. How long until half is kept?"),
    ]
    cases = [(0.6,), (0.9,), (0.99,)]
    return same_values(answer, lambda keep: np.log(0.5) / np.log(keep), cases, mistakes, "Solve keep ** n = 0.5.")


def forgotten_root(answer):
    """museum-3: Adagrad, where the exhibit divides by the squares."""

    def divided(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = s + g**2
        return x - lr * g / (s + eps), s

    def inside(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = s + g**2
        return x - lr * g / np.sqrt(s + eps), s

    mistakes = [
        (divided, "That is the exhibit: it divides by the squares. The step still changes with the unit of the loss."),
        (inside, "Nearly: eps stands under the root. In the exhibit it stands beside the divisor; keep it there."),
    ]
    return changed_rule(answer, adagrad, mistakes, "Divide by the root of the sum of squares.", lr=0.1, eps=0.1)


def epsilon_at_home(answer):
    """museum-4: Adam with eps in the denominator."""

    def wandering(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        after, m, s = adam(x, grad, t, m, s, lr=lr, eps=0)
        return after + eps, m, s

    def inside(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        g = grad(x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        return x - lr * m / (1 - 0.9**t) / np.sqrt(s / (1 - 0.999**t) + eps), m, s

    mistakes = [
        (wandering, "That is the exhibit: eps is added to the weight. Mind the brackets."),
        (inside, "Under the root it weighs more than meant. It stands beside the root, in the denominator."),
    ]
    hint = "eps belongs beside the root of s_hat, in the denominator."
    return changed_rule(answer, adam, mistakes, hint, lr=0.1, eps=0.1)


def swallowed_layers(answer):
    """museum-5: the parameters of the network 10 000 - 256 - 128 - 46."""
    sizes = np.array([10_000, 256, 128, 46])
    weights = int(np.sum(sizes[:-1] * sizes[1:]))
    if number(answer, 10_001 * 256, "", 1e-9) == "":
        return "That is the network that was printed: one layer. Two more are meant."
    if number(answer, weights, "", 1e-9) == "":
        return "Those are the weights. Each unit has a bias, too."
    return number(answer, weights + sizes[1:].sum(), "For each layer: (inputs + 1) * units.", 1e-9)


def minus_and_bias(answer):
    """museum-6: the slopes of the mean squared error of a straight line."""

    def slopes(sign, bias):
        def slope(w, x, y):
            miss = w[0] * x + bias * w[1] - y
            return 2 * np.array([sign * np.mean(miss * x), np.mean(miss)])

        return slope

    rng = np.random.default_rng(6)
    cases = [tuple(rng.normal(size=n) for n in (2, 7, 7)) for _ in range(3)]
    mistakes = [
        (slopes(-1, 0), "That is the exhibit. Compare both slopes with measured ones; there are two mistakes."),
        (slopes(1, 0), "The sign is right now. The guess of the line is theta * x + phi: the bias is still missing."),
        (slopes(-1, 1), "The bias is there now. The slope of theta still has the wrong sign."),
        (lambda *case: 7 * slopes(1, 1)(*case), "That is the sum over the examples. The loss is their mean."),
        (lambda *case: slopes(1, 1)(*case) / 2, "Half of it: the derivative of a square has a 2."),
    ]
    return same_values(answer, slopes(1, 1), cases, mistakes, "Differentiate mean((theta * x + phi - y) ** 2).")


def velocity_on_time(answer):
    """museum-7: NAG at the points where it looks; the velocity is renewed before the step."""

    mistakes = [
        (renewed_too_early, "That is the exhibit: mu**2 wants the velocity from before."),
        (momentum, "That is momentum. The step looks ahead: it contains mu times the new velocity."),
    ]
    hint = "Write the old v as (new v + lr * g) / mu, and put it in."
    return changed_rule(answer, nag_inside, mistakes, hint, lr=0.5)


def which_probability(answer):
    """museum-8: the mean of a linear unit over dropout's masks."""
    rng = np.random.default_rng(8)
    cases = [(rng.normal(size=6), rng.normal(size=6), drop) for drop in (0.1, 0.3, 0.8)]
    mistakes = [
        (lambda w, x, drop: drop * (w @ x), "That is the exhibit: it multiplies by the chance of being dropped."),
        (lambda w, x, drop: w @ x, "Right only if training divides by the chance of being kept. Here it does not."),
        (lambda w, x, drop: w @ x / (1 - drop), "That is what frameworks do in training. At test time multiply."),
    ]
    hint = "Which share of the inputs is there, on average?"
    return same_values(answer, lambda w, x, drop: (1 - drop) * (w @ x), cases, mistakes, hint)


def order_of_convergence(answer):
    """museum-9: the order of convergence from the last three errors."""

    def order(errors):
        first, second, third = np.log(errors[-3:])
        return (third - second) / (second - first)

    squared = np.array([0.3, 0.05, 0.7 * 0.05**2, 0.7 * (0.7 * 0.05**2) ** 2])
    cases = [(0.5 ** np.arange(1.0, 8),), (squared,), (np.array([1.0, 0.2, 0.02, 0.0006]),)]
    mistakes = [
        (lambda errors: order(errors) - 1, "One too low, as in the exhibit: a fixed factor has the order 1."),
        (
            lambda errors: errors[-1] / errors[-2],
            "That is the factor of the last step. How does it change with the error?",
        ),
        (
            lambda errors: np.log(errors[-1]) / np.log(errors[-2]),
            "That forgets c. Use three errors, so that it drops out.",
        ),
        (lambda errors: 1 / order(errors), "Upside down: the later step over the earlier one."),
    ]
    hint = "log of the last ratio over log of the ratio before."
    return same_values(answer, order, cases, mistakes, hint)


def possible_rate(answer):
    """museum-10: momentum's factor per step on a parabola."""

    def rate(lr, curvature, mu):
        return np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).max()

    def swung(factor):
        def partly(lr, curvature, mu):
            return factor(mu) if (1 + mu - lr * curvature) ** 2 < 4 * mu else rate(lr, curvature, mu)

        return partly

    cases = [(0.1, 1, 0.9), (0.5, 2, 0.64), (0.001, 1, 0.9), (0.05, 1, 0.1), (0.7, 4, 0.5)]
    mistakes = [
        (
            swung(lambda mu: 2 * np.sqrt(mu)),
            "That is the exhibit: 2 sqrt(mu) can be more than 1; nothing would converge.",
        ),
        (swung(lambda mu: mu), "mu is the product of the two roots. Where it swings each has the size of its root."),
        (
            lambda lr, curvature, mu: np.sqrt(mu),
            "Right where it swings. Where it creeps the roots are real; the larger rules.",
        ),
    ]
    hint = "The largest size of the roots of z**2 - (1 + mu - lr * curvature) * z + mu."
    return same_values(answer, rate, cases, mistakes, hint)


def cosine_way(answer):
    """rates-1: how far 10 000 steps of a cosine schedule from 0.4 to 0 walk on a slope of 1."""
    s = (1 + np.cos(np.pi * np.arange(1, 10_001) / 10_000)) / 2
    if number(answer, 4000, "") == "":
        return "That is the constant rate. The cosine falls from 0.4 to 0: what is it on average?"
    if number(answer, 0.2, "") == "":
        return "That is the average rate; there are 10 000 steps."
    return number(answer, 0.4 * s.sum(), "The way is the sum of the rates. What is the cosine's average?", 0.01)


def surer(answer):
    """rates-2: how many random trials until one is in the best 5 % with probability 0.99."""
    exact = np.log(0.01) / np.log(0.95)
    if number(answer, exact, "", 1e-4) == "":
        return "Right, but there is no part of a trial: round up."
    if number(answer, np.ceil(np.log(0.05) / np.log(0.95)), "", 0.02) == "":
        return "That gives a probability of 0.95; we want 0.99."
    if number(answer, 99, "", 0.02) == "":
        return "Close to a hundred, but the misses multiply: each trial misses with probability 0.95."
    return number(answer, np.ceil(exact), "All n trials miss with probability 0.95**n.", 1e-6)


def which_powers(answer):
    """rates-3: the powers p for which t**-p satisfies the conditions of Robbins and Monro."""
    if numbers(answer, (1, 0.5), "") == "":
        return "Right numbers; put the smaller first."
    if numbers(answer, (0, 1), "") == "":
        return "For p up to 1 the rates add up to infinity. But the squares, t**(-2p), must not."
    if numbers(answer, (1, 2), "") == "":
        return "For p above 1 the rates themselves have a finite sum: the walk cannot reach far points."
    return numbers(answer, (0.5, 1), "The sum of t**-q is infinite for q up to 1. Use it for q = p and for q = 2p.")


def fading(answer):
    """rates-4: gradient descent at the rate lr / (1 + t / 20)."""

    def right(x, grad, t, *, lr=0.01):
        return sgd(x, grad, t, lr=lr / (1 + t / 20))

    def right_after(x, grad, t, *, lr=0.01):
        return sgd(x, grad, t, lr=lr / (1 + (t - 1) / 20))

    def over_t(x, grad, t, *, lr=0.01):
        return sgd(x, grad, t, lr=lr / t)

    mistakes = [
        (sgd, "The rate does not fall. Divide it by 1 + t / 20."),
        (over_t, "That is lr / t: it falls at once. Divide by 1 + t / 20."),
        (right_after, "That counts steps from 0; here the first step has t = 1."),
    ]
    return changed_rule(answer, right, mistakes, "The rate at step t is lr / (1 + t / 20), and t starts at 1.", lr=1.8)


def scaled_batch(answer):
    """rates-5: the rate for batch 1024 by linear scaling from (0.05, 32), and the batch at which it reaches 2."""
    rate, batch = 0.05 * 1024 / 32, 32 * 2 / 0.05
    if numbers(answer, (0.05 * np.sqrt(1024 / 32), batch), "") == "":
        return "That is the square root of the ratio. Linear scaling multiplies the rate as the batch is multiplied."
    if numbers(answer, (rate, batch / 2), "") == "":
        return "The limit of gradient descent is 2 / L, not 1 / L."
    return numbers(answer, (rate, batch), "The rate keeps its ratio to the batch, and must stay below 2 / L = 2.")


def best_schedule(answer):
    """rates-6: the first rate, and the mean square after 100 steps, of the best schedule on a noisy bowl."""
    first, last = 4 / 5, 1 / (1 / 4 + 100)
    if numbers(answer, (1, last), "", 1e-4) == "" or numbers(answer, (1, 1 / 100), "", 1e-4) == "":
        return "That forgets where V started: 1/V is 1/4 at first, and grows by 1 at every step."
    if numbers(answer, (first, 1 / 101), "", 1e-6) == "":
        return "The rate is right. 1/V starts at 1/4, not at 1."
    return numbers(answer, (first, last), "Set the derivative of (1 - lr)**2 * V + lr**2 to zero.", 1e-6)


def first_spreads(answer):
    """deep-1: the standard deviations of He and of Xavier for a layer from 256 to 64 units."""
    he, xavier = np.sqrt(2 / 256), np.sqrt(2 / (256 + 64))
    if numbers(answer, (he**2, xavier**2), "") == "":
        return "Those are the variances. The standard deviation is the root."
    if numbers(answer, (xavier, he), "") == "":
        return "The right two, in the other order: He first."
    if numbers(answer, (np.sqrt(2 / 64), xavier), "") == "":
        return "He counts what comes in, not what goes out: 256."
    return numbers(answer, (he, xavier), "He: 2 / fan_in. Xavier: 2 / (fan_in + fan_out).", 1e-4)


def leaky_spread(answer):
    """deep-2: the standard deviation that keeps the mean square through a leaky ReLU of slope 0.2, fan_in 100."""
    if number(answer, np.sqrt(2 / 100), "", 1e-4) == "":
        return "That is He's, for a plain ReLU. The negative half still passes 0.2 of itself."
    if number(answer, np.sqrt(2 / (1.2 * 100)), "", 1e-4) == "":
        return "It is the mean square that must be kept: the slope enters squared."
    if number(answer, 2 / (1.04 * 100), "", 1e-4) == "":
        return "That is the variance. The standard deviation is its root."
    return number(answer, np.sqrt(2 / (1.04 * 100)), "Which share of E[z**2] does each half let through?", 1e-4)


def folded_unit(answer):
    """deep-3: weight and bias of one unit with batch norm folded in."""
    weight, bias, mean, std, gamma, beta = 2, 1, 3, 2, 6, 5
    factor = gamma / std
    if numbers(answer, (weight * factor, bias * factor + beta), "") == "":
        return "The running mean is taken off before the factor."
    if numbers(answer, (weight * gamma / std**2, (bias - mean) * gamma / std**2 + beta), "") == "":
        return "Divide by the standard deviation, the root of the variance."
    right = (weight * factor, (bias - mean) * factor + beta)
    return numbers(answer, right, "Write gamma * (w * x + b - mean) / std + beta as a line in x.")


def global_clip(answer):
    """deep-4: clip a list of gradients by the length of all of them together."""
    cases = [([[3.0, 4.0], [0.0, 12.0]], 1.0), ([[0.3, 0.4], [0.1]], 1.0), ([[0.0, 0.0]], 1.0), ([[30.0], [40.0]], 5.0)]
    for slopes, limit in cases:
        given = [np.array(g) for g in slopes]
        length = np.sqrt(sum(np.sum(g**2) for g in given))
        right = [g * min(1, limit / length) if length else g for g in given]
        try:
            with np.errstate(all="ignore"):
                found = [np.asarray(g, dtype=float) for g in answer([g.copy() for g in given], limit)]
        except Exception as error:
            return f"It does not run: {error}"
        if len(found) != len(right) or any(np.shape(a) != np.shape(b) for a, b in zip(found, right, strict=False)):
            return "Return a list of arrays, each of the shape that came in."
        if all(np.allclose(a, b, rtol=1e-5) for a, b in zip(found, right, strict=True)):
            continue
        if not all(np.all(np.isfinite(g)) for g in found):
            return "It divides by zero when all slopes are zero."
        if length <= limit:
            return f"A gradient of length {length:.2g} is short enough and must stay as it is."
        each = [g * min(1, limit / np.linalg.norm(g)) for g in given]
        if all(np.allclose(a, b) for a, b in zip(found, each, strict=True)):
            return "Each array is shortened by itself, which turns the whole. One factor for all."
        if all(np.allclose(a, np.clip(b, -limit, limit)) for a, b in zip(found, given, strict=True)):
            return "That is clipping by value. One factor for all."
        return f"The slopes {slopes} with the limit {limit:g} should become {[np.round(g, 4).tolist() for g in right]}."
    return ""


def layer_norm(answer):
    """deep-5: each row to mean 0 and variance 1."""
    z = np.array([[1.0, 2.0, 6.0], [0.0, -3.0, 9.0], [2.0, 2.5, 3.0], [-1.0, 0.5, 7.0]])
    right, columns = ((z - z.mean(axis, keepdims=True)) / np.sqrt(z.var(axis, keepdims=True) + 1e-5) for axis in (1, 0))
    try:
        found, one = np.asarray(answer(z.copy()), dtype=float), np.asarray(answer(z[:1].copy()), dtype=float)
    except Exception as error:
        return f"It does not run: {error}"
    if found.shape != z.shape or one.shape != (1, 3):
        return "The result must have the shape of z."
    if np.allclose(found, columns, atol=1e-3):
        return "That is batch norm: it goes down the columns. Go along the rows."
    if np.allclose(found, right * np.sqrt(2 / 3), atol=1e-3):
        return "Divide the variance by n, not by n - 1."
    if not np.allclose(found, right, atol=1e-3):
        return "Each row should have mean 0 and variance 1."
    return "" if np.allclose(one, right[:1], atol=1e-3) else "A single row should come out as it does among others."


def length_after_step(answer):
    """deep-6: the length of scale-invariant weights of length 3 after a step 0.5 down a gradient of length 4."""
    if number(answer, 13, "") == "":
        return "That is the square of the length."
    if number(answer, 1, "") == "" or number(answer, 5, "") == "":
        return "The gradient is not along w; it is at right angles to it."
    return number(answer, np.sqrt(3**2 + (0.5 * 4) ** 2), "Pythagoras: the step is at right angles to w.")


def same_pull(answer):
    """general-1: the slope of Keras's L2, which has no half, as a weight decay."""
    if number(answer, 0.003, "") == "":
        return "Keras adds 0.003 * w**2. What is its slope?"
    if number(answer, 0.0015, "") == "":
        return "The other way: PyTorch's weight decay is the slope's factor already."
    return number(answer, 0.006, "Set the two slopes equal.", tolerance=1e-6)


def heard_in_training(answer):
    """general-2: the mean of a linear unit under dropout that is not inverted."""
    if number(answer, 1.5, "") == "":
        return "That scales by the share that is dropped. Which share arrives?"
    if number(answer, 5 / 0.7, "", tolerance=1e-2) == "":
        return "Dividing by 0.7 is for training, in inverted dropout. Testing without it must go down, not up."
    return number(answer, 0.7 * 5.0, "The mean over the masks: each input arrives with which chance?")


def patient_stop(answer):
    """general-3: the best epoch that a training which stops after ``patience`` epochs without progress has seen."""

    def right(losses, patience):
        best = 0
        for epoch, loss in enumerate(losses):
            if loss < losses[best]:
                best = epoch
            if epoch - best >= patience:
                return best
        return best

    def last(losses, patience):
        return min(right(losses, patience) + patience, len(losses) - 1)

    def in_hindsight(losses, patience):
        return int(np.argmin(losses))

    cases = [
        ([3, 2, 2.5, 1, 1.2, 1.1, 0.5], 2),
        ([3, 2, 2.5, 2.6, 1], 2),
        ([3, 2, 1], 5),
        ([1, 2, 3], 1),
        ([2, 2, 1], 2),
    ]
    mistakes = [
        (last, "That is the epoch at which one stops. Which weights does one keep?"),
        (in_hindsight, "That looks at all epochs, as if one had not stopped."),
    ]
    return same_values(answer, right, cases, mistakes, "Count the epochs since the best one; equal is not better.")


def sparse_momentum(answer):
    """general-4: momentum on the data's slope, then a pull towards zero that stops there."""

    def right(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
        x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
        return soft_threshold(x, lr * l1), v

    def without_rate(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
        x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
        return soft_threshold(x, l1), v

    def as_a_slope(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
        return momentum(x, lambda x: grad(x) + l1 * np.sign(x), t, v, lr=lr, mu=mu)

    settings = {"steps": 60, "lr": 0.5, "mu": 0.5, "l1": 0.1}
    wrong = same_steps(answer, right, "First the step of momentum, then the pull.", **settings)
    for mistake, said in (
        (without_rate, "The pull is lr * l1 a step: it has to shrink with the steps."),
        (as_a_slope, "That adds the sign to the slope, and jumps over zero. Pull after the step."),
    ):
        if wrong and same_steps(answer, mistake, "", **settings) == "":
            return said
    return wrong


def stopping_as_price(answer):
    """general-5: the L2 strength that early stopping stands for, 1 / (lr * t)."""
    if number(answer, 10, "") == "":
        return "That is lr * t; a longer training is a smaller price."
    return number(answer, 1 / (0.05 * 200), "Compare lr * t * curvature with curvature / price.")


def two_masks(answer):
    """general-6: the share that survives two dropouts of a half, and the factor on it."""
    if not numbers(answer, (0.25, 2), ""):
        return "The share is right. Each of the two masks divides what it keeps by a half."
    if not numbers(answer, (0.5, 2), ""):
        return "That is one mask. The second one is drawn anew."
    if not numbers(answer, (0.75, 4), ""):
        return "That is the share dropped."
    return numbers(answer, (0.25, 4), "Both masks must keep it; each divides by 0.5.")


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
    "nag-1": memory_left,
    "nag-2": safe_rate,
    "nag-3": old_velocity,
    "nag-4": twice_as_far,
    "adagrad-1": third_step,
    "adagrad-2": millimetres_again,
    "adagrad-3": thirty_units,
    "adagrad-4": half_asleep,
    "adagrad-5": warm_score,
    "rmsprop-1": memory_of_100,
    "rmsprop-2": first_rmsprop_step,
    "rmsprop-3": floor_below_goal,
    "rmsprop-4": centered_rmsprop,
    "adam-1": first_step,
    "adam-2": hat_needed,
    "adam-3": signal_and_noise,
    "adam-4": adamax,
    "adam-5": after_silence,
    "adam-6": longest_step,
    "adadelta-1": first_stride,
    "adadelta-2": two_epsilons,
    "adadelta-3": careful_epsilon,
    "adadelta-4": steps_taken,
    "adadelta-5": upward_twice,
    "rates-1": cosine_way,
    "rates-2": surer,
    "rates-3": which_powers,
    "rates-4": fading,
    "rates-5": scaled_batch,
    "rates-6": best_schedule,
    "race-1": three_limits,
    "race-2": lucky_five,
    "race-3": best_of_n,
    "race-4": two_for_one,
    "race-5": disguised_adam,
    "backprop-1": count_weights,
    "backprop-2": slope_of_an_input,
    "backprop-3": surprise_slopes,
    "backprop-4": tanh_slopes,
    "backprop-5": price_of_a_gradient,
    "backprop-6": balanced_weights,
    "deep-1": first_spreads,
    "deep-2": leaky_spread,
    "deep-3": folded_unit,
    "deep-4": global_clip,
    "deep-5": layer_norm,
    "deep-6": length_after_step,
    "general-1": same_pull,
    "general-2": heard_in_training,
    "general-3": patient_stop,
    "general-4": sparse_momentum,
    "general-5": stopping_as_price,
    "general-6": two_masks,
    "after-1": lions_fence,
    "after-2": price_of_memory,
    "after-3": signum,
    "after-4": cubic_rounds,
    "after-5": steps_or_hours,
    "museum-1": drawn_gamma,
    "museum-2": half_life,
    "museum-3": forgotten_root,
    "museum-4": epsilon_at_home,
    "museum-5": swallowed_layers,
    "museum-6": minus_and_bias,
    "museum-7": velocity_on_time,
    "museum-8": which_probability,
    "museum-9": order_of_convergence,
    "museum-10": possible_rate,
}
