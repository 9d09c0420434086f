"""The questions of the detectives: which bug is this, and which optimizer drew this path? The evidence is in ``cases``."""

from descent.exercises.answers import Choice

CHECKERS = {
    "detectives-1": Choice(
        "c",
        "Each epoch gains a little on both sets: the right way, too slowly.",
        mistakes=(
            ("a", "Dead units pass no slope on, and the line would be flat. This one falls in every epoch."),
            ("b", "Shuffled labels can only be learned by heart: the validation loss would not fall. Here it does."),
            ("d", "Too large a rate makes the loss jump. This one is smooth."),
        ),
    ),
    "detectives-2": Choice(
        "b",
        "A flat line at guessing from the start: no slope gets through.",
        mistakes=(
            ("a", "Too small a rate still gains a little in every epoch. This gains nothing, and begins at guessing."),
            ("c", "Shuffled labels are learned by heart in time: the training loss would fall. Here nothing moves."),
            ("d", "Unshuffled rows make the loss jump. Here nothing moves."),
        ),
    ),
    "detectives-3": Choice(
        "a",
        "What it learns of the training set never holds anywhere else.",
        mistakes=(
            (
                "b",
                "Who overfits has learned something true at first: the validation loss falls, then rises. Here it never gets below guessing.",
            ),
            ("c", "With too small a rate both curves would go the same way. Here they part."),
            ("d", "A leak brings the validation loss down, even below the training loss. Here it is far above."),
        ),
    ),
    "detectives-4": Choice(
        "d",
        "Both curves jump up together, at any time, and come down again.",
        mistakes=(
            ("a", "Dead units do not learn at all. This one is below guessing in the end."),
            ("b", "Too small a rate gives a smooth line. This one jumps."),
            ("c", "Who overfits has a low training loss. Here it jumps, too, and stays high."),
        ),
    ),
    "detectives-5": Choice(
        "a",
        "Ten epochs worse than guessing: it is sure of what it saw last.",
        mistakes=(
            ("b", "Dead units are as good as guessing, not worse, and they stay so."),
            ("c", "Inputs with an offset hold the loss at guessing. This is above it for ten epochs, then far below."),
            ("d", "With shuffled labels the validation loss never gets below guessing. Here it does, in the end."),
        ),
    ),
    "detectives-6": Choice(
        "b",
        "It begins far above guessing, falls to it at once and trembles there.",
        mistakes=(
            ("a", "Dead units begin at guessing and do not move. This begins at 4.4 and trembles."),
            ("c", "Shuffled labels would be learned by heart: the training loss would fall below the validation loss."),
            ("d", "Too small a rate falls slowly. This falls in one epoch, and then no more."),
        ),
    ),
    "detectives-7": Choice(
        "d",
        "Validation falls, turns and drifts up, while training goes to 0.",
        mistakes=(
            ("a", "Shuffled labels teach nothing true: the validation loss would never fall to 1."),
            ("b", "A leak would hide the gap. Here it is wide."),
            ("c", "Dropout while measuring opens a gap before the first epoch. Here both curves begin together."),
        ),
    ),
    "detectives-8": Choice(
        "c",
        "As low as the healthy run, and then it doubles every four epochs.",
        mistakes=(
            ("a", "Overfitting drifts up and levels off. This doubles every four epochs, faster and faster."),
            ("b", "Dropout while measuring lifts the whole curve. This one is as low as the healthy run's at epoch 7."),
            ("d", "Too large a rate makes the training loss jump. Here it is 0.00."),
        ),
    ),
    "detectives-9": Choice(
        "b",
        "The gap is there before anything was learned, and one curve is rough.",
        mistakes=(
            (
                "a",
                "Who overfits begins without a gap, and the validation loss turns up. This one begins with a gap and falls.",
            ),
            ("c", "A leak would bring the validation loss down. Here it is far above."),
            ("d", "Decay of the wrong sign sends the validation loss up in the end. Here it falls."),
        ),
    ),
    "detectives-10": Choice(
        "a",
        "Validation ends below training: its rows were trained on more often.",
        mistakes=(
            ("b", "This looks better than the healthy run. Does anybody do better on rows that he has never seen?"),
            ("c", "Who overfits has a gap, validation above training. Here it ends below."),
            ("d", "With shuffled labels the validation loss would never get below guessing."),
        ),
    ),
    "detectives-11": Choice(
        "c",
        "It leaves the picture in the first epoch and never comes back.",
        mistakes=(
            ("a", "At six times the rate the loss jumps, but it comes down again: that is another curve of this page."),
            ("b", "Decay of the wrong sign takes many epochs to show. This happens in the first."),
            ("d", "Unshuffled rows are a little worse than guessing, and come down. This leaves the picture for good."),
        ),
    ),
    "detectives-12": Choice(
        "d",
        "One leap in the first epoch, and then a fair training.",
        mistakes=(
            ("a", "Too large a rate goes on jumping. Here one leap stands out, the first."),
            (
                "b",
                "Inputs with an offset begin far above guessing. This begins where the healthy run does, and then leaps.",
            ),
            ("c", "Unshuffled rows hold the loss up for many epochs. Here it is low after two."),
        ),
    ),
    "detectives-13": Choice(
        "b",
        "The steps grow at first, and a swing takes many: it gathers speed.",
        mistakes=(
            ("a", "Gradient descent has no memory: its swings would take one step each. Here one takes about ten."),
            ("c", "Adagrad's steps only get shorter. Here the second is longer than the first."),
            (
                "d",
                "RMSprop scales each coordinate by itself, so its first step goes along the diagonal. This one goes straight down the slope.",
            ),
        ),
    ),
    "detectives-14": Choice(
        "d",
        "Every step lands on the other side, 0.8 times as far out.",
        mistakes=(
            ("a", "Momentum keeps its direction for some steps. This one turns round at every step."),
            ("b", "Nesterov keeps its direction for some steps, too. This one turns round at every step."),
            ("c", "Adam's first step goes along the diagonal. This one goes straight down the slope."),
        ),
    ),
    "detectives-15": Choice(
        "a",
        "Along the diagonal, so it scales; past the minimum, so it remembers.",
        mistakes=(
            ("b", "Adagrad's steps get shorter from the first on. These keep their length, and pass the minimum."),
            (
                "c",
                "RMSprop begins along the diagonal, too, but remembers no direction: it would not run past the minimum in a curve.",
            ),
            ("d", "Momentum's first step goes straight down the slope. This one goes along the diagonal."),
        ),
    ),
    "detectives-16": Choice(
        "c",
        "The first step of path 1, and smaller swings: it brakes in time.",
        mistakes=(
            ("a", "With the same rate and mu momentum draws path 1. Here the swings are smaller."),
            ("b", "Gradient descent would turn round at every step, or glide to the floor and not cross it."),
            ("d", "Adam's first step goes along the diagonal. This one goes straight down the slope."),
        ),
    ),
    "detectives-17": Choice(
        "c",
        "The first step is the longest; at the minimum it finds no rest.",
        mistakes=(
            ("a", "Adagrad's steps only get shorter, so it comes to rest. This one still jumps at the minimum."),
            (
                "b",
                "Adam's first steps are all about as long as the rate. Here the first is much longer than the second.",
            ),
            ("d", "Gradient descent goes straight down the slope at first. This one goes along the diagonal."),
        ),
    ),
    "detectives-18": Choice(
        "a",
        "Along the diagonal, and each step is shorter than the one before.",
        mistakes=(
            ("b", "RMSprop forgets old slopes, so its steps do not only get shorter. These do."),
            ("c", "Adam would keep its steps long and run past the minimum."),
            ("d", "Nesterov's first step goes straight down the slope. This one goes along the diagonal."),
        ),
    ),
}
