"""Three penguin species told apart by four measurements, about 98% of the time."""

import numpy as np
from chainrule import data, draw, optim, train
from chainrule.layers import Linear, Sequential
from chainrule.losses import cross_entropy
from chainrule.ops import relu
from chainrule.regularize import EarlyStopping


def main(seed=0, plot="penguins.html"):
    rng = np.random.default_rng(seed)
    _, x, y, *_ = data.load("penguins")
    parts = data.split(len(x), (0.6, 0.1, 0.3), rng)
    scaled = data.standardize(*(x[rows] for rows in parts))
    fit, valid, test = zip(scaled, (y[rows] for rows in parts), strict=True)
    model = Sequential(Linear(4, 16, rng), relu, Linear(16, 3, rng))
    adam = optim.Adam(model.parameters(), lr=0.02)
    options = {"epochs": 40, "size": 32, "rng": rng}
    options["stopping"] = EarlyStopping(model, patience=10)
    history = train.fit(model, cross_entropy, adam, fit, valid, **options)
    draw.curves(history, "A few epochs tell the species apart").save(plot)
    return train.evaluate(model, [train.accuracy], *test)["accuracy"]


if __name__ == "__main__":
    print(f"{main():.1%} of the test penguins are right")
