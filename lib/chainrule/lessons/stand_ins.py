"""What the lesson on generalization goes on with where an answer isn't right yet."""

import numpy as np

from chainrule.regularize import EarlyStopping


def whole_groups(groups, order, least):
    """Which rows belong to the first groups of `order` that have `least` rows."""
    place = np.argsort(order)[np.searchsorted(np.sort(order), groups)]
    last = np.sort(place)[least - 1]
    return place <= last


def ridge_line(X, y, lam):
    """w and b under decay: least squares in which more rows ask for small weights."""
    import torch

    X, y = torch.tensor(X), torch.tensor(y)
    n, columns = X.shape
    rows = torch.cat([X, torch.ones(n, 1, dtype=X.dtype)], dim=1)
    decayed = (n * lam) ** 0.5 * torch.eye(columns, columns + 1, dtype=X.dtype)
    wanted = torch.cat([y, torch.zeros(columns, dtype=X.dtype)])
    found = torch.linalg.lstsq(torch.cat([rows, decayed]), wanted[:, None])[0][:, 0]
    return found[:-1].numpy(), found[-1].numpy()


def grown(images, labels, held, change, copies):
    """The training images with changed copies of them, and the labels of all."""
    import torch

    own, named = torch.tensor(images)[~held], torch.tensor(labels)[~held]
    changed = [change(own.numpy(), k).copy() for k in range(1, copies + 1)]
    made = torch.cat([own, *map(torch.tensor, changed)])
    return made.numpy(), named.repeat(copies + 1).numpy()


def train_head(W1, b1, X, Y, lam, rate, steps):
    """W and b of a linear layer on the features of a frozen one, slopes by Tensors."""
    from chainrule import losses, ops
    from chainrule.tensor import Tensor

    features = np.maximum(X @ W1.T + b1, 0)
    W = Tensor(np.zeros((Y.shape[1], len(b1))), requires_grad=True)
    b = Tensor(np.zeros(Y.shape[1]), requires_grad=True)
    for _ in range(steps):
        W.grad = b.grad = None
        loss = losses.cross_entropy(ops.linear(features, W, b), Y)
        (loss + lam * (W * W).sum()).backward()
        W.data = W.data - rate * W.grad
        b.data = b.data - rate * b.grad
    return W.data, b.data


def new_error(F, y, F_new, y_new, lam):
    """The mean squared error on new rows, of decayed weights or of the shortest."""
    import torch

    F, y = torch.tensor(F), torch.tensor(y)
    if lam > 0:
        more = len(F) * lam * torch.eye(len(F), dtype=F.dtype)
        w = F.T @ torch.linalg.solve(F @ F.T + more, y)
    else:
        w = torch.linalg.pinv(F) @ y
    return float(np.mean((F_new @ w.numpy() - y_new) ** 2))


class LibraryStopper:
    """The library's EarlyStopping, asked as a Stopper is."""

    def __init__(self, patience, min_delta):
        self.weights = None
        self.rule = EarlyStopping(self, patience, min_delta)

    def state(self):
        return self.weights

    def update(self, loss, weights):
        self.weights = weights.copy()
        return self.rule.update(loss)

    @property
    def best_loss(self):
        """The loss whose weights are kept."""
        return self.rule.best


class OneCheckLater(LibraryStopper):
    """The library's rule as a Stopper has it, where the first loss is a number.

    The library stops at loss number `patience`, one before a Stopper does, and at NaN.
    """

    def __init__(self, patience, min_delta):
        super().__init__(patience + 1, min_delta)
        self.lowest = float("inf")

    def update(self, loss, weights):
        self.lowest = min(self.lowest, loss)  # the first of two where one is NaN
        return super().update(1e300 if np.isnan(loss) else loss, weights)

    @property
    def best_loss(self):
        return self.lowest
