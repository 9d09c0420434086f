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
    "quick-adagrad-1": Choice(
        "b",
        "The score adds up squares: neither signs nor ways enter.",
        mistakes=(
            ("a", "It does not know where a weight has been; all it hears is the size of the slopes."),
            ("c", "Nothing raises it, since a square only adds to the score."),
        ),
    ),
    "quick-adagrad-2": Choice(
        "c",
        "A rare weight's score grows only when it is seen, so its rate is still high the next time.",
        mistakes=(
            (
                "a",
                "A rate that falls for all alike did worst: an error of 0.36 on the rare weights, where Adagrad's is 0.05.",
            ),
            ("b", "They are as large as the others; they only come seldom."),
        ),
    ),
    "quick-adagrad-3": Choice(
        "a",
        "Such rates stretch the map along its axes, and that leaves this ravine as narrow as it is.",
        mistakes=(
            ("b", "That is so for a ravine along an axis; askew, each coordinate holds a share of both directions."),
            ("c", "However long it listens, each coordinate hears the steep direction."),
        ),
    ),
    "quick-adagrad-4": Choice(
        "a",
        "Steps of one over the root of t add up to about twice that root.",
        mistakes=(
            ("b", "So it would be if all steps had one length."),
            ("c", "The steps get ever shorter, but their sum has no end."),
        ),
    ),
    "quick-rmsprop-1": Choice(
        "a",
        "90 gentle steps later it was back at 82 % of its stride; the mean was at 3 %.",
        mistakes=(
            ("b", "All the old ones together, yes; but none of them counts as much as the newest."),
            ("c", "Adagrad's do, on an even slope; there these settle at the rate."),
        ),
    ),
    "quick-rmsprop-2": Choice(
        "b",
        "One slope fills a hundredth of it, and the root of a hundredth is a tenth.",
        mistakes=(
            ("a", "Its size cancels: ten rates for a slope of one, and ten for one of a million."),
            ("c", "Beside a slope of ordinary size it is nothing, here as later on."),
        ),
    ),
    "quick-rmsprop-3": Choice(
        "c",
        "The slope divided by its typical size is one, so a jump is as wide as the rate.",
        mistakes=(
            ("a", "Half the curvature, half the slopes; and the division takes their size out."),
            ("b", "The squares are all equal there, and an average of equal numbers, long or short, is that number."),
        ),
    ),
    "quick-rmsprop-4": Choice(
        "b",
        "It was 0.01 for 100 steps and for 10 000, while Adagrad's went from 0.13 to 3.16.",
        mistakes=(
            ("a", "Each at its best rate, Adagrad was the closer one there."),
            ("c", "It needs one, as long as the minimum's own steps."),
        ),
    ),
    "quick-adam-1": Choice(
        "c",
        "In the average such slopes nearly cancel; a nineteenth is left.",
        mistakes=(
            ("a", "The size is divided out, be it a thousand or a thousandth."),
            ("b", "It does, but the whole rate is for slopes that agree."),
        ),
    ),
    "quick-adam-2": Choice(
        "b",
        "A tenth of the slope, divided by about a thirtieth of its size: 3.16 rates at once, 6.57 at step 12.",
        mistakes=(
            ("a", "It does, but the divisor is even farther below what it should be."),
            ("c", "They do not fill alike: one takes some ten steps, the other a thousand."),
        ),
    ),
    "quick-adam-3": Choice(
        "a",
        "With the slopes its divisor fades, until its own rate is more than the curvature bears: on a curvature of 1, more than 38.",
        mistakes=(
            ("b", "What is next to nothing, divided by what is next to nothing, can be any step."),
            (
                "c",
                "It goes on in: slopes that alternate nearly cancel, and its divisor forgets a hundred times more slowly.",
            ),
        ),
    ),
    "quick-adam-4": Choice(
        "c",
        "There nothing divides it: all four weights ended at 0.67, whatever their slopes.",
        mistakes=(
            (
                "a",
                "There it is divided with the slope: where slopes of size 10 alternated, a weight of 1 was still 0.96, while one with small slopes had gone to zero.",
            ),
            ("b", "Gradient descent multiplies both by the same rate; Adam divides what comes with the slope."),
        ),
    ),
    "quick-adadelta-1": Choice(
        "c",
        "Slope over curvature is a length, in whatever unit.",
        mistakes=(
            (
                "a",
                "That takes the loss's units out; its step is a bare number times the rate, a thousandth of the old one.",
            ),
            ("b", "It would, if its two epsilons were converted as well; as they are, it hardly leaves the start."),
        ),
    ),
    "quick-adadelta-2": Choice(
        "a",
        "At the start its root is the only length in the formula.",
        mistakes=(
            ("b", "Its size cancels: 0.00316 for every slope that is not tiny, as the settings stand."),
            ("c", "Later; so far it has taken none, and that average is zero."),
        ),
    ),
    "quick-adadelta-3": Choice(
        "b",
        "Both roots are the root of epsilon, and their ratio is one.",
        mistakes=(
            ("a", "The two roots cancel, and what is left is the slope: it goes on."),
            ("c", "It sees no curvature; one number for both epsilons says that it is one."),
        ),
    ),
    "quick-adadelta-4": Choice(
        "c",
        "Its hidden rate 1 is too large for such a curvature, and nothing brings it down.",
        mistakes=(
            ("a", "At 1.9 it did; beyond 2 gradient descent at the rate 1 does not."),
            ("b", "RMSprop does, by its rate; this one imitates its own swing, and epsilon adds to it."),
        ),
    ),
    "quick-rates-1": Choice(
        "b",
        "The travelling is done; with the small rate the walk can settle.",
        mistakes=(
            ("a", "It has, as near as this rate lets it; the noise keeps it dancing."),
            ("c", "That run still has to travel; this one has done so."),
        ),
    ),
    "quick-rates-2": Choice(
        "a",
        "The grid tries three: where 5 % of the values are good, it hit them in 0.16 of all cases, chance in 0.37.",
        mistakes=(
            ("b", "The range is the same; the grid repeats itself within it."),
            ("c", "Not by itself: where both settings matter equally, the grid loses nothing."),
        ),
    ),
    "quick-rates-3": Choice(
        "c",
        "It moves every weight by the whole rate: at 0.2 it was 97 % as long as the weights.",
        mistakes=(
            ("a", "Without noise the corrected ones are exact at once; letting them fill first gained nothing."),
            ("b", "The ramp is at the full rate after a tenth of the run, which bears it."),
        ),
    ),
    "quick-rates-4": Choice(
        "c",
        "A short run still travels, a long one must settle: 0.83 was best for 20 steps, 0.10 for 1000.",
        mistakes=(
            ("a", "The best rate is the run's as well: rule, memory, batch and length all move it."),
            ("b", "The distance is the same; there is only more time for it."),
        ),
    ),
    "quick-race-1": Choice(
        "c",
        "On the bowl Adam wins at 0.1 and Adagrad at 1: whoever chooses the rate chooses the winner.",
        mistakes=(
            ("a", "Each rule has a best rate of its own, and they did not run at theirs."),
            ("b", "That is told by how wide its valley is over all rates; one cut does not show it."),
        ),
    ),
    "quick-race-2": Choice(
        "a",
        "A better rate may lie beyond: widen the grid and race again.",
        mistakes=(
            ("b", "The same grid is fair only where it holds the best rate of each."),
            ("c", "How large a rate it bears is not known: none beyond was tried."),
        ),
    ),
    "quick-race-3": Choice(
        "b",
        "One rate for all coordinates does not know where the axes are.",
        mistakes=(
            ("a", "Their rates belong to the axes: Adagrad asked for 35 times as many gradients."),
            ("c", "The same for the eye; whoever divides coordinate by coordinate meets another one."),
        ),
    ),
    "quick-race-4": Choice(
        "c",
        "Taken seed by seed, of three leads one stood: that of NAG over Adam.",
        mistakes=(
            ("a", "That is a mean of noise, and a place does not say how small a lead was."),
            ("b", "The seeds chose them, and others chose differently."),
        ),
    ),
    "quick-backprop-1": Choice(
        "c",
        "A little more of it changes the loss by either road, and the two changes add up.",
        mistakes=(
            ("a", "In the example that left out 31 % for w1, and the loss would have fallen all the same."),
            ("b", "They multiply along one road; two roads are two effects, and effects add up."),
        ),
    ),
    "quick-backprop-2": Choice(
        "b",
        "Each unit works out its message once, and all weights before it share it.",
        mistakes=(
            ("a", "That is the bill of measuring, with two runs for each weight."),
            ("c", "So is the run: to each product of the way forward belong at most two on the way back."),
        ),
    ),
    "quick-backprop-3": Choice(
        "c",
        "Nudges ask the loss alone; beside the slopes that they measure, one per cent stands out.",
        mistakes=(
            ("a", "It falls: every sign is right, so small steps still go down."),
            ("b", "It steps by whatever slopes it is given, and compares them with nothing."),
        ),
    ),
    "quick-backprop-4": Choice(
        "a",
        "It computes the slopes; what step is made of them is the optimizer's affair.",
        mistakes=(
            ("b", "Adam does that itself, with what it is handed."),
            ("c", "Adam squares first derivatives; it never sees a second one."),
        ),
    ),
    "quick-deep-1": Choice(
        "a",
        "A sigmoid passes at most a quarter of the error back, and no single rate suits both ends.",
        mistakes=(
            ("b", "They are small, and right: Adam, which divides by their size, learns from them."),
            ("c", "With tanh in place of the sigmoid it learns, with as many weights."),
        ),
    ),
    "quick-deep-2": Choice(
        "b",
        "Doubled, what is left is whole again; without it a layer loses three tenths of its spread.",
        mistakes=(
            ("a", "A steeper slope would ask for smaller weights, not for larger ones."),
            ("c", "Without biases a weight's scale changes no sign, so it switches no unit on."),
        ),
    ),
    "quick-deep-3": Choice(
        "c",
        "A leak gives it a push at every step, small as it is.",
        mistakes=(
            ("a", "Its slope is exactly zero, so it gets no push from any of them."),
            ("b", "A larger rate times zero is zero; too large a step may be what threw it there."),
        ),
    ),
    "quick-deep-4": Choice(
        "a",
        "Each value is its own mean and becomes beta: 10 % were right, as by guessing.",
        mistakes=(
            ("b", "Small batches are noisy; in a batch of one, nothing of the picture is left."),
            ("c", "With the running averages of training; without them it is measured against its company."),
        ),
    ),
    "quick-general-1": Choice(
        "b",
        "A wrong label takes larger weights than what many pictures share: at the best strength the network believed 19 % of the lies, not all.",
        mistakes=(
            ("a", "It leads elsewhere: the training loss ended the higher, the stronger it was."),
            ("c", "Up to a point: at 0.1 the weights were too small for the true labels as well."),
        ),
    ),
    "quick-general-2": Choice(
        "c",
        "It has taught nothing and will not judge, so it may choose.",
        mistakes=(
            ("a", "It goes on falling while wrong labels are learned by heart."),
            ("b", "Then the test set has chosen, and is no longer unseen when it judges."),
        ),
    ),
    "quick-general-3": Choice(
        "a",
        "The network spends itself on what is never asked; shifting only half of the pictures does no harm.",
        mistakes=(
            ("b", "More of what the test brings does; this is something else."),
            ("c", "Not to a network that has seen none: trained without shifts it read 0.35 of shifted digits."),
        ),
    ),
    "quick-general-4": Choice(
        "c",
        "At a tenth of the rate it gained more than six points by itself.",
        mistakes=(
            ("a", "That is not its task; what helps on new data may well raise it."),
            ("b", "One rate for all compares rates, and this one let plain training learn the lies by heart."),
        ),
    ),
    "quick-after-1": Choice(
        "b",
        "On the ravine a well chosen rate made Adam 54 times as fast as itself.",
        mistakes=(
            ("a", "Its own rate was chosen for the task; whoever does that can do it for Adam."),
            ("c", "It was tuned; how it does untuned was not tried."),
        ),
    ),
    "quick-after-2": Choice(
        "c",
        "Its rate has fallen, so it has settled: 0.0032 against 0.0133.",
        mistakes=(
            ("a", "The rule is the same; its rate is not, from the second step on."),
            ("b", "That is why it still trembles; it ends lower, but at 1000."),
        ),
    ),
    "quick-after-3": Choice(
        "b",
        "Every step is as long as the rate in every coordinate, so only a smaller rate makes it smaller.",
        mistakes=(
            ("a", "A sign has size one, however small the number; only an exact zero has none."),
            ("c", "Fading shrinks the average, and leaves its sign as it is."),
        ),
    ),
    "quick-after-4": Choice(
        "a",
        "Adam was left with nearly six times the loss; the singular values that Muon works on stay as they are.",
        mistakes=(
            ("b", "Such a turn changes no singular value, and these are all that Muon changes."),
            ("c", "To Adam the matrix is a list of numbers, and now they are other numbers."),
        ),
    ),
}
