"""The training loop, the history it leaves, and a file to go on from another day."""

import json
from time import monotonic

import numpy as np

from chainrule.data import batches
from chainrule.settings import within
from chainrule.tensor import no_grad


class History(dict):
    """Curves by name, one number per epoch; `stopped` says why training ended early."""

    stopped = ""

    def add(self, numbers):
        """Append one number to each curve."""
        for name, number in numbers.items():
            self.setdefault(name, []).append(number)


def accuracy(logits, y):
    """The share of rows whose largest logit is the right class.

    logits (n, classes), y (n,) class numbers. Raises ValueError for other shapes. A
    row that holds NaN has no largest logit, and counts as wrong.
    """
    if logits.ndim != 2 or np.shape(y) != logits.shape[:1]:
        raise ValueError(
            f"accuracy got logits of shape {logits.shape} and labels of shape "
            f"{np.shape(y)}. Try logits (n, classes) and labels (n,)."
        )
    known = ~np.isnan(logits).any(axis=1)
    return float(((logits.argmax(axis=1) == y) & known).mean())


def descend(model, loss, optimizer, x, y):
    """One step on one batch: forward, backward, update. Returns the loss before it."""
    optimizer.zero_grad()
    error = loss(model(x), y)
    error.backward()
    optimizer.step()
    return float(error.data)


def evaluate(model, functions, x, y, size=1000):
    """The mean of each function(output, y) over all rows, by name, in eval mode.

    No graph is recorded; `size` rows are held at a time. Raises ValueError where there
    are no rows, or where two functions share a name.
    """
    within("evaluate", "size", size, "[1, inf)")
    functions = list(functions)
    totals = {f.__name__: 0.0 for f in functions}
    if len(totals) < len(functions) or not len(x):
        raise ValueError(
            f"evaluate got {len(x)} rows for {[f.__name__ for f in functions]}. "
            "Try at least one row, and a name of its own for each function."
        )
    model.eval()
    for i in range(0, len(x), size):
        part = slice(i, i + size)
        with no_grad():
            out = model(x[part]).data
        for f in functions:
            totals[f.__name__] += float(f(out, y[part])) * len(out) / len(x)
    return totals


def fit(
    model,
    loss,
    optimizer,
    train,
    valid,
    *,
    epochs,
    size,
    rng,
    metrics=(),
    schedule=None,
    stopping=None,
    augment=None,
):
    """Minibatch descent: shuffle, forward, backward, step; then measure on `valid`.

    `train` and `valid` are pairs (x, y); an epoch is ceil(n / size) steps. `schedule`
    maps the number of steps so far to a rate. `stopping` is an EarlyStopping: at the
    end the best weights come back. `augment` maps a training batch (x, y) to another.
    Returns a History of "train loss", "valid loss" and one curve per metric.
    """
    history, metrics = History(), tuple(metrics)
    for epoch in range(1, epochs + 1):
        model.train()
        total = 0.0
        for rows in progress(batches(len(train[0]), size, rng), epoch, epochs):
            x, y = train[0][rows], train[1][rows]
            if augment:
                x, y = augment(x, y)
            if schedule:
                optimizer.lr = schedule(optimizer.t)
            total += descend(model, loss, optimizer, x, y) * len(rows)
        seen = evaluate(model, (loss, *metrics), *valid)
        valid_loss = seen.pop(loss.__name__)
        losses = {"train loss": total / len(train[0]), "valid loss": valid_loss}
        history.add(losses | seen)
        print("".join(f"  {k} {v[-1]:.4f}" for k, v in history.items()))
        if stopping and stopping.update(valid_loss):
            history.stopped = stopping.reason
            print(history.stopped)
            break
    if stopping:
        stopping.restore_best()
    return history


def progress(items, epoch, epochs, width=20):
    """Yield the items while one line of text fills, which any saved notebook keeps."""
    shown = 0.0
    for i, item in enumerate(items, start=1):
        yield item
        if monotonic() > shown + 0.2 or i == len(items):
            shown, done = monotonic(), width * i // len(items)
            bar = "#" * done + "." * (width - done)
            print(
                f"\repoch {epoch:{len(str(epochs))}}/{epochs} {bar}", end="", flush=True
            )


def save(path, rng, **parts):
    """Write models, optimizers and the generator's place into one .npz, without pickle.

    Each part has `state()` and `restore(state)`. Dropout goes on to the same numbers if
    it draws from this same generator.
    """
    states = {name: part.state() for name, part in parts.items()}
    arrays = {
        f"{n}/{key}": v for n, state in states.items() for key, v in state.items()
    }
    np.savez(path, rng=json.dumps(rng.bit_generator.state), **arrays)


def restore(path, rng, **parts):
    """Put back what `save` wrote; training then goes on as if it had never stopped."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    for name, part in parts.items():
        head = f"{name}/"
        state = {
            k.removeprefix(head): v for k, v in arrays.items() if k.startswith(head)
        }
        if not state:
            raise ValueError(
                f"{path} holds no {name!r}. Try one of: "
                f"{', '.join(sorted({k.partition('/')[0] for k in arrays} - {'rng'}))}."
            )
        part.restore(state)
    rng.bit_generator.state = json.loads(str(arrays["rng"]))
