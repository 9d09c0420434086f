"""The quick questions at the end of the chapters: each choice with its reason."""

from descent.exercises.answers import Choice

CHECKERS = {
    "quick-gradient-1": Choice(
        "a",
        "A step is the rate times the slope, and the slope under its feet has not changed.",
        mistakes=(
            ("b", "The direction is the gradient's; no rate turns it."),
            ("c", "The slope alone is not the step: the rate multiplies it."),
        ),
    ),
    "quick-gradient-2": Choice(
        "b",
        "No slope, no step: it cannot tell the lowest place from a level one.",
        mistakes=(
            ("a", "This walker gathers no speed; it needs a slope for each step."),
            ("c", "It remembers no way; all it knows is the slope here."),
        ),
    ),
    "quick-gradient-3": Choice(
        "c",
        "While examples are what costs, many rough steps beat one exact one.",
        mistakes=(
            ("a", "Exact, and alone: it ends 57 times as high as the many rough ones."),
            ("b", "The same examples, but one pays for a single step with them, the other for 2000."),
        ),
    ),
    "quick-gradient-4": Choice(
        "b",
        "From there on each jump across the steepest direction lands farther out than it began.",
        mistakes=(
            ("a", "There the steepest direction arrives in a single step; the zig-zag only begins beyond."),
            ("c", "On a bowl each step multiplies the distance by the same number, however far out one starts."),
        ),
    ),
    "quick-problems-1": Choice(
        "b",
        "The flat direction gets only half the rate: 242 steps instead of 126.",
        mistakes=(
            ("a", "The way across was cheap; the flat direction is what takes the time."),
            ("c", "The flat direction, which decides, goes at half the pace."),
        ),
    ),
    "quick-problems-2": Choice(
        "c",
        "All positive means a minimum; mixed signs mean a saddle, and the run will leave it.",
        mistakes=(
            ("a", "From a hundred-millionth off its ridge a saddle looks like that for 1852 steps."),
            ("b", "The slope is (nearly) zero at a minimum and at a saddle alike."),
        ),
    ),
    "quick-problems-3": Choice(
        "a",
        "The distance grows by a factor at each step, so it counts by its logarithm: 1852 steps for 695.",
        mistakes=(
            ("b", "That would be so if it grew by the same amount at each step."),
            ("c", "Only a start exactly on the ridge stays for ever."),
        ),
    ),
    "quick-problems-4": Choice(
        "b",
        "Everything else is the landscape's, or the rule's.",
        mistakes=(
            ("a", "The ravine, the wells, the saddle and the plateau were all met with the exact slope."),
            ("c", "One is: a full batch draws nothing at random."),
        ),
    ),
    "quick-momentum-1": Choice(
        "b",
        "At 0.9 they come to ten against about a half.",
        mistakes=(
            ("a", "It measures nothing; it only adds up, and lets the sum fade."),
            ("c", "There is one rate for both."),
        ),
    ),
    "quick-momentum-2": Choice(
        "a",
        "At 0.9 it travels 11 units for a way of 4, and loses only 5 % a step.",
        mistakes=(
            ("b", "From 0.2 to 1.9 its count hardly changes, 137 to 139 steps."),
            ("c", "It does, but nothing here is noisy."),
        ),
    ),
    "quick-momentum-3": Choice(
        "c",
        "That keeps lr / (1 - mu), and with it speed and noise, while the memory is short beside the run.",
        mistakes=(
            ("a", "Then the drift and the variance of the noise grow about tenfold."),
            ("b", "The longer memory lengthens the steps already."),
        ),
    ),
    "quick-momentum-4": Choice(
        "b",
        "Momentum pays the root: 22 steps become 219, where 69 become 6908.",
        mistakes=(
            ("a", "That is gradient descent's bill alone."),
            ("c", "Momentum takes the root of the problem; it does not solve it."),
        ),
    ),
    "quick-nag-1": Choice(
        "b",
        "There the ground rises already: 0.45 is left of the velocity, where momentum keeps 0.90.",
        mistakes=(
            ("a", "Both have mu = 0.9; they differ in where they ask."),
            ("c", "It asks for one slope, as momentum does; the curvature shows in where that slope is read."),
        ),
    ),
    "quick-nag-2": Choice(
        "c",
        "With lr * curvature near 0 its memory mu * (1 - lr * curvature) is mu: it is momentum.",
        mistakes=(
            ("a", "A slope that is the same everywhere is the same ahead."),
            ("b", "Friction comes from the slope changing on the way, and here it does not."),
        ),
    ),
    "quick-nag-3": Choice(
        "a",
        "NAG bears lr * curvature up to 1.357 at mu = 0.9, momentum up to 3.8.",
        mistakes=(
            ("b", "Beyond lr * curvature = 1 the brake becomes a kick the other way."),
            ("c", "Beyond its limit it diverges at once, tuned or not."),
        ),
    ),
    "quick-nag-4": Choice(
        "b",
        "A slope speaks only of neighbours, to every rule alike.",
        mistakes=(
            ("a", "No memory holds what no slope has told: beyond coordinate k all is still exactly zero."),
            ("c", "A larger rate makes the first coordinates move farther, not the next ones sooner."),
        ),
    ),
}
