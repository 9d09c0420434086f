"""The rules as the frameworks define them, each with its own defaults: ``CONVENTIONS["keras"]["adam"]``.

An entry is a rule as in ``descent.rules``: ``x, *memory = rule(x, grad, t, *memory, **hyperparameters)``. Its
hyperparameters keep the names of this course. Given the same numbers it takes the steps of PyTorch 2.13 (``torch``),
Keras 3.15 (``keras``, which is also ``tf.keras`` from 2.16 on), ``tf.keras`` up to 2.10 (``tfkeras``; later its
``tf.keras.optimizers.legacy``), optax 0.2.8 (``optax``) and TensorFlow 2.21's ``tf.compat.v1.train`` (``tf1``), to 1e-12;
``tests/test_conventions.py`` compares them. Where a framework has no such method, there is no entry.

Memory starts at zero here too. Where a framework starts it elsewhere, the rule adds what is missing. All five report
Nesterov's look-ahead point, ``x + mu * v`` of ``nag``, and so do these entries.
"""

from descent.frameworks.entries import CONVENTIONS
from descent.frameworks.rules import momentum_outside
from descent.frameworks.translate import Translation, translate

__all__ = ["CONVENTIONS", "Translation", "momentum_outside", "translate"]
