"""Eight ways to turn gradients into steps, and five ways to change the rate on the way.

Each optimizer is one `update(g)`: the step to subtract, in the letters of its paper.
Parameters lie end to end in one flat vector `theta`, of which every Tensor's data is a
view, so a step costs a few array operations however many parameters there are.
Longer than the other modules: eight optimizers are best compared side by side.
"""

from math import cos, isfinite, pi

import numpy as np

from chainrule.settings import within


class Optimizer:
    """Subtracts `update(g)` from the parameters; `remembers` names its flat vectors.

    `lr` may change between steps; `t` counts them. `weight_decay` adds that multiple of
    theta to the gradient (the slope of half its square), as torch.optim does.
    """

    remembers = ()

    def __init__(self, parameters, lr, weight_decay=0.0):
        self.parameters = list(parameters)
        self.lr, self.t = lr, 0
        self.weight_decay = self._setting("weight_decay", weight_decay, "[0, inf)")
        self.theta, self._views = _flat(self._name, self.parameters)
        self._g = np.empty_like(self.theta)
        for name in self.remembers:
            setattr(self, name, np.zeros_like(self.theta))

    @property
    def _name(self):
        return type(self).__name__

    def _setting(self, name, value, interval):
        return within(self._name, name, value, interval)

    def _guard(self, eps):
        """eps, which keeps a division by 0 away: in no type may it be 0 itself."""
        self._setting("eps", eps, "(0, inf)")
        if self.theta.dtype.type(eps) == 0:
            raise ValueError(
                f"{self._name} got eps = {eps}, which is 0 in {self.theta.dtype}. Try "
                "1e-4, or parameters of float32."
            )
        return eps

    @property
    def lr(self):
        """The learning rate of the next step."""
        return self._lr

    @lr.setter
    def lr(self, rate):
        if not (isfinite(rate) and rate >= 0):
            raise ValueError(
                f"{self._name} got a learning rate of {rate}. "
                "Try a small positive number such as 0.001."
            )
        # A rate from NumPy would promote float32 vectors; a Python float does not.
        self._lr = float(rate)

    def step(self):
        """Change every parameter in place by one update.

        Raises ValueError where a gradient is missing, FloatingPointError where one is
        NaN or infinite; the parameters are then as they were.
        """
        g = self._gradient()
        for p, view in zip(self.parameters, self._views, strict=True):
            if p.data is not view:  # someone gave it other numbers
                view[...] = p.data
        self.t += 1
        if self.weight_decay:
            g += self.weight_decay * self.theta
        self.theta -= self.update(g)
        for p, view in zip(self.parameters, self._views, strict=True):
            p.data = view  # so that a Tensor knows it has changed

    def zero_grad(self):
        """Forget the gradients, so that the next backward starts from nothing."""
        for p in self.parameters:
            p.grad = None

    def state(self):
        """All that the next step depends on besides the gradients, as arrays."""
        vectors = {name: getattr(self, name).copy() for name in self.remembers}
        return {"t": np.array(self.t), "lr": np.array(self.lr), **vectors}

    def restore(self, state):
        """Continue as the optimizer that gave `state` would have.

        Raises ValueError where a vector is missing or has another length.
        """
        if missing := {"t", "lr", *self.remembers} - set(state):
            raise ValueError(
                f"{self._name}.restore found no {', '.join(sorted(missing))}. "
                "Try the kind of optimizer that the state was saved from."
            )
        for name in self.remembers:
            if np.shape(state[name]) != self.theta.shape:
                raise ValueError(
                    f"{self._name}.restore found {name} of shape "
                    f"{np.shape(state[name])} for {self.theta.size} parameters. Try "
                    "the model that the state was saved with."
                )
            getattr(self, name)[:] = state[name]
        self.t, self.lr = int(state["t"]), float(state["lr"])

    def _gradient(self):
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                raise ValueError(
                    f"{self._name}.step: parameter {i} of shape {p.data.shape} has no "
                    "gradient. Try calling backward() on the loss before step()."
                )
            if not np.shape(p.grad) == p.data.shape == self._views[i].shape:
                raise ValueError(
                    f"{self._name}.step: parameter {i} had shape {self._views[i].shape}"
                    f", and has {p.data.shape} with a gradient of {np.shape(p.grad)}. "
                    "Try a gradient of its shape, and a new optimizer for a new shape."
                )
        g = np.concatenate([p.grad.ravel() for p in self.parameters], out=self._g)
        # One NaN or infinity makes the dot product so, in a single fast pass; huge
        # numbers may too, so a failure is looked at again.
        with np.errstate(over="ignore", invalid="ignore"):
            suspect = not isfinite(np.dot(g, g))
        if suspect:
            self._refuse_non_finite()
        return g

    def _refuse_non_finite(self):
        for i, p in enumerate(self.parameters):
            if not np.isfinite(p.grad).all():
                raise FloatingPointError(
                    f"{self._name}.step: the gradient of parameter {i} of shape "
                    f"{p.data.shape} holds NaN or infinity. Try a smaller learning "
                    "rate, or regularize.clip_norm before the step."
                )


def _flat(name, parameters):
    """All parameters end to end in one new vector, and each one's part of it."""
    if not parameters:
        raise ValueError(f"{name} got no parameters. Try model.parameters().")
    if len({id(p) for p in parameters}) < len(parameters):
        raise ValueError(f"{name} got one parameter twice. Try listing each once.")
    if len(kinds := {p.data.dtype for p in parameters}) > 1:
        raise ValueError(
            f"{name} got parameters of {' and '.join(sorted(map(str, kinds)))}. "
            "Try making all of them the same."
        )
    theta = np.concatenate([p.data.ravel() for p in parameters])
    ends = np.cumsum([p.data.size for p in parameters])
    shares = zip(np.split(theta, ends[:-1]), parameters, strict=True)
    return theta, [part.reshape(p.data.shape) for part, p in shares]


class SGD(Optimizer):
    """Down the gradient: theta <- theta - lr g. Robbins and Monro 1951."""

    def update(self, g):
        return self.lr * g


class Momentum(Optimizer):
    """A ball that rolls: z <- beta z + g, theta <- theta - lr z.

    Polyak 1964, in torch's form: the steady step is 1 / (1 - beta) times SGD's.
    """

    remembers = ("z",)

    def __init__(self, parameters, lr, beta=0.9, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.beta = self._setting("beta", beta, "[0, 1)")

    def update(self, g):
        self.z *= self.beta
        self.z += g
        return self.lr * self.z


class Nesterov(Momentum):
    """Momentum that looks ahead: the step is lr (g + beta z), with z already moved.

    Nesterov 1983; Sutskever et al. 2013, in torch's form.
    """

    def update(self, g):
        self.z *= self.beta
        self.z += g
        return self.lr * (g + self.beta * self.z)


class AdaGrad(Optimizer):
    """Each coordinate's rate falls with the squares it has seen: s <- s + g^2.

    Duchi, Hazan, Singer 2011.
    """

    remembers = ("s",)

    def __init__(self, parameters, lr, eps=1e-10, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.eps = self._guard(eps)

    def update(self, g):
        self.s += g * g
        return self.lr * g / (np.sqrt(self.s) + self.eps)


class RMSProp(Optimizer):
    """AdaGrad that forgets: s <- rho s + (1 - rho) g^2. Tieleman and Hinton 2012."""

    remembers = ("s",)

    def __init__(self, parameters, lr, rho=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.rho = self._setting("rho", rho, "[0, 1)")
        self.eps = self._guard(eps)

    def update(self, g):
        self.s += (1 - self.rho) * (g * g - self.s)
        return self.lr * g / (np.sqrt(self.s) + self.eps)


class AdaDelta(Optimizer):
    """Steps in the units of theta: RMS[delta] / RMS[g] times g, and lr is usually 1.

    Zeiler 2012, algorithm 1.
    """

    remembers = ("E_g2", "E_delta2")

    def __init__(self, parameters, lr, rho=0.9, eps=1e-6, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.rho = self._setting("rho", rho, "[0, 1)")
        self.eps = self._guard(eps)

    def update(self, g):
        self.E_g2 += (1 - self.rho) * (g * g - self.E_g2)
        delta = np.sqrt((self.E_delta2 + self.eps) / (self.E_g2 + self.eps)) * g
        self.E_delta2 += (1 - self.rho) * (delta * delta - self.E_delta2)
        return self.lr * delta


class Adam(Optimizer):
    """Running means of g and g^2, each divided by the weight it has gathered so far.

    An average begun at 0 has total weight 1 - beta^t after t steps; m_hat and v_hat
    undo that and are never stored back. Kingma and Ba 2015, algorithm 1.
    """

    remembers = ("m", "v")

    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.beta1, self.beta2 = (self._setting("beta", b, "[0, 1)") for b in betas)
        self.eps = self._guard(eps)

    def update(self, g):
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g * g - self.v)
        m_hat = self.m / (1 - self.beta1**self.t)
        v_hat = self.v / (1 - self.beta2**self.t)
        return self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    """Adam whose weights shrink by lr * weight_decay a step, apart from the gradient.

    In Adam an L2 term would be divided by sqrt(v) with the rest of the gradient, so
    the most active weights would decay least. Loshchilov and Hutter 2019, algorithm 2.
    """

    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, betas, eps)
        self.decay = self._setting("weight_decay", weight_decay, "[0, inf)")

    def update(self, g):
        share = self._setting("lr * weight_decay", self.lr * self.decay, "[0, 1]")
        self.theta *= 1 - share
        return super().update(g)


def step_decay(lr, every, gamma):
    """The rate falls by a factor gamma every so many steps."""
    within("step_decay", "every", every, "[1, inf)")
    return lambda t: lr * gamma ** (t // every)


def exponential(lr, gamma):
    """The rate falls by a factor gamma each step."""
    return lambda t: lr * gamma**t


def cosine(lr, steps, lr_min=0.0):
    """The rate falls along half a cosine and then stays. Loshchilov and Hutter 2017."""
    within("cosine", "steps", steps, "[1, inf)")
    return lambda t: _cosine(lr, lr_min, t, steps)


def warm_up(then, steps, start=0.0):
    """The rate climbs in a line from start * then(0) to then(0), and follows `then`.

    Goyal et al. 2017. `then` counts its own steps from 0.
    """
    within("warm_up", "steps", steps, "[0, inf)")
    return lambda t: (
        then(0) * (start + (1 - start) * t / steps) if t < steps else then(t - steps)
    )


def one_cycle(lr_max, steps, rise=0.3):
    """Up from lr_max / 25 to lr_max in the first `rise` of the steps, then down to 0.

    Both along half a cosine, down to lr_max / 250,000. Smith and Topin 2018.
    """
    within("one_cycle", "rise", rise, "[0, 1]")
    top = within("one_cycle", "steps", steps, "[1, inf)") * rise - 1

    def rate(t):
        if t <= top:
            return _cosine(lr_max / 25, lr_max, t, top)
        return _cosine(lr_max, lr_max / 25e4, t - top, steps - 1 - top)

    return rate


def _cosine(first, last, t, steps):
    part = min(t / steps, 1) if steps > 0 else 1
    return last + (first - last) * (1 + cos(pi * part)) / 2
