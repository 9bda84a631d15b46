"""Layers: functions that own parameters, and some that behave otherwise in training.

A layer is called with a Tensor or array whose first axis is the batch. A function
without parameters is already a layer, so `relu` or `flatten` stands in a Sequential as
it is. Weights are (out, in) or (out, in, height, width), as torch stores them, and
float32 unless asked otherwise.

Longer than most modules: layers that behave alike are best read side by side.
"""

from math import prod

import numpy as np

from chainrule import init, ops
from chainrule.settings import within
from chainrule.tensor import Tensor


class Layer:
    """What all layers can do. Parameters are its Tensors, buffers its arrays.

    They are looked for in its attributes, in layers among these, and in lists, tuples
    and dicts of either. A layer that is held twice shares its parameters.
    """

    training = True

    def parameters(self):
        """The Tensors an optimizer may change: each once, if it requires a gradient."""
        tensors = [v for v in self._numbers().values() if isinstance(v, Tensor)]
        return list(dict.fromkeys(p for p in tensors if p.requires_grad))

    def train(self, training=True):
        """Behave as in training: dropout drops, batch norm looks at its batch."""
        self.training = training
        for _, part in self._parts():
            if isinstance(part, Layer):
                part.train(training)
        return self

    def eval(self):
        """Behave as at test time: an example's output depends on that example alone."""
        return self.train(False)

    def state(self):
        """Copies of all numbers that the output depends on, by name."""
        return {name: np.array(_value(v)) for name, v in self._numbers().items()}

    def restore(self, state):
        """Take back the numbers that `state()` gave.

        Raises ValueError where a name is missing or a shape differs.
        """
        for name, numbers in self._numbers().items():
            if name not in state or np.shape(state[name]) != numbers.shape:
                found = np.shape(state[name]) if name in state else "nothing"
                raise ValueError(
                    f"restore needs {name} of shape {numbers.shape} and found {found}. "
                    "Try the same layers as when the state was saved."
                )
            numbers[...] = state[name]

    def _parts(self):
        """(name, part) of all that it holds, with lists, tuples and dicts opened."""
        return _opened(vars(self).items())

    def _numbers(self):
        """Its Tensors and arrays by name, those of the layers inside it included."""
        numbers = {}
        for name, part in self._parts():
            if isinstance(part, Layer):
                inner = part._numbers().items()
                numbers |= {f"{name}.{k}": v for k, v in inner}
            elif isinstance(part, Tensor | np.ndarray):
                numbers[name] = part
        return numbers


def _opened(pairs):
    for name, part in pairs:
        if isinstance(part, list | tuple):
            yield from _opened((f"{name}.{i}", p) for i, p in enumerate(part))
        elif isinstance(part, dict):
            yield from _opened((f"{name}.{k}", p) for k, p in part.items())
        else:
            yield name, part


class Sequential(Layer):
    """One layer after the other: the output of each is the input of the next."""

    def __init__(self, *layers):
        for layer in layers:
            if not callable(layer):
                raise TypeError(
                    f"Sequential got a {type(layer).__name__}, which can't be called. "
                    "Try Sequential(*layers)."
                )
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def _parts(self):
        numbered = {str(i): layer for i, layer in enumerate(self.layers)}
        more = {name: part for name, part in vars(self).items() if name != "layers"}
        return _opened((numbered | more).items())


class Linear(Layer):
    """x W^T + b: from (n, n_in) to (n, n_out), with W (n_out, n_in)."""

    def __init__(self, n_in, n_out, rng, start=init.he_normal, dtype=np.float32):
        self.W = _parameter(start((n_out, n_in), rng), dtype)
        self.b = _parameter(init.zeros(n_out), dtype)

    def __call__(self, x):
        return ops.linear(x, self.W, self.b)


class Conv2d(Layer):
    """The same small weights at every place: (n, c_in, h, w) to (n, c_out, h', w').

    Cross-correlation, h' = floor((h + 2 padding - reach) / stride) + 1, where a kernel
    reaches over dilation (size - 1) + 1 pixels.
    """

    def __init__(
        self,
        c_in,
        c_out,
        size,
        rng,
        stride=1,
        padding=0,
        dilation=1,
        start=init.he_normal,
        dtype=np.float32,
    ):
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.W = _parameter(start((c_out, c_in, size, size), rng), dtype)
        self.b = _parameter(init.zeros(c_out), dtype)

    def __call__(self, x):
        how = self.stride, self.padding, self.dilation
        return ops.conv2d(x, self.W, self.b, *how)


class MaxPool2d(Layer):
    """The largest value of each window of size x size, windows side by side."""

    def __init__(self, size):
        self.size = size

    def __call__(self, x):
        return ops.max_pool2d(x, self.size)


class AvgPool2d(Layer):
    """The mean of each window of size x size, windows side by side."""

    def __init__(self, size):
        self.size = size

    def __call__(self, x):
        return ops.avg_pool2d(x, self.size)


class Dropout(Layer):
    """In training an entry is dropped with chance p_drop, else divided by 1 - p_drop.

    So the mean is kept, and at test time nothing is left to do ("inverted" dropout).
    In Srivastava et al. 2014, p is the chance to keep.
    """

    def __init__(self, p_drop, rng):
        self.p_drop, self.rng = within("Dropout", "p_drop", p_drop, "[0, 1)"), rng

    def __call__(self, x):
        if not self.training:
            return x
        x = ops.floats(x)
        kept = self.rng.random(x.shape) >= self.p_drop
        return x * (kept / (1 - self.p_drop)).astype(x.dtype)


class BatchNorm(Layer):
    """Each feature to mean 0 and variance 1 over the batch, then gamma times plus beta.

    x is (n, features) or (n, features, h, w). Training divides by the biased variance
    and remembers the unbiased one, as torch does; eval uses what is remembered.
    `momentum` is the share of the newest batch. Ioffe and Szegedy 2015.
    """

    def __init__(self, features, momentum=0.1, eps=1e-5, dtype=np.float32):
        self.momentum = within("BatchNorm", "momentum", momentum, "[0, 1]")
        self.eps = within("BatchNorm", "eps", eps, "[0, inf)")
        self.gamma = _parameter(np.ones(features), dtype)
        self.beta = _parameter(np.zeros(features), dtype)
        self.running_mean = np.zeros(features, dtype)
        self.running_var = np.ones(features, dtype)

    def __call__(self, x):
        _demand_features("BatchNorm", self.gamma.size, x, 1)
        shape = (1, -1) + (1,) * (x.ndim - 2)
        axes = (0, *range(2, x.ndim))
        if self.training:
            self._remember(_value(x), axes)
            x_hat = ops.normalize(x, axes, self.eps)
        else:
            scale = 1 / np.sqrt(self.running_var + self.eps)
            x_hat = (x - self.running_mean.reshape(shape)) * scale.reshape(shape)
        return self.gamma.reshape(shape) * x_hat + self.beta.reshape(shape)

    def _remember(self, x, axes):
        n = x.size // x.shape[1]
        if n < 2:
            raise ValueError(
                f"BatchNorm in training got shape {x.shape}: one value per feature has "
                "no variance. Try a larger batch, or eval()."
            )
        x = x.astype(np.result_type(x, np.float32), copy=False)  # squares need room
        mean = x.mean(axes, keepdims=True)
        var = x.var(axes, ddof=1, mean=mean)
        self.running_mean += self.momentum * (mean.ravel() - self.running_mean)
        self.running_var += self.momentum * (var - self.running_var)


class LayerNorm(Layer):
    """Each example alone with mean 0 and variance 1 over its last axis, then rescaled.

    The same in training and at test time. Ba, Kiros, Hinton 2016.
    """

    def __init__(self, features, eps=1e-5, dtype=np.float32):
        self.eps = within("LayerNorm", "eps", eps, "[0, inf)")
        self.gamma = _parameter(np.ones(features), dtype)
        self.beta = _parameter(np.zeros(features), dtype)

    def __call__(self, x):
        _demand_features("LayerNorm", self.gamma.size, x, -1)
        return self.gamma * ops.normalize(x, -1, self.eps) + self.beta


def flatten(x):
    """(n, ...) to (n, all the rest): from images to rows."""
    return x.reshape(x.shape[0], prod(x.shape[1:]))


def _demand_features(name, features, x, axis):
    """One gamma for each feature: a single one would be repeated without a word."""
    if x.shape[axis:][:1] != (features,):
        raise ValueError(
            f"{name}({features}) got shape {x.shape}. Try as many features as axis "
            f"{axis} is long."
        )


def _parameter(start, dtype):
    return Tensor(start.astype(dtype), requires_grad=True)


def _value(x):
    return x.data if isinstance(x, Tensor) else x
