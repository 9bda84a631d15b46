"""A small LeNet reads handwritten digits: about 99% of unseen ones are right."""

import numpy as np
from chainrule import data, draw, optim, train
from chainrule.layers import Conv2d, Dropout, Linear, MaxPool2d, Sequential, flatten
from chainrule.losses import cross_entropy
from chainrule.ops import relu
from chainrule.regularize import rotate


def main(seed=0, plot="lenet_digits.html"):
    rng = np.random.default_rng(seed)
    _, x, y, *_ = data.load("digits")
    parts = data.split(len(x), (0.7, 0.1, 0.2), rng)
    fit, valid, test = ((x[rows, None], y[rows]) for rows in parts)
    first = [Conv2d(1, 16, 3, rng, padding=1), relu, MaxPool2d(2)]
    second = [Conv2d(16, 32, 3, rng, padding=1), relu, MaxPool2d(2)]
    head = [flatten, Linear(128, 64, rng), relu, Dropout(0.3, rng), Linear(64, 10, rng)]
    model = Sequential(*first, *second, *head)
    adam = optim.AdamW(model.parameters(), lr=0.005)
    options = {"epochs": 20, "size": 32, "rng": rng}
    options["schedule"] = optim.cosine(0.005, steps=20 * 40)
    options["augment"] = lambda x, y: (rotate(x, 10, rng), y)
    history = train.fit(model, cross_entropy, adam, fit, valid, **options)
    draw.curves(history, "Shared weights read digits with little data").save(plot)
    return train.evaluate(model, [train.accuracy], *test)["accuracy"]


if __name__ == "__main__":
    print(f"{main():.1%} of the test digits are right")
