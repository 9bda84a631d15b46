"""A network of two layers in NumPy, trained on all its rows at every step."""

import numpy as np


def softmax(z):
    """Shares along the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class SmallNet:
    """Linear, ReLU, linear: scores for each class, and the mean cross-entropy.

    X is (n, inputs), y (n,) class numbers. The weights begin as He drew them.
    """

    def __init__(self, inputs, hidden, classes, rng):
        self.W1 = rng.normal(0, np.sqrt(2 / inputs), (hidden, inputs))
        self.W2 = rng.normal(0, np.sqrt(2 / hidden), (classes, hidden))
        self.b1, self.b2 = np.zeros(hidden), np.zeros(classes)

    def features(self, X):
        """What the hidden layer makes of each row."""
        return np.maximum(X @ self.W1.T + self.b1, 0)

    def scores(self, X):
        return self.features(X) @ self.W2.T + self.b2

    def loss(self, X, y):
        return -np.mean(np.log(softmax(self.scores(X)))[np.arange(len(y)), y])

    def accuracy(self, X, y):
        return np.mean(self.scores(X).argmax(axis=1) == y)

    def gradients(self, X, y):
        """The loss's gradients with respect to W1, b1, W2 and b2."""
        hidden = self.features(X)
        at_scores = softmax(hidden @ self.W2.T + self.b2)
        at_scores[np.arange(len(y)), y] -= 1
        at_scores /= len(y)
        at_hidden = at_scores @ self.W2 * (hidden > 0)
        return (
            at_hidden.T @ X,
            at_hidden.sum(axis=0),
            at_scores.T @ hidden,
            at_scores.sum(axis=0),
        )

    def train(self, X, y, rate, steps):
        """Some steps of gradient descent."""
        for _ in range(steps):
            moves = self.gradients(X, y)
            for w, g in zip((self.W1, self.b1, self.W2, self.b2), moves, strict=True):
                w -= rate * g
