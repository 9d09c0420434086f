"""The exercises' checkers: right answers pass, and typical wrong ones are told what is wrong."""

import numpy as np
import pytest
from descent import SURFACES, adadelta, adagrad, adam, momentum, nag, rmsprop, sgd
from descent.exercises import CHECKERS, best_of, check, twice
from descent.networks import soft_threshold

POST003 = SURFACES["post003"].grad


def against_the_sign(x, grad, t, *, lr=0.1):
    return (x - lr * np.sign(grad(x)),)


def along_the_sign(x, grad, t, *, lr=0.1):
    return (x + lr * np.sign(grad(x)),)


def whole_stride(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)


def rate_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + grad(x)
    return x - lr * v, v


def two_rates(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    return momentum(x, grad, t, v, lr=lr / 2, mu=mu)


def two_slopes(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g + last) / 2, g


def two_slopes_added(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g + last), g


def all_slopes(x, grad, t, last=0, *, lr=0.01):
    g = (grad(x) + last) / 2
    return x - lr * g, g


def two_slopes_swapped(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g - last) / 2, g


def old_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    new = mu * v - lr * grad(x)
    return x + new + mu * (new - v), new


def updated_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v - lr * grad(x)
    return x + mu**2 * v - (1 + mu) * lr * grad(x), v


def twice_as_far(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def twice_the_memory(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = 2 * mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def warm(x, grad, t, s=0, *, lr=0.01, first=0.1):
    g = grad(x)
    s = s + g**2
    return x - lr * g / np.sqrt(first + s), s


def warm_each_step(x, grad, t, s=0, *, lr=0.01, first=0.1):
    g = grad(x)
    s = s + g**2 + first
    return x - lr * g / np.sqrt(s), s


def warm_outside(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return adagrad(x, grad, t, s, lr=lr, eps=first)


def warm_fixed(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return warm(x, grad, t, s, lr=lr)


def warm_not(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return adagrad(x, grad, t, s, lr=lr)


def warm_plain(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return x - lr * grad(x), s


def centered(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8, above="g", inside=0):
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    spread = np.sqrt(s - m**2 + inside) + (0 if inside else eps)
    return x - lr * (g if above == "g" else m) / spread, s, m


def variant(**change):
    def rule(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        return centered(x, grad, t, s, m, lr=lr, rho=rho, eps=eps, **change)

    return rule


def adamax(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, hat=1, m_hat=1):
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - m_hat * beta1**t) / (u / (1 - (1 - hat) * beta2**t) + eps), m, u


def adamax_with_two_hats(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, hat=0)


def adamax_without_hats(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, m_hat=0)


def steps_taken(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
    return x - step, s, rho * d + (1 - rho) * step**2


def steps_taken_lagging(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    x, s, d = steps_taken(x, grad, t, s, d, rho=rho, eps=eps)
    return x, s, d


def tanh_slopes(X, W1, W2, T, bend=lambda h: 1 - h**2):
    h = np.tanh(X @ W1)
    delta = h @ W2 - T
    return X.T @ (delta @ W2.T * bend(h)), h.T @ delta


def sparse_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return soft_threshold(x, lr * l1), v


def priced_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    return momentum(x, lambda x: grad(x) + l1 * np.sign(x), t, v, lr=lr, mu=mu)


def hasty_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return soft_threshold(x, l1), v


def patient(losses, patience, look=lambda best, losses: best):
    best = 0
    for epoch, loss in enumerate(losses):
        best = epoch if loss < losses[best] else best
        if epoch - best >= patience:
            break
    return look(best, losses)


def signum(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    m = beta1 * m + (1 - beta1) * grad(x)
    return x - lr * np.sign(m), m


def late_signum(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    return x - lr * np.sign(m), beta1 * m + (1 - beta1) * grad(x)


def averaged_signs(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    m = beta1 * m + (1 - beta1) * np.sign(grad(x))
    return x - lr * m, m


def museum_adagrad(divisor):
    def rule(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = s + g**2
        return x - lr * g / divisor(s, eps), s

    return rule


def museum_adam(step):
    def rule(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        g = grad(x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        return x - step(lr * m / (1 - 0.9**t), s / (1 - 0.999**t), eps), m, s

    return rule


def museum_line(sign, bias, count=1):
    def slopes(w, x, y):
        miss = w[0] * x + bias * w[1] - y
        return 2 * count * np.array([sign * np.mean(miss * x), np.mean(miss)])

    return slopes


def museum_nag(step):
    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        old, v = v, mu * v - lr * g
        return x + step(old, v, lr * g, mu), v

    return rule


def order(errors):
    first, second, third = np.log(errors[-3:])
    return (third - second) / (second - first)


def momentum_rate(lr, curvature, mu):
    return np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).max()


def where_it_swings(factor):
    def rate(lr, curvature, mu):
        swings = (1 + mu - lr * curvature) ** 2 < 4 * mu
        return factor(mu) if swings else momentum_rate(lr, curvature, mu)

    return rate


def fading(x, grad, t, *, lr=0.01):
    return (x - lr / (1 + t / 20) * grad(x),)


def fading_from_zero(x, grad, t, *, lr=0.01):
    return (x - lr / (1 + (t - 1) / 20) * grad(x),)


def fading_at_once(x, grad, t, *, lr=0.01):
    return (x - lr / t * grad(x),)


def fading_root(x, grad, t, *, lr=0.01):
    return (x - lr / np.sqrt(t) * grad(x),)


def whole(slopes):
    return np.sqrt(sum(np.sum(g**2) for g in slopes))


def clipped_together(slopes, limit):
    length = whole(slopes)
    return [g * limit / length if length > limit else g for g in slopes]


def by_rows(z, ddof=0):
    var = z.var(axis=1, keepdims=True, ddof=ddof)
    return (z - z.mean(axis=1, keepdims=True)) / np.sqrt(var + 1e-5)


RIGHT = [
    ("gradient-1", POST003),
    ("gradient-2", np.log(10)),
    ("gradient-3", 1173),
    ("gradient-4", 1e6),
    ("gradient-6", against_the_sign),
    ("problems-1", 6908),
    ("problems-2", 9),
    ("problems-3", 567),
    ("problems-4", two_slopes),
    ("momentum-1", -0.135),
    ("momentum-2", -0.6),
    ("momentum-3", 0.01),
    ("momentum-4", 0.7088),
    ("momentum-5", rate_outside),
    ("nag-1", 0.54),
    ("nag-2", 0.375),
    ("nag-3", old_velocity),
    ("nag-4", twice_as_far),
    ("adagrad-1", -12 / 13),
    ("adagrad-2", 1000),
    ("adagrad-3", 944),
    ("adagrad-4", 5773.5),
    ("adagrad-5", warm),
    ("rmsprop-1", 0.99309),
    ("rmsprop-2", 0.0316228),
    ("rmsprop-3", 0.0027937),
    ("rmsprop-4", centered),
    ("adam-1", (-0.01, 0.01)),
    ("adam-2", 4603),
    ("adam-3", 0.6),
    ("adam-4", adamax),
    ("adam-5", 31.62),
    ("adam-5", 31.77),
    ("adam-6", 7.2703),
    ("adadelta-1", 0.05),
    ("adadelta-2", (1e-2, 1e-10)),
    ("adadelta-3", 100),
    ("adadelta-4", steps_taken),
    ("adadelta-5", (-2, 6)),
    ("rates-1", 1999.8),
    ("rates-2", 90),
    ("rates-3", (0.5, 1)),
    ("rates-4", fading),
    ("rates-5", (1.6, 1280)),
    ("rates-6", (0.8, 1 / 100.25)),
    ("race-1", (0.04, 0.076, 3.8 / 140)),
    ("race-2", 0.03 * 1.162964),
    ("race-3", best_of),
    ("race-4", twice),
    ("race-5", (1.5e6, 1e6)),
    ("backprop-1", 17226),
    ("backprop-2", 0.00526697),
    ("backprop-3", (0.66524, -0.75527, 0.09003)),
    ("backprop-4", tanh_slopes),
    ("backprop-5", 2.5188),
    ("backprop-6", (2.0582, 0.48587)),
    ("deep-1", [np.sqrt(2 / 256), np.sqrt(2 / 320)]),
    ("deep-2", np.sqrt(2 / 104)),
    ("deep-3", [6, -1]),
    ("deep-4", clipped_together),
    ("deep-5", by_rows),
    ("deep-6", 13**0.5),
    ("general-1", 0.006),
    ("general-2", 3.5),
    ("general-3", patient),
    ("general-4", sparse_momentum),
    ("general-5", 0.1),
    ("general-6", (0.25, 4)),
    ("after-1", -2),
    ("after-2", (56, 28, 0)),
    ("after-3", signum),
    ("after-4", 14),
    ("after-5", 0.896),
    ("museum-1", 0.9),
    ("museum-2", lambda keep: np.log(2) / -np.log(keep)),
    ("museum-3", museum_adagrad(lambda s, eps: np.sqrt(s) + eps)),
    ("museum-4", museum_adam(lambda m, s, eps: m / (np.sqrt(s) + eps))),
    ("museum-5", 2_599_086),
    ("museum-6", museum_line(1, 1)),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu * v - push)),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu**2 * old - (1 + mu) * push)),
    ("museum-8", lambda w, x, drop: (1 - drop) * (w @ x)),
    ("museum-9", order),
    ("museum-10", momentum_rate),
]

WRONG = [  # exercise, answer, part of what is said
    ("gradient-1", 3, "a function"),
    ("gradient-1", lambda p: p[2], "does not turn a point into two slopes"),
    ("gradient-1", lambda p: -POST003(p), "minus the gradient"),
    ("gradient-1", lambda p: POST003(p) + [0.3, 0] * p[..., :1] ** 2, "Still wrong: d/dx: +0.30 x**2 too much."),
    ("gradient-1", lambda p: POST003(p) - [0, 0.5] * p[..., 1:], "Still wrong: d/dy: -0.50 y too much."),
    ("gradient-2", np.log2(10), "bits"),
    ("gradient-2", 1, "base ten"),
    ("gradient-2", -np.log(10), "sign"),
    ("gradient-2", 0.1, "surprised"),
    ("gradient-3", 1170, "last batch"),
    ("gradient-3", 1171.875, "part of a step"),
    ("gradient-3", 391, "one epoch"),
    ("gradient-3", 12, "batches of one epoch"),
    ("gradient-4", 1000, "one factor"),
    ("gradient-4", 1, "stands still"),
    ("gradient-4", 1e-6, "other way round"),
    ("gradient-4", 31, "how much longer"),
    ("gradient-6", sgd, "np.sign"),
    ("gradient-6", along_the_sign, "uphill"),
    ("gradient-6", whole_stride, "each coordinate"),
    ("problems-1", 3454, "the loss"),
    ("problems-1", 3000, "base ten"),
    ("problems-1", 690, "multiplies the distance"),
    ("problems-2", 1, "net way"),
    ("problems-2", 5, "heights"),
    ("problems-2", 7, "first jump"),
    ("problems-3", 566.32, "whole"),
    ("problems-3", 566, "one more"),
    ("problems-3", 553, "exp(0.05)"),
    ("problems-3", 539, "toward the saddle"),
    ("problems-3", 1000, "multiplied"),
    ("problems-4", sgd, "gradient descent"),
    ("problems-4", two_slopes_added, "adds"),
    ("problems-4", all_slopes, "bare slope"),
    ("problems-4", two_slopes_swapped, "parts from the right path"),
    ("momentum-1", 0.135, "already goes"),
    ("momentum-1", -0.15, "after two steps"),
    ("momentum-1", -0.3, "third velocity"),
    ("momentum-2", -60, "forgot the learning rate"),
    ("momentum-2", -0.03, "after one push"),
    ("momentum-2", -0.03 / 1.95, "alternate"),
    ("momentum-2", 0.6, "sign"),
    ("momentum-3", 0.2, "twenty times as noisy"),
    ("momentum-3", 4, "wrong way round"),
    ("momentum-3", 0.1, "lr / (1 - mu)"),
    ("momentum-4", 0, "across the ravine"),
    ("momentum-4", 0.975**2, "square root"),
    ("momentum-4", 0.9, "two roots"),
    ("momentum-5", 0.9, "a function"),
    ("momentum-5", sgd, "no hyperparameter 'mu'"),
    ("momentum-5", two_rates, "step 1."),
    ("momentum-5", momentum, "step 21. Keep lr out"),
    ("nag-1", 0.9, "flat"),
    ("nag-1", 0.4, "the part that is lost"),
    ("nag-1", 0.5, "do not subtract"),
    ("nag-1", 0.1, "collect"),
    ("nag-2", 0.75, "momentum's limit"),
    ("nag-2", 0.5, "gradient descent's"),
    ("nag-2", 1.5, "rate alone"),
    ("nag-2", 0.2, "may go up to"),
    ("nag-3", updated_velocity, "Which v"),
    ("nag-3", nag, "positions"),
    ("nag-3", momentum, "with the old v"),
    ("nag-4", nag, "one velocity"),
    ("nag-4", twice_the_memory, "doubles the memory"),
    ("nag-4", momentum, "argument of grad"),
    ("adagrad-1", 12 / 13, "sign"),
    ("adagrad-1", -12 / 169, "forgot the root"),
    ("adagrad-1", -2.4, "slope of this step"),
    ("adagrad-1", -12 / 19, "added the slopes"),
    ("adagrad-1", -1, "Add 9, 16 and 144"),
    ("adagrad-2", 1e6, "gradient descent"),
    ("adagrad-2", 1, "distances have grown"),
    ("adagrad-2", 1e-3, "other way round"),
    ("adagrad-2", 31, "first step"),
    ("adagrad-3", 900, "estimate"),
    ("adagrad-3", 60, "shrink"),
    ("adagrad-3", 943, "One more"),
    ("adagrad-3", 800, "Add them up"),
    ("adagrad-4", 1 / 5773.5, "other way round"),
    ("adagrad-4", 1e4, "Where is it 1/2"),
    ("adagrad-4", 99, "Solve"),
    ("adagrad-5", 0.1, "a function"),
    ("adagrad-5", adagrad, "score from zero"),
    ("adagrad-5", sgd, "no hyperparameter 'first'"),
    ("adagrad-5", warm_not, "score from zero"),
    ("adagrad-5", warm_each_step, "at every step"),
    ("adagrad-5", warm_outside, "outside the root"),
    ("adagrad-5", warm_fixed, "use the argument"),
    ("adagrad-5", warm_plain, "starts at 0"),
    ("rmsprop-1", 0.99, "37 %"),
    ("rmsprop-1", 0.995, "straight line"),
    ("rmsprop-1", 1 - 2 / 101, "window"),
    ("rmsprop-1", 0.5, "rho**100"),
    ("rmsprop-2", 0.001, "settled"),
    ("rmsprop-2", 0.632456, "cancels"),
    ("rmsprop-2", 1, "forgot the root"),
    ("rmsprop-2", -0.0316228, "sign is not"),
    ("rmsprop-2", 0.02, "after one step"),
    ("rmsprop-3", 0.0028284, "across the valley"),
    ("rmsprop-3", 0.0013968, "twice that"),
    ("rmsprop-3", 0.0019755, "factor 1/2"),
    ("rmsprop-3", 0.01, "What is the loss there"),
    ("rmsprop-4", rmsprop, "RMSprop itself"),
    ("rmsprop-4", variant(inside=1e-8), "outside the root"),
    ("rmsprop-4", variant(above="m"), "only subtracted"),
    ("rmsprop-4", sgd, "no hyperparameter 'rho'"),
    ("adam-1", (0.01, -0.01), "uphill"),
    ("adam-1", (-0.00003, 7), "gradient descent"),
    ("adam-1", (-1, 1), "not 1"),
    ("adam-1", (-0.01, 0.02), "Number 2"),
    ("adam-2", 44, "s, with 0.999"),
    ("adam-2", 1000, "63 %"),
    ("adam-2", 4602, "still below"),
    ("adam-2", 500, "Which share"),
    ("adam-3", 0.75, "standard deviation"),
    ("adam-3", 0.3, "average slope"),
    ("adam-3", 1.2, "by its root"),
    ("adam-3", 1, "all agree"),
    ("adam-3", 0.5, "mean square"),
    ("adam-4", 1, "a function"),
    ("adam-4", adamax_with_two_hats, "gives u a hat"),
    ("adam-4", adamax_without_hats, "lost its hat"),
    ("adam-4", adam, "max(beta2 * u, |g|)"),
    ("adam-5", 3.1623, "first step"),
    ("adam-5", 10, "not one learning rate"),
    ("adam-5", 20, "Add up"),
    ("adam-6", 3.1623, "after a silence"),
    ("adam-6", 31.623, "exercise 5"),
    ("adam-6", 5, "geometric"),
    ("adadelta-1", 0.01, "1 - rho of the slope's square"),
    ("adadelta-1", 0.0025, "take the root"),
    ("adadelta-1", 50, "multiplied by the slope"),
    ("adadelta-1", 0.5, "Put d = 0"),
    ("adadelta-2", "small", "two numbers"),
    ("adadelta-2", (1e-10, 1e-2), "other way round"),
    ("adadelta-2", (1e-4, 1e-8), "converted twice"),
    ("adadelta-2", (1e-2, 1e-2), "squared slopes"),
    ("adadelta-2", (1e-6, 1e-6), "units under each root"),
    ("adadelta-3", 1000, "grow on the way"),
    ("adadelta-3", 1e6, "far less"),
    ("adadelta-3", 4.64, "a millionth"),
    ("adadelta-3", 10, "solve for t"),
    ("adadelta-4", adadelta, "before lr is applied"),
    ("adadelta-4", steps_taken_lagging, "Right at lr 1"),
    ("adadelta-4", sgd, "parts from the right path"),
    ("adadelta-5", (6, -2), "smaller first"),
    ("adadelta-5", (2, 2), "along the axes"),
    ("adadelta-5", (-1, 3), "Half of it"),
    ("adadelta-5", (0, 1), "Solve"),
    ("rates-1", 4000, "constant rate"),
    ("rates-1", 0.2, "10 000 steps"),
    ("rates-1", 1000, "sum of the rates"),
    ("rates-2", 89.781, "round up"),
    ("rates-2", 59, "0.95; we want 0.99"),
    ("rates-2", 99, "multiply"),
    ("rates-2", 20, "0.95**n"),
    ("rates-3", (1, 0.5), "smaller first"),
    ("rates-3", (0, 1), "squares"),
    ("rates-3", (1, 2), "finite sum"),
    ("rates-3", (0.5, 2), "q = 2p"),
    ("rates-4", sgd, "does not fall"),
    ("rates-4", fading_at_once, "lr / t"),
    ("rates-4", fading_from_zero, "from 0"),
    ("rates-4", fading_root, "parts from the right path"),
    ("rates-5", (0.05 * 32**0.5, 1280), "square root"),
    ("rates-5", (1.6, 640), "not 1 / L"),
    ("rates-5", (1, 1), "keeps its ratio"),
    ("rates-6", (1, 1 / 100), "where V started"),
    ("rates-6", (0.8, 1 / 101), "starts at 1/4"),
    ("rates-6", (0.5, 0.5), "derivative"),
    ("race-1", (0.04, 0.076, 0.076), "is momentum's"),
    ("race-1", (2, 3.8, 3.8 / 2.8), "curvature of 1"),
    ("race-1", (0.02, 0.076, 0.027), "Number 1"),
    ("race-2", 1.162964, "in standard deviations"),
    ("race-2", 0.03 / 5**0.5, "standard error"),
    ("race-2", 0, "smallest"),
    ("race-3", lambda costs, n: min(costs), "may miss it"),
    ("race-3", lambda costs, n: np.mean(costs), "n = 1 only"),
    ("race-3", lambda costs, n: min(costs[:n]), "first n"),
    ("race-3", lambda costs, n: np.mean(np.sort(costs)[:n]), "the n best"),
    ("race-3", lambda costs, n: np.max(costs), "not right"),
    ("race-4", sgd, "itself"),
    ("race-4", lambda x, grad, t, *, lr=0.01: (x - 2 * lr * grad(x),), "twice the length"),
    ("race-4", momentum, "parts from"),
    ("race-5", (1.5, 1), "larger eps"),
    ("race-5", (1e6, 1e6), "it must be 1.5"),
    ("race-5", (-1.5, -1), "positive"),
    ("race-5", 1.5, "shape"),
    ("race-5", "adam", "several numbers"),
    ("backprop-1", 17024, "Those are the weights"),
    ("backprop-1", 650, "without hidden layers"),
    ("backprop-1", 17290, "inputs have no biases"),
    ("backprop-1", 266, "For each gap"),
    ("backprop-2", 0.00242663, "through one hidden unit"),
    ("backprop-2", 0.00284034, "through one hidden unit"),
    ("backprop-2", 0.0211178, "hidden units are missing"),
    ("backprop-2", 0.00151896, "as for a weight"),
    ("backprop-2", 0.005, "plus dE/dz2"),
    ("backprop-3", (0.66524, 0.24473, 0.09003), "Those are the probabilities"),
    ("backprop-3", (-0.66524, 0.75527, -0.09003), "signs are turned"),
    ("backprop-3", (-0.33476, 0.24473, 0.09003), "the second"),
    ("backprop-3", (0.22270, 0.18484, 0.08193), "by its own score"),
    ("backprop-3", (1, 0, 0), "log(sum(exp(z)))"),
    ("backprop-4", 1, "The answer is a function"),
    ("backprop-4", lambda X: X, "does not run"),
    ("backprop-4", lambda *a: tanh_slopes(*a)[::-1], "of the shapes (3, 4)"),
    ("backprop-4", lambda *a: [s / 5 for s in tanh_slopes(*a)], "mean over the samples"),
    ("backprop-4", lambda *a: [-s for s in tanh_slopes(*a)], "wrong sign"),
    ("backprop-4", lambda *a: [tanh_slopes(*a)[0], 0 * a[2]], "The slopes of W2 are wrong"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: 1), "slope of tanh is missing"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: h * (1 - h)), "the sigmoid's slope"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: h), "Send the error back"),
    ("backprop-5", 3, "slopes of the inputs"),
    ("backprop-5", 1.5188, "way back alone"),
    ("backprop-5", 2, "one product forward"),
    ("backprop-6", (2, 0.5), "moves y alone"),
    ("backprop-6", (1, 1), "at the start it is 4"),
    ("backprop-6", (0.48587, 2.0582), "other way round"),
    ("backprop-6", (3, 0), "Solve"),
    ("deep-1", [2 / 256, 2 / 320], "the variances"),
    ("deep-1", [np.sqrt(2 / 320), np.sqrt(2 / 256)], "He first"),
    ("deep-1", [np.sqrt(2 / 64), np.sqrt(2 / 320)], "what comes in"),
    ("deep-1", [0.1, 0.2], "fan_in"),
    ("deep-2", np.sqrt(2 / 100), "plain ReLU"),
    ("deep-2", np.sqrt(2 / 120), "squared"),
    ("deep-2", 2 / 104, "variance"),
    ("deep-2", 0.5, "each half"),
    ("deep-3", [6, 8], "before the factor"),
    ("deep-3", [3, 2], "root of the variance"),
    ("deep-3", [1, 1], "as a line"),
    (
        "deep-4",
        lambda slopes, limit: [g * min(1, limit / np.linalg.norm(g)) if g.any() else g for g in slopes],
        "by itself",
    ),
    ("deep-4", lambda slopes, limit: [np.clip(g, -limit, limit) for g in slopes], "by value"),
    ("deep-4", lambda slopes, limit: clipped_together([1e9 * g for g in slopes], limit), "short enough"),
    (
        "deep-4",
        lambda slopes, limit: [g * limit / whole(slopes) for g in slopes],
        "short enough",
    ),
    (
        "deep-4",
        lambda slopes, limit: [g / whole(slopes) * min(whole(slopes), limit) for g in slopes],
        "zero",
    ),
    ("deep-4", lambda slopes, limit: slopes[0], "list of arrays"),
    ("deep-4", lambda slopes, limit: [0 * g for g in slopes], "should become"),
    ("deep-4", lambda slopes: slopes, "does not run"),
    ("deep-5", lambda z: by_rows(z.T).T, "down the columns"),
    ("deep-5", lambda z: by_rows(z, ddof=1), "by n, not by"),
    ("deep-5", lambda z: z - z.mean(axis=1, keepdims=True), "variance 1"),
    ("deep-5", lambda z: z[0], "shape of z"),
    ("deep-5", lambda z: z @ z, "does not run"),
    ("deep-5", lambda z: by_rows(z) if len(z) > 1 else 0 * z, "single row"),
    ("deep-6", 13, "square"),
    ("deep-6", 5, "right angles"),
    ("deep-6", 2, "Pythagoras"),
    ("general-1", 0.003, "What is its slope"),
    ("general-1", 0.0015, "other way"),
    ("general-2", 1.5, "share that is dropped"),
    ("general-2", 7.142857, "inverted"),
    ("general-2", 5, "arrives"),
    ("general-3", lambda losses, patience: int(np.argmin(losses)), "had not stopped"),
    ("general-3", lambda *a: min(patient(*a) + a[1], len(a[0]) - 1), "Which weights"),
    ("general-3", lambda losses, patience: 0, "Count the epochs"),
    ("general-4", priced_momentum, "jumps over zero"),
    ("general-4", hasty_momentum, "shrink with the steps"),
    ("general-4", sgd, "does not run"),
    ("general-5", 10, "smaller price"),
    ("general-5", 0.2, "Compare"),
    ("general-6", (0.25, 2), "Each of the two"),
    ("general-6", (0.5, 2), "one mask"),
    ("general-6", (0.75, 4), "dropped"),
    ("general-6", (0.3, 4), "Both masks"),
    ("after-1", -6, "does not see how steep"),
    ("after-1", -200, "cancels"),
    ("after-1", 2, "sign is not"),
    ("after-2", (84, 56, 28), "the weights themselves"),
    ("after-2", (14, 7, 0), "takes 4 bytes"),
    ("after-2", (56, 56, 0), "Number 2"),
    ("after-3", late_signum, "old average"),
    ("after-3", averaged_signs, "averages the signs"),
    ("after-3", sgd, "step 1"),
    ("after-4", 12, "factor 1.5 alone"),
    ("after-4", 5, "count"),
    ("after-5", 1.12, "untuned baseline"),
    ("after-5", 1.4, "in steps of the baseline"),
    ("after-5", 1.11607, "Upside down"),
    ("museum-1", 0.95, "what the label says"),
    ("museum-1", 0.8, "compare the ends"),
    ("museum-2", lambda keep: 1 / (1 - keep), "the exhibit"),
    ("museum-2", lambda keep: 2 / (1 - keep) - 1, "window"),
    ("museum-2", lambda keep: np.log(0.5) / np.log(1 - keep), "what is new"),
    ("museum-2", lambda keep: -np.log(0.5) / np.log(keep), "Solve"),
    ("museum-2", 6.58, "is a function"),
    ("museum-3", museum_adagrad(lambda s, eps: s + eps), "the exhibit"),
    ("museum-3", museum_adagrad(lambda s, eps: np.sqrt(s + eps)), "under the root"),
    ("museum-3", museum_adagrad(lambda s, eps: 1 + eps), "Divide by the root"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s) - eps), "the exhibit"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s + eps)), "Under the root"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s)), "belongs beside"),
    ("museum-5", 2_560_256, "the network that was printed"),
    ("museum-5", 2_598_656, "has a bias"),
    ("museum-5", 46, "inputs + 1"),
    ("museum-6", museum_line(-1, 0), "the exhibit"),
    ("museum-6", museum_line(1, 0), "still missing"),
    ("museum-6", museum_line(-1, 1), "wrong sign"),
    ("museum-6", museum_line(1, 1, 7), "the sum"),
    ("museum-6", museum_line(1, 1, 0.5), "has a 2"),
    ("museum-6", lambda w, x, y: 0 * w, "Differentiate"),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu**2 * v - (1 + mu) * push), "the exhibit"),
    ("museum-7", museum_nag(lambda old, v, push, mu: v), "That is momentum"),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu * v), "put it in"),
    ("museum-8", lambda w, x, drop: drop * (w @ x), "the exhibit"),
    ("museum-8", lambda w, x, drop: w @ x, "only if training divides"),
    ("museum-8", lambda w, x, drop: w @ x / (1 - drop), "multiply"),
    ("museum-8", lambda w, x, drop: 0.0, "on average"),
    ("museum-8", lambda w, x: w @ x, "does not run"),
    ("museum-9", lambda errors: order(errors) - 1, "One too low"),
    ("museum-9", lambda errors: errors[-1] / errors[-2], "factor of the last step"),
    ("museum-9", lambda errors: np.log(errors[-1]) / np.log(errors[-2]), "drops out"),
    ("museum-9", lambda errors: 1 / order(errors), "Upside down"),
    ("museum-9", lambda errors: 2, "ratio before"),
    ("museum-10", where_it_swings(lambda mu: 2 * np.sqrt(mu)), "the exhibit"),
    ("museum-10", where_it_swings(lambda mu: mu), "product"),
    ("museum-10", lambda lr, curvature, mu: np.sqrt(mu), "Right where it swings"),
    ("museum-10", lambda lr, curvature, mu: 1 - lr * curvature, "largest size"),
]


def _id(value):
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=_id)
def test_right_answers_pass(name, answer):
    assert check(name, answer), check(name, answer).message


@pytest.mark.parametrize(("name", "answer", "said"), WRONG, ids=_id)
def test_wrong_answers_are_told_why(name, answer, said):
    verdict = check(name, answer)
    assert not verdict
    assert said in verdict.message


def test_each_tried_checker_is_tried_both_ways():
    assert {name for name, _ in RIGHT} == {name for name, *_ in WRONG}


@pytest.mark.parametrize("name", CHECKERS)
def test_three_dots_are_no_answer(name):
    assert "three dots" in check(name, ...).message


def test_unknown_exercise_names_its_neighbours():
    with pytest.raises(ValueError, match="gradient-1, gradient-2"):
        check("gradient-77", 1)
