"""Small networks on ONE flat vector of weights, so that every rule of ``descent.rules`` trains them unchanged.

A ``Network`` holds no weights: ``net.loss(w, X, y)`` and ``net.grad(w, X, y)`` are pure functions of the vector ``w``,
shape ``(net.size,)``. Data are rows: ``X`` has the shape ``(n, inputs)``; ``y`` holds whole-number labels ``(n,)`` for
``output="softmax"``, and targets ``(n, outputs)`` otherwise. All arithmetic stays in the dtype of ``w``.

A layer is *linear - norm - activation - dropout*, and with ``residual`` it adds what came in. Two arguments say in which mode it works, each on its own:
``rng`` (a generator or a seed) draws the masks of dropout, and without it nothing is dropped; ``stats`` are the means
and variances that batch norm uses, and without them each batch is normalised by its own.
"""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike
from threadpoolctl import ThreadpoolController

from descent.checks import flag, floating, generator, numbers, short
from descent.errors import told

Seed = int | np.random.Generator
Stats = list[tuple[np.ndarray, np.ndarray]]  # of batch norm: mean and variance, layer by layer

NORM_EPS = 1e-5  # added to the variance in batch norm, as in PyTorch
LEAK = 0.01  # the slope of leaky_relu below zero


libraries = cache(ThreadpoolController)  # looked for once: it takes a millisecond
limited = Lock()  # held by whoever limits BLAS, and gives it back what it had


@contextmanager
def one_thread():
    """BLAS works in one thread meanwhile. Who comes while another limits it leaves that to the other.

    Products of matrices this small cost less than sharing them out, by a factor of ten when other work is going on.
    """
    if not limited.acquire(blocking=False):
        yield
        return
    try:
        with libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        limited.release()


def sigmoid(z):
    """``1 / (1 + exp(-z))``, written so that nothing overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# name: (the function, which may write its value over z, its slope written with the function's value h)
ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda h: h * (1 - h)),
    "tanh": (lambda z: np.tanh(z, out=z), lambda h: 1 - h * h),
    "relu": (lambda z: np.maximum(z, 0, out=z), lambda h: np.sign(h)),
    "leaky_relu": (lambda z: np.maximum(z, LEAK * z, out=z), lambda h: np.maximum(np.sign(h), LEAK)),
    "linear": (lambda z: z, np.ones_like),
}
OUTPUTS = ("softmax", "linear", "sigmoid")
SCHEMES = {"he": lambda n, m: np.sqrt(2 / n), "xavier": lambda n, m: np.sqrt(2 / (n + m))}


@told
def softmax(z: ArrayLike) -> np.ndarray:
    """Positive numbers that add up to one along the last axis, shape as ``z``."""
    return shares(np.asarray(z))


def shares(z):
    """``softmax`` in the dtype of ``z``. Checks nothing."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    e /= e.sum(axis=-1, keepdims=True)
    return e


@told
def cross_entropy(z: ArrayLike, y: ArrayLike) -> float:
    """Mean of ``-log softmax(z)[label]`` in nats: ``z`` are logits ``(n, classes)``, ``y`` whole-number labels ``(n,)``."""
    z, y = np.asarray(z), np.asarray(y)
    if y.shape != z.shape[:-1] or y.ndim != 1:
        raise ValueError(
            f"y has the shape {y.shape} where the logits have {z.shape}; give (n,) labels and (n, classes)"
        )
    check_labels(y, z.shape[-1])
    return log_loss(z, y)


def log_loss(z, y):
    """``cross_entropy`` in the dtype of ``z``. Checks nothing."""
    z = z - z.max(axis=-1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=-1)) - z[np.arange(len(y)), y])


def check_labels(y, classes):
    """Labels are whole numbers from 0 on; from -1, NumPy would count backwards."""
    if y.dtype.kind not in "iu":
        raise ValueError(f"y holds {y.dtype} values; softmax needs whole-number labels 0 to {classes - 1}")
    if len(y) and (y.min() < 0 or y.max() >= classes):
        raise ValueError(f"the labels go from {y.min()} to {y.max()}; this network knows 0 to {classes - 1}")


class Norm(NamedTuple):
    """What batch norm did: the normalised values, one over the standard deviation, and what they came from."""

    hat: np.ndarray
    inverse: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    gamma: np.ndarray
    frozen: bool  # whether mean and var were given, so that they do not depend on the batch


class RowNorm(NamedTuple):
    """What layer norm did: the normalised values, and one over the standard deviation of each row."""

    hat: np.ndarray
    inverse: np.ndarray
    gamma: np.ndarray


class Step(NamedTuple):
    """What one layer did on the way forward, for the way back."""

    x: np.ndarray  # what came in, (n, fan_in)
    W: np.ndarray  # the weights used, after DropConnect
    cut: np.ndarray | None  # DropConnect's mask of W
    norm: Norm | RowNorm | None
    h: np.ndarray  # the activation's value, before dropout; of the last layer, its logits
    mask: np.ndarray | None  # dropout's mask of h
    adds: bool  # whether x is added in the end


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron: ``Network((64, 128, 64, 10))`` has 64 inputs, two hidden layers and 10 outputs.

    ``hidden`` is one of sigmoid, tanh, relu, leaky_relu, linear. With ``output="softmax"`` the loss is the mean
    cross-entropy; with ``"linear"`` or ``"sigmoid"`` it is half the squared error, summed over the outputs and
    averaged over the rows. ``dropout`` is the share of each hidden layer's values that is set to zero, ``dropconnect``
    that of every weight matrix (one mask a batch; Wan et al. 2013 draw one an example); what is kept is divided by
    the share kept, so nothing has to be changed afterwards. ``layer_norm`` normalises each row where ``batch_norm``
    does each column. With ``residual`` a hidden layer that is as wide as what comes in adds it to what it computes (He et
    al. 2016). Raises ``ValueError`` for anything it does not know.
    """

    sizes: tuple[int, ...]
    hidden: str = "relu"
    output: str = "softmax"
    batch_norm: bool = False
    dropout: float = 0.0
    dropconnect: float = 0.0
    layer_norm: bool = False
    residual: bool = False

    @told
    def __post_init__(self):
        sizes = self.sizes.tolist() if isinstance(self.sizes, np.ndarray) else self.sizes
        whole = isinstance(sizes, (tuple, list, range)) and all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n > 0 for n in sizes
        )
        if not whole or len(sizes) < 2:
            raise ValueError(f"sizes is {sizes!r}; give the width of each layer, inputs first, such as (64, 32, 10)")
        object.__setattr__(self, "sizes", tuple(int(n) for n in sizes))
        if self.hidden not in ACTIVATIONS:
            raise ValueError(f"hidden is {self.hidden!r}; known are {', '.join(ACTIVATIONS)}")
        if self.output not in OUTPUTS:
            raise ValueError(f"output is {self.output!r}; known are {', '.join(OUTPUTS)}")
        for name in ("batch_norm", "layer_norm", "residual"):
            flag(name, getattr(self, name))
        if self.batch_norm and self.layer_norm:
            raise ValueError("batch_norm and layer_norm are both True; a layer has one of them")
        for name in ("dropout", "dropconnect"):
            rate = getattr(self, name)
            if not _is_plain(rate) or not 0 <= rate < 1:
                raise ValueError(f"{name} is {rate!r}; it is the share dropped, at least 0 and less than 1")

    @cached_property
    def _places(self):
        """For each layer the (slice, shape) of its W, b and, with a norm, gamma and beta; None for a row's shape."""
        places, end = [], 0
        for k, (n, m) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            normed = (self.batch_norm or self.layer_norm) and k < len(self.sizes) - 2
            places.append([])
            for shape in [(n, m), (m,), (m,), (m,)][: 4 if normed else 2]:
                places[-1].append((slice(end, end + int(np.prod(shape))), shape if len(shape) > 1 else None))
                end = places[-1][-1][0].stop
        return places

    @cached_property
    def size(self) -> int:
        """How many weights there are in all."""
        return self._places[-1][-1][0].stop

    @told
    def layers(self, w: np.ndarray) -> list[list[np.ndarray]]:
        """Views of ``w``, one list a layer: ``[W, b]``, or ``[W, b, gamma, beta]`` where a norm follows.

        ``W`` has the shape ``(fan_in, fan_out)``. Writing into a view writes into ``w``.
        """
        self._fits(w)
        return self._views(w)

    def _views(self, w):
        return [[w[place].reshape(shape) if shape else w[place] for place, shape in layer] for layer in self._places]

    def is_matrix(self, dtype: DTypeLike = np.float32) -> np.ndarray:
        """1 where the flat vector holds an entry of a matrix ``W``, 0 elsewhere: ``l2=1e-3 * net.is_matrix()``."""
        marks = np.zeros(self.size, dtype)
        for W, *_ in self.layers(marks):
            W[...] = 1
        return marks

    @told
    def init(self, rng: Seed, scheme: str | float = "he", dtype: DTypeLike = np.float32) -> np.ndarray:
        """Random weights, shape ``(size,)``: normal matrices, zero biases, and a norm's factor 1.

        ``scheme`` is ``"he"`` (variance 2 / fan_in; He et al. 2015), ``"xavier"`` (2 / (fan_in + fan_out); Glorot and
        Bengio 2010) or a standard deviation. The same ``rng`` gives the same weights in every dtype.
        """
        named = isinstance(scheme, str) and scheme in SCHEMES
        if not named and not (_is_plain(scheme) and 0 <= scheme < np.inf):
            raise ValueError(f"scheme is {scheme!r}; known are {', '.join(SCHEMES)}, or a standard deviation")
        rng = generator(rng)
        w = np.zeros(self.size, floating(dtype))
        for W, _, *norm in self.layers(w):
            W[...] = rng.standard_normal(W.shape) * (SCHEMES[scheme](*W.shape) if named else scheme)
            if norm:
                norm[0][...] = 1
        return w

    @one_thread()
    @told
    def forward(
        self, w: ArrayLike, X: ArrayLike, rng: Seed | None = None, stats: Stats | None = None
    ) -> list[np.ndarray]:
        """The values of every layer, a list of arrays ``(n, width)``: ``X`` first, the output last."""
        w = self.weights(w)
        X = self.check(w, X)
        steps = self.trace(w, X, rng, stats)
        return [step.x for step in steps] + [self._out(steps[-1].h)]

    @told
    def predict(self, w: ArrayLike, X: ArrayLike, stats: Stats | None = None) -> np.ndarray:
        """The output ``(n, outputs)``: probabilities for softmax. A network with batch norm needs its ``stats``."""
        self._need(stats)
        return self.forward(w, X, stats=stats)[-1]

    @one_thread()
    @told
    def accuracy(self, w: ArrayLike, X: ArrayLike, y: ArrayLike, stats: Stats | None = None) -> float:
        """The share of rows whose largest output is that of their label; for softmax output only."""
        if self.output != "softmax":
            raise ValueError(f"this network has {self.output} output and no labels; measure it by its loss")
        self._need(stats)
        w = self.weights(w)
        X, y = self.check(w, X, y)
        return float(np.mean(np.argmax(self.trace(w, X, None, stats)[-1].h, axis=-1) == y))

    @one_thread()
    @told
    def loss(
        self,
        w: ArrayLike,
        X: ArrayLike,
        y: ArrayLike,
        rng: Seed | None = None,
        stats: Stats | None = None,
    ) -> float:
        """The mean loss of the rows: cross-entropy in nats, or half the squared error."""
        w = self.weights(w)
        X, y = self.check(w, X, y)
        return self.cost(self.trace(w, X, rng, stats)[-1].h, y)

    @one_thread()
    @told
    def grad(
        self,
        w: ArrayLike,
        X: ArrayLike,
        y: ArrayLike,
        rng: Seed | None = None,
        stats: Stats | None = None,
    ) -> np.ndarray:
        """The gradient of ``loss``, shape ``(size,)``; the same ``rng`` draws the same masks."""
        w = self.weights(w)
        X, y = self.check(w, X, y)
        return self.backward(w, X, y, rng, stats)

    @one_thread()
    @told
    def statistics(self, w: ArrayLike, X: ArrayLike, rng: Seed | None = None) -> Stats:
        """What batch norm measures on ``X``: for each hidden layer (mean, variance), each of shape ``(width,)``.

        The variance is the biased one, divided by n: the one that normalises.
        """
        w = self.weights(w)
        return measured(self.trace(w, self.check(w, X), rng))

    def trace(self, w: np.ndarray, X: np.ndarray, rng: Seed | None = None, stats: Stats | None = None) -> list[Step]:
        """Go forward and keep a ``Step`` for each layer. Checks nothing."""
        rng = generator(rng) if rng is not None else None
        self._fits(w)
        function, layers, x, steps = ACTIVATIONS[self.hidden][0], self._views(w), X, []
        for k, (W, b, *scale) in enumerate(layers):
            cut = norm = mask = after = None
            if self.dropconnect:
                W, cut = drop(W, self.dropconnect, rng)
            h = x.dot(W)
            hidden = k < len(layers) - 1
            adds = hidden and self.residual and len(W) == len(b)
            h += b
            if scale:
                h, norm = self._normalised(h, scale, stats[k] if stats is not None else None)
            if hidden:
                after = h = function(h)
                if self.dropout:
                    after, mask = drop(h, self.dropout, rng)
            steps.append(Step(x, W, cut, norm, h, mask, adds))
            x = x + after if adds else after
        return steps

    def _normalised(self, z, scale, stats):
        return normalise_rows(z, *scale) if self.layer_norm else normalise(z, *scale, stats)

    def backward(
        self,
        w: np.ndarray,
        X: np.ndarray,
        y: np.ndarray,
        rng: Seed | None = None,
        stats: Stats | None = None,
        steps: list[Step] | None = None,
    ) -> np.ndarray:
        """The gradient, shape ``(size,)``, from the ``trace`` of these rows, if it is known (``steps``).

        Checks nothing: ``grad`` and ``train`` do, and call this.
        """
        g, steps = np.empty_like(w), steps or self.trace(w, X, rng, stats)
        back_propagate(steps, self._views(g), self._first_delta(steps[-1].h, y), ACTIVATIONS[self.hidden][1])
        if self.dropconnect and rng is not None:
            for step, (dW, *_) in zip(steps, self._views(g), strict=True):
                dW *= step.cut
        return g

    def measure(self, w: np.ndarray, X: np.ndarray, y: np.ndarray, stats: Stats | None = None) -> tuple[float, float]:
        """Loss and accuracy (NaN where there are no labels) from one way forward. Checks nothing."""
        z = self.trace(w, X, None, stats)[-1].h
        return self.cost(z, y), np.mean(np.argmax(z, axis=-1) == y) if self.output == "softmax" else np.nan

    def cost(self, z: np.ndarray, y: np.ndarray) -> float:
        """The mean loss from ``z``, the logits of the last layer. Checks nothing."""
        if self.output == "softmax":
            return log_loss(z, y)
        return float(np.sum((self._out(z) - y) ** 2) / (2 * len(y)))

    def check(
        self, w: np.ndarray, X: ArrayLike, y: ArrayLike | None = None
    ) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """``X`` in the dtype of ``w``, and ``y`` if given; or one line that says what is wrong with them."""
        self._fits(w)
        X = np.asarray(X)
        if X.dtype.kind not in "fiub":
            X = numbers("X", X, "it must be numbers, one row an example")
        X = X.astype(w.dtype, copy=False)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or not len(X):
            raise ValueError(f"X has the shape {X.shape}; it must be (n, {self.sizes[0]}), at least one row")
        if not np.all(np.isfinite(X)):
            raise ValueError("X holds NaN or infinity; every value must be finite")
        if y is None:
            return X
        y, classes = np.asarray(y), self.sizes[-1]
        expected = (len(X),) if self.output == "softmax" else (len(X), classes)
        if y.shape != expected:
            raise ValueError(f"y has the shape {y.shape}; for these X and {self.output} output it must be {expected}")
        if self.output != "softmax":
            if y.dtype.kind not in "fiub" or not np.all(np.isfinite(y)):
                raise ValueError("y holds something else than finite numbers")
            return X, y.astype(X.dtype)
        check_labels(y, classes)
        return X, y

    def weights(self, w: ArrayLike) -> np.ndarray:
        """``w`` as the flat vector of floating-point numbers that the network computes with."""
        w = np.asarray(w)
        self._fits(w)
        return w if w.dtype.kind == "f" else numbers("w", w, "the weights must be numbers")

    def _fits(self, w):
        if np.shape(w) != (self.size,):
            raise ValueError(f"the weights have the shape {np.shape(w)}; this network has ({self.size},)")

    def _need(self, stats):
        if self.batch_norm and stats is None:
            raise ValueError("batch norm needs stats= here, such as training.stats or net.statistics(w, X)")

    def _out(self, z):
        return {"softmax": softmax, "sigmoid": sigmoid, "linear": np.array}[self.output](z)

    def _first_delta(self, z, y):
        """The slope of the loss with respect to the last layer's logits, ``(n, outputs)``."""
        if self.output == "softmax":
            return softmax_slope(z, y)
        out = self._out(z)
        delta = out - y
        if self.output == "sigmoid":
            delta *= out * (1 - out)
        delta /= len(y)
        return delta


def _is_plain(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def softmax_slope(z, y):
    """The slope of the mean cross-entropy, ``(softmax(z) - one_hot(y)) / n``, shape as ``z``."""
    delta = shares(z)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    return delta


def back_propagate(steps, grads, delta, slope):
    """The chain rule, last layer first: fills ``grads``; ``delta`` is dL/dz."""
    ones = np.ones(len(delta), delta.dtype)
    for step, (dW, db, *dnorm) in reversed(list(zip(steps, grads, strict=True))):
        past = delta
        if step is not steps[-1]:
            delta = before_activation(delta, step, dnorm, slope)
        step.x.T.dot(delta, out=dW)
        ones.dot(delta, out=db)  # the sum over the rows
        if step is not steps[0]:
            delta = delta.dot(step.W.T.copy())  # a copy by rows is faster
            delta = delta + past if step.adds else delta


def before_activation(delta, step, dnorm, slope):
    """From dL/dh of a hidden layer to dL/dz: back through dropout, activation and norm."""
    there = None if step.adds else delta  # a residual layer needs what came, too; else it is written over
    if step.mask is not None:
        delta = np.multiply(delta, step.mask, out=there)
    delta = np.multiply(delta, slope(step.h), out=there)
    if step.norm is None:
        return delta
    back = normalise_back if isinstance(step.norm, Norm) else normalise_rows_back
    return back(delta, step.norm, *dnorm)


def drop(h, rate, rng):
    """Inverted dropout: a share ``rate`` of ``h`` set to zero, the rest divided by
    ``1 - rate``; and the mask."""
    if rng is None or not rate:
        return h, None
    kept = rng.random(h.shape, dtype=np.float32) >= rate
    mask = kept * h.dtype.type(1 / (1 - rate))
    return h * mask, mask


def normalise(z, gamma, beta, stats=None):
    """Batch norm (Ioffe and Szegedy 2015): each column to mean 0 and variance 1,
    then times ``gamma`` plus ``beta``.

    A column that does not vary becomes ``beta``. Returns the result and what the
    way back needs.
    """
    mean, var = stats if stats is not None else (z.mean(axis=0), z.var(axis=0))
    inverse = 1 / np.sqrt(var + NORM_EPS)
    hat = (z - mean) * inverse
    norm = Norm(hat, inverse, mean, var, gamma, stats is not None)
    return gamma * hat + beta, norm


def measured(steps):
    """The (mean, variance) that batch norm used in each layer of a ``trace``."""
    return [(step.norm.mean, step.norm.var) for step in steps if isinstance(step.norm, Norm)]


def normalise_back(delta, norm, dgamma, dbeta):
    """The slope before batch norm from the slope after it; writes those of gamma
    and beta into their views."""
    np.sum(delta * norm.hat, axis=0, out=dgamma)
    np.sum(delta, axis=0, out=dbeta)
    if not norm.frozen:
        # Moving one value also moves its column's mean and variance: take those
        # two directions out.
        delta = delta - (dbeta + norm.hat * dgamma) / len(delta)
    return delta * (norm.gamma * norm.inverse)


def normalise_rows(z, gamma, beta):
    """Layer norm (Ba, Kiros and Hinton 2016): each row to mean 0 and variance 1,
    then each column times its ``gamma`` plus its ``beta``."""
    mean, var = z.mean(axis=1, keepdims=True), z.var(axis=1, keepdims=True)
    inverse = 1 / np.sqrt(var + NORM_EPS)
    hat = (z - mean) * inverse
    return gamma * hat + beta, RowNorm(hat, inverse, gamma)


def normalise_rows_back(delta, norm, dgamma, dbeta):
    """The slope before layer norm from the slope after it; writes those of gamma
    and beta into their views."""
    np.sum(delta * norm.hat, axis=0, out=dgamma)
    np.sum(delta, axis=0, out=dbeta)
    delta = delta * norm.gamma
    along = np.mean(delta * norm.hat, axis=1, keepdims=True)
    return (delta - delta.mean(axis=1, keepdims=True) - norm.hat * along) * norm.inverse


@told
def running_statistics(stats: Stats | None, batch: Stats, share: float = 0.1, n: int | None = None) -> Stats:
    """Running averages for batch norm: ``(1 - share)`` of ``stats`` plus ``share`` of the ``batch``'s, layer by layer.

    With the batch's size ``n`` its variance counts as ``n / (n - 1)`` of itself, the unbiased one, as in PyTorch
    (``share=0.1``); without, as it is, as in Keras (``share=0.01``). ``stats=None`` starts from mean 0, variance 1.
    """
    wide = 1 if n is None or n < 2 else n / (n - 1)
    stats = stats or [(np.zeros_like(mean), np.ones_like(var)) for mean, var in batch]
    return [
        ((1 - share) * mean + share * new_mean, (1 - share) * var + share * wide * new_var)
        for (mean, var), (new_mean, new_var) in zip(stats, batch, strict=True)
    ]


@told
def fold_batch_norm(net: Network, w: ArrayLike, stats: Stats) -> tuple[Network, np.ndarray]:
    """``(net, w)`` of an equal network without batch norm: it disappears into the matrices before it."""
    net._need(stats)
    w = net.weights(w)
    plain = replace(net, batch_norm=False)
    folded = np.empty(plain.size, w.dtype)
    for k, ((W, b, *scale), (V, c)) in enumerate(zip(net.layers(w), plain.layers(folded), strict=True)):
        if scale:
            gamma, beta = scale
            mean, var = stats[k]
            factor = gamma / np.sqrt(var + NORM_EPS)
            V[...], c[...] = W * factor, (b - mean) * factor + beta
        else:
            V[...], c[...] = W, b
    return plain, folded


def clip_by_value(g, limit):
    """Each slope cut to ``-limit .. limit``; this can turn the gradient."""
    return np.clip(g, -limit, limit)


def clip_by_norm(g, limit):
    """The whole gradient shortened to the length ``limit`` where it is longer; its
    direction stays."""
    length = np.sqrt(g @ g)
    return g * (limit / length) if length > limit else g


def penalised(grad, l2=0.0, l1=0.0):
    """The gradient of ``loss + l2/2 * sum(w**2) + l1 * sum(abs(w))``; arrays give
    each weight its own strength.

    The half makes the slope ``l2 * w``: PyTorch's ``weight_decay=l2``, Keras's
    ``L2(l2 / 2)``.
    """
    return lambda w: grad(w) + l2 * w + l1 * np.sign(w)


@told
def soft_threshold(w: ArrayLike, amount: ArrayLike) -> np.ndarray:
    """Each weight moved towards zero by ``amount``, and those that would pass it set to exactly zero."""
    if not np.all(np.asarray(amount) >= 0):
        raise ValueError(f"amount is {short(amount)}; it must not be negative")
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)
