"""A small network, trained rightly or with one of eight faults, and what is logged."""

import numpy as np

CLASSES, INPUTS, HIDDEN, ROWS = 6, 10, 32, 240
EPOCHS, SIZE, RATE = 12, 24, 0.2
FAULTS = range(1, 9)  # as the notebook numbers them; 0 is the right run


def measured(fault, rng, rows=ROWS, epochs=EPOCHS):
    """The training loss before each step, and the validation loss after each epoch."""
    X, y, X_valid, y_valid = groups(fault, rng, rows)
    weights = first_weights(fault, rng)
    rate = 20 * RATE if fault == 1 else RATE
    train, valid = [], []
    for _epoch in range(epochs):
        order = np.arange(len(X)) if fault == 4 else rng.permutation(len(X))
        labels = rng.permutation(order) if fault == 3 else order
        for at in range(0, len(X), SIZE):
            batch = slice(at, at + SIZE)
            loss, slopes = backward(weights, X[order[batch]], y[labels[batch]])
            for w, dw in zip(weights, slopes, strict=True):
                w -= rate * dw
            train.append(loss)
            rate *= 0.6 if fault == 8 else 1
        valid.append(loss_of(forward(weights, X_valid)[1], y_valid)[0])
    return rounded(train), rounded(valid)


def rounded(losses):
    return [float(f"{loss:.4g}") for loss in losses]


def groups(fault, rng, rows=ROWS):
    """Rows around one centre for each class, standardized; sorted for fault 4."""
    centres = rng.normal(0, 1, (CLASSES, INPUTS))
    y, y_valid = np.arange(rows) % CLASSES, np.arange(ROWS) % CLASSES
    raw, raw_valid = (
        20 + 5 * (centres[labels] + rng.normal(0, 1, (len(labels), INPUTS)))
        for labels in (y, y_valid)
    )
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    X, X_valid = (raw - mean) / spread, (raw_valid - mean) / spread
    if fault == 4:
        X, y = X[np.argsort(y, kind="stable")], np.sort(y)
    if fault == 6:
        X_valid = raw_valid
    if fault == 7:
        X, y = np.tile(X[:SIZE], (ROWS // SIZE, 1)), np.tile(y[:SIZE], ROWS // SIZE)
    return X, y, X_valid, y_valid


def first_weights(fault, rng):
    size = {2: 0, 5: 10}.get(fault, 1)
    W1 = size * rng.normal(0, np.sqrt(2 / INPUTS), (HIDDEN, INPUTS))
    W2 = size * rng.normal(0, np.sqrt(1 / HIDDEN), (CLASSES, HIDDEN))
    return [W1, np.zeros(HIDDEN), W2, np.zeros(CLASSES)]


def forward(weights, X):
    W1, b1, W2, b2 = weights
    hidden = np.maximum(X @ W1.T + b1, 0)
    return hidden, hidden @ W2.T + b2


def loss_of(scores, y):
    """The mean cross-entropy, and its gradient at the scores."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares = np.exp(shifted)
    total = shares.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = np.mean(np.log(total[:, 0]) - shifted[rows, y])
    slopes = shares / total
    slopes[rows, y] -= 1
    return loss, slopes / len(y)


def backward(weights, X, y):
    """The loss, and its gradient at each of the weights."""
    hidden, scores = forward(weights, X)
    loss, g = loss_of(scores, y)
    back = (g @ weights[2]) * (hidden > 0)
    return loss, [back.T @ X, back.sum(axis=0), g.T @ hidden, g.sum(axis=0)]
