"""The update rules, one pure function each.

A rule takes the point ``x``, the gradient *function* ``grad``, the step number ``t = 1, 2, ...`` and its own memory,
and returns the next point followed by the next memory::

    x, *memory = rule(x, grad, t, *memory, **hyperparameters)

Memory is positional and starts at zero; hyperparameters are keyword-only. Only elementwise arithmetic is used, so a
rule runs on one point, on a batch of any shape, on all weights of a network, and on the recording numbers of
``descent.notes``. Units: ``lr`` turns a gradient (loss per unit of ``x``) into a step, except where noted.

Below the functions stand their cards (``descent.cards``): all else that the course knows of a rule. Whoever adds a
rule adds a function and a card, here and nowhere else.
"""

import numpy as np

from descent.cards import Card, Look, convention


def sgd(x, grad, t, *, lr=0.01):
    """Step downhill, in proportion to the slope (Cauchy 1847; with sampled gradients, Robbins and Monro 1951)."""
    return (x - lr * grad(x),)


def momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Let a velocity ``v`` accumulate the downhill pushes (Polyak 1964)."""
    v = mu * v - lr * grad(x)
    return x + v, v


def nag(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum that looks ahead: the slope is read where ``v`` is taking us (Nesterov 1983)."""
    v = mu * v - lr * grad(x + mu * v)
    return x + v, v


def adagrad(x, grad, t, s=0, *, lr=0.01, eps=1e-10):
    """Divide each coordinate's step by the root of the sum of its squared slopes (Duchi et al. 2011)."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / (np.sqrt(s) + eps), s


def rmsprop(x, grad, t, s=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """Adagrad with a fading memory: an average of recent squared slopes (Tieleman and Hinton 2012)."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    return x - lr * g / (np.sqrt(s) + eps), s


def adam(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Average slope over average size, both corrected for starting at zero (Kingma and Ba 2015, Algorithm 1)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


def adadelta(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """Typical recent step over typical recent slope: the units fit, but for those of ``eps`` (Zeiler 2012)."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = np.sqrt(d + eps) / np.sqrt(s + eps) * g
    return x - lr * step, s, rho * d + (1 - rho) * step**2


def adamw(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """Adam after shrinking ``x`` by the fraction ``lr * decay``, as in PyTorch (Loshchilov and Hutter 2019)."""
    slope = grad(x)
    x = x - lr * decay * x
    return adam(x, lambda _: slope, t, m, s, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def amsgrad(x, grad, t, m=0, s=0, top=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam that divides by the largest ``s`` seen so far, so none is forgotten (Reddi et al. 2018, as in PyTorch)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    top = np.maximum(top, s)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(top / (1 - beta2**t)) + eps), m, s, top


def nadam(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam that looks ahead as ``nag`` does (Dozat 2016, with a constant ``beta1``, as in optax)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return x - lr * ahead / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def lion(x, grad, t, m=0, *, lr=0.001, beta1=0.9, beta2=0.99, decay=0.0):
    """Step by the sign of an average slope, and keep another average of it (Chen et al. 2023)."""
    g = grad(x)
    step = np.sign(beta1 * m + (1 - beta1) * g)
    return x - lr * (step + decay * x), beta2 * m + (1 - beta2) * g


def schedule_free(x, grad, t, d=0, *, lr=0.01, beta1=0.9):
    """Walk on at one rate, and report the average of the places; ``d`` leads to the walker (Defazio et al. 2024)."""
    d = d - lr * grad(x + (1 - beta1) * d)
    return x + d / t, (1 - 1 / t) * d


def schedule_free_adamw(x, grad, t, d=0, s=0, *, lr=0.0025, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0):
    """``schedule_free`` whose walker divides by the size of recent slopes, as Adam does (Defazio et al. 2024)."""
    y = x + (1 - beta1) * d
    g = grad(y)
    s = beta2 * s + (1 - beta2) * g**2
    d = d - lr * (g / (np.sqrt(s / (1 - beta2**t)) + eps) + decay * y)
    return x + d / t, (1 - 1 / t) * d, s


CARDS = (
    Card(
        sgd,
        "Gradient descent",
        look=Look("#3d444d", "#b9c3cd", (), "circle", 1.4),
        sentence="gradient descent",
        frameworks={
            "torch": convention("sgd", "torch.optim.SGD(params, lr={lr}, weight_decay={decay})", lr=0.001),
            "keras": convention("sgd", "keras.optimizers.SGD({lr}, weight_decay={decay})", lr=0.01),
            "tfkeras": convention("sgd", "tf.keras.optimizers.SGD({lr})", lr=0.01),
            "optax": convention("sgd", "optax.sgd({lr})", lr=None),
            "tf1": convention("sgd", "tf.compat.v1.train.GradientDescentOptimizer({lr})", lr=None),
        },
    ),
    Card(
        momentum,
        "Momentum",
        look=Look("#006ba8", "#56b4e9", (), "square", 2),
        change_of=sgd,
        sentence="momentum",
        frameworks={
            "torch": convention(
                "momentum_dampened",
                "torch.optim.SGD(params, lr={lr}, momentum={mu}, dampening={dampening}, weight_decay={decay})",
                lr=0.001,
                mu=0.0,
            ),
            "keras": convention(
                "momentum", "keras.optimizers.SGD({lr}, momentum={mu}, weight_decay={decay})", lr=0.01, mu=0.0
            ),
            "tfkeras": convention("momentum", "tf.keras.optimizers.SGD({lr}, momentum={mu})", lr=0.01, mu=0.0),
            "optax": convention("momentum_outside", "optax.sgd({lr}, momentum={mu})", lr=None, mu=0.0),
            "tf1": convention("momentum_outside", "tf.compat.v1.train.MomentumOptimizer({lr}, {mu})", lr=None, mu=None),
        },
    ),
    Card(
        nag,
        "NAG",
        look=Look("#00946e", "#2fd3a0", (8, 3), "diamond", 2),
        change_of=momentum,
        frameworks={
            "torch": convention(
                "nag_outside",
                "torch.optim.SGD(params, lr={lr}, momentum={mu}, nesterov=True, weight_decay={decay})",
                lr=0.001,
                mu=0.0,
            ),
            "keras": convention(
                "nag_inside",
                "keras.optimizers.SGD({lr}, momentum={mu}, nesterov=True, weight_decay={decay})",
                lr=0.01,
                mu=0.0,
            ),
            "tfkeras": convention(
                "nag_inside", "tf.keras.optimizers.SGD({lr}, momentum={mu}, nesterov=True)", lr=0.01, mu=0.0
            ),
            "optax": convention("nag_outside", "optax.sgd({lr}, momentum={mu}, nesterov=True)", lr=None, mu=0.0),
            "tf1": convention(
                "nag_outside", "tf.compat.v1.train.MomentumOptimizer({lr}, {mu}, use_nesterov=True)", lr=None, mu=None
            ),
        },
    ),
    Card(
        adagrad,
        "Adagrad",
        look=Look("#c68600", "#e99f2a", (2, 2.5), "up", 2),
        change_of=sgd,
        frameworks={
            "torch": convention(
                "adagrad_outside",
                "torch.optim.Adagrad(params, lr={lr}, eps={eps}, initial_accumulator_value={initial}, weight_decay={decay})",
                lr=0.01,
                eps=1e-10,
                initial=0.0,
            ),
            "keras": convention(
                "adagrad_inside",
                "keras.optimizers.Adagrad({lr}, initial_accumulator_value={initial}, epsilon={eps}, weight_decay={decay})",
                lr=0.001,
                eps=1e-07,
                initial=0.1,
            ),
            "tfkeras": convention(
                "adagrad_outside",
                "tf.keras.optimizers.Adagrad({lr}, initial_accumulator_value={initial}, epsilon={eps})",
                lr=0.001,
                eps=1e-07,
                initial=0.1,
            ),
            "optax": convention(
                "adagrad_inside",
                "optax.adagrad({lr}, initial_accumulator_value={initial}, eps={eps})",
                lr=None,
                eps=1e-07,
                initial=0.1,
            ),
            "tf1": convention(
                "adagrad_without_eps",
                "tf.compat.v1.train.AdagradOptimizer({lr}, initial_accumulator_value={initial})",
                lr=None,
                initial=0.1,
            ),
        },
    ),
    Card(
        rmsprop,
        "RMSprop",
        look=Look("#b53600", "#e0562f", (7, 2.5, 1.5, 2.5), "down", 2),
        change_of=adagrad,
        frameworks={
            "torch": convention(
                "rmsprop_outside",
                "torch.optim.RMSprop(params, lr={lr}, alpha={rho}, eps={eps}, momentum={mu}, centered={centered}, weight_decay={decay})",
                lr=0.01,
                rho=0.99,
                eps=1e-08,
            ),
            "keras": convention(
                "rmsprop_inside",
                "keras.optimizers.RMSprop({lr}, rho={rho}, momentum={mu}, epsilon={eps}, centered={centered}, weight_decay={decay})",
                lr=0.001,
                rho=0.9,
                eps=1e-07,
            ),
            "tfkeras": convention(
                "rmsprop_either",
                "tf.keras.optimizers.RMSprop({lr}, rho={rho}, momentum={mu}, epsilon={eps}, centered={centered})",
                lr=0.001,
                rho=0.9,
                eps=1e-07,
            ),
            "optax": convention(
                "rmsprop_begun",
                "optax.rmsprop({lr}, decay={rho}, eps={eps}, initial_scale={initial}, centered={centered}, momentum={mu})",
                lr=None,
                rho=0.9,
                eps=1e-08,
            ),
            "tf1": convention(
                "rmsprop_from_one",
                "tf.compat.v1.train.RMSPropOptimizer({lr}, decay={rho}, momentum={mu}, epsilon={eps}, centered={centered})",
                lr=None,
                rho=0.9,
                eps=1e-10,
            ),
        },
    ),
    Card(
        adam,
        "Adam",
        look=Look("#d0609f", "#d47cc0", (), "hexagon", 2),
        change_of=rmsprop,
        frameworks={
            "torch": convention(
                "adam",
                "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={decay})",
                lr=0.001,
                eps=1e-08,
            ),
            "keras": convention(
                "adam_hat",
                "keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, weight_decay={decay})",
                lr=0.001,
                eps=1e-07,
            ),
            "tfkeras": convention(
                "adam_hat",
                "tf.keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})",
                lr=0.001,
                eps=1e-07,
            ),
            "optax": convention("adam", "optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps})", lr=None, eps=1e-08),
            "tf1": convention(
                "adam_hat",
                "tf.compat.v1.train.AdamOptimizer({lr}, beta1={beta1}, beta2={beta2}, epsilon={eps})",
                lr=0.001,
                eps=1e-08,
            ),
        },
    ),
    Card(
        adadelta,
        "Adadelta",
        look=Look("#3a2f86", "#f1e27a", (4, 2.5), "plus", 2),
        change_of=rmsprop,
        frameworks={
            "torch": convention(
                "adadelta",
                "torch.optim.Adadelta(params, lr={lr}, rho={rho}, eps={eps}, weight_decay={decay})",
                lr=1.0,
                rho=0.9,
                eps=1e-06,
            ),
            "keras": convention(
                "adadelta",
                "keras.optimizers.Adadelta({lr}, rho={rho}, epsilon={eps}, weight_decay={decay})",
                lr=0.001,
                rho=0.95,
                eps=1e-07,
            ),
            "tfkeras": convention(
                "adadelta",
                "tf.keras.optimizers.Adadelta({lr}, rho={rho}, epsilon={eps})",
                lr=0.001,
                rho=0.95,
                eps=1e-07,
            ),
            "optax": convention("adadelta", "optax.adadelta({lr}, rho={rho}, eps={eps})", lr=None, rho=0.9, eps=1e-06),
            "tf1": convention(
                "adadelta",
                "tf.compat.v1.train.AdadeltaOptimizer({lr}, rho={rho}, epsilon={eps})",
                lr=0.001,
                rho=0.95,
                eps=1e-08,
            ),
        },
    ),
    Card(
        adamw,
        "AdamW",
        look=Look("#8a1c5c", "#f2a7d6", (9, 2), "hexagon", 2),
        change_of=adam,
        frameworks={
            "torch": convention(
                "adamw",
                "torch.optim.AdamW(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={decay})",
                lr=0.001,
                eps=1e-08,
                decay=0.01,
            ),
            "keras": convention(
                "adamw_hat",
                "keras.optimizers.AdamW({lr}, weight_decay={decay}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})",
                lr=0.001,
                eps=1e-07,
                decay=0.004,
            ),
            "optax": convention(
                "adamw",
                "optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={decay})",
                lr=None,
                eps=1e-08,
                decay=0.0001,
            ),
        },
    ),
    Card(
        amsgrad,
        "AMSGrad",
        look=Look("#7a4a00", "#cfae7a", (5, 2, 1.5, 2), "up", 2),
        change_of=adam,
        frameworks={
            "torch": convention(
                "amsgrad",
                "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, amsgrad=True, weight_decay={decay})",
                lr=0.001,
                eps=1e-08,
            ),
            "keras": convention(
                "amsgrad_hat",
                "keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, amsgrad=True, weight_decay={decay})",
                lr=0.001,
                eps=1e-07,
            ),
            "tfkeras": convention(
                "amsgrad_hat",
                "tf.keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, amsgrad=True)",
                lr=0.001,
                eps=1e-07,
            ),
            "optax": convention(
                "amsgrad_corrected", "optax.amsgrad({lr}, b1={beta1}, b2={beta2}, eps={eps})", lr=None, eps=1e-08
            ),
        },
    ),
    Card(
        nadam,
        "Nadam",
        look=Look("#0a5c4a", "#9be7cf", (3, 2), "diamond", 2),
        change_of=adam,
        frameworks={
            "torch": convention(
                "nadam_paced",
                "torch.optim.NAdam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, momentum_decay={pace}, weight_decay={decay})",
                lr=0.002,
                eps=1e-08,
            ),
            "keras": convention(
                "nadam_hurried",
                "keras.optimizers.Nadam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, weight_decay={decay})",
                lr=0.001,
                eps=1e-07,
            ),
            "tfkeras": convention(
                "nadam_paced",
                "tf.keras.optimizers.Nadam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, schedule_decay={pace})",
                lr=0.001,
                eps=1e-07,
            ),
            "optax": convention("nadam", "optax.nadam({lr}, b1={beta1}, b2={beta2}, eps={eps})", lr=None, eps=1e-08),
        },
    ),
    Card(
        lion,
        "Lion",
        look=Look("#5b6b00", "#b5c94a", (6, 2, 2, 2), "square", 2),
        change_of=momentum,
    ),
    Card(
        schedule_free,
        "Schedule-Free",
        look=Look("#00707a", "#5fd3d8", (1.5, 1.5), "circle", 2),
        sentence="schedule-free",
        change_of=sgd,
    ),
    Card(
        schedule_free_adamw,
        "Schedule-Free AdamW",
        look=Look("#a0402a", "#ffb199", (10, 2, 2, 2), "down", 2),
        sentence="schedule-free AdamW",
        change_of=schedule_free,
    ),
)

RULES = {card.name: card.rule for card in CARDS}
