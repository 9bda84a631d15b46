"""A small convolutional net."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def convolved(X, K, b):
    """A 3 × 3 convolution with padding 1, pixel by pixel, and its ReLU."""
    n, _, height, width = X.shape
    padded = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))
    Y = np.zeros((n, len(K), height, width))
    for i in range(height):
        for j in range(width):
            window = padded[:, :, i : i + 3, j : j + 3]
            Y[:, :, i, j] = np.tensordot(window, K, ([1, 2, 3], [1, 2, 3])) + b
    return np.maximum(Y, 0)


def pooled(X):
    n, channels, height, width = X.shape
    return X.reshape(n, channels, height // 2, 2, width // 2, 2).max((3, 5))


def DigitNet(student, rng):
    net = student.DigitNet().double()
    shapes = {(8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (10, 64), (10,)}
    own = {tuple(p.shape): p for p in net.parameters()}
    if set(own) != shapes or len(list(net.parameters())) != 6:
        return False
    numbers = {}
    with torch.no_grad():
        for shape, p in own.items():
            numbers[shape] = some(rng, *shape) / np.sqrt(np.prod(shape[1:]))
            p.copy_(torch.tensor(numbers[shape]))
    X = some(rng, 2, 8, 8)
    h = pooled(convolved(X[:, None], numbers[8, 1, 3, 3], numbers[8,]))
    h = pooled(convolved(h, numbers[16, 8, 3, 3], numbers[16,]))
    right = h.reshape(len(X), -1) @ numbers[10, 64].T + numbers[10,]
    return near(net(torch.tensor(X)).detach().numpy(), right)


LAYERS = """torch.nn.Unflatten(1, (1, 8)),
            torch.nn.Conv2d(1, 8, 3, padding=1),
            torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(8, 16, 3, padding=1),
            torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Flatten(), torch.nn.Linear(64, 10)"""


def net(layers=LAYERS, made="torch.nn.Sequential({})", called="self.layers(x)"):
    return f"""
class DigitNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {made.format(layers)}

    def forward(self, x):
        return {called}
"""


BY_HAND = """
class DigitNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 8, kernel_size=3, padding="same")
        self.conv2 = torch.nn.Conv2d(8, 16, kernel_size=3, padding="same")
        self.pool = torch.nn.MaxPool2d(2, 2)
        self.head = torch.nn.Linear(16 * 2 * 2, 10)

    def forward(self, images):
        x = images.unsqueeze(1)
        x = self.pool(self.conv1(x)).clamp(min=0)
        x = self.pool(self.conv2(x)).clamp(min=0)
        return self.head(x.reshape(len(x), -1))
"""
LISTED = """
class DigitNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [torch.nn.Conv2d(1, 8, 3, padding=1),
                       torch.nn.Conv2d(8, 16, 3, padding=1), torch.nn.Linear(64, 10)]

    def forward(self, x):
        x = x[:, None]
        for layer in self.layers[:2]:
            x = torch.nn.functional.max_pool2d(torch.relu(layer(x)), 2)
        return self.layers[2](x.flatten(1))
"""

ANSWERS["DigitNet"] = Answers(
    args="",
    decider=DigitNet,
    right=[net(), BY_HAND],
    wrong=[
        net(LAYERS.replace("ReLU", "Tanh")),
        net(LAYERS.replace("MaxPool2d(2)", "Identity()").replace("(64", "(1024")),
        net(LAYERS.replace("1, 8, 3, padding=1", "1, 8, 5, padding=2")),
        net(LAYERS.replace("8, 16", "8, 8").replace("8, 16, 3", "8, 8, 3")),
        net(LAYERS.replace("Linear(64, 10)", "Linear(64, 10, bias=False)")),
        net(called="self.layers(x).argmax(1)"),
        net(called="-self.layers(x)"),
        net(called="torch.log_softmax(self.layers(x), 1)"),
    ],
    mistakes={
        "That takes the mean of each": net(LAYERS.replace("MaxPool2d", "AvgPool2d")),
        "ReLU is missing": net(LAYERS.replace("torch.nn.ReLU(), ", "")),
        "ReLU stands after the last": net(called="torch.relu(self.layers(x))"),
        "Softmax stands after": net(called="torch.softmax(self.layers(x), 1)"),
        "The net has no parameters": LISTED,
    },
)
