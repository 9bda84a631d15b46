"""What one output sees through layers of windows."""

import torch
from chainrule import draw


def by_torch(layers):
    x = torch.ones(1, 1, 99, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        w = torch.ones(1, 1, kernel)
        y = torch.nn.functional.conv1d(y, w, stride=stride, dilation=dilation)
    y[0, 0, y.shape[2] // 2].backward()
    at = torch.nonzero(x.grad[0, 0]).flatten()
    return int(at[-1] - at[0]) + 1


def test_each_caption_says_what_torch_finds():
    layers = [(3, 1, 1), (3, 2, 1), (2, 1, 3)]
    html = draw.fields(layers, 23).html
    for count in (1, 2, 3):
        seen = by_torch(layers[:count])
        assert f"{count} layer" in html and f"one output sees {seen} pixels" in html
