"""The notebook's five faulty training loops, run and measured."""

from chainrule.lessons.five_loops import a_model, three_groups
from chainrule.torch_side import known_state

MEASURED = (
    "first loss",
    "last loss",
    "fraction classified correctly",
    "largest move of a weight",
    "length of the remaining gradients",
    "difference of two forward passes",
)
STEPS, RATE = 60, 0.1


def measured(loop, rng):
    """What is seen of one run on three groups of points, in the order of MEASURED."""
    import torch

    with known_state(torch.float32, int(rng.integers(1 << 31))):
        X, labels = three_groups(rng)
        model = a_model()
        before = [p.clone() for p in model.parameters()]
        losses = run(loop, model, X, labels)
        moved = max(
            (p - q).abs().max().item()
            for p, q in zip(model.parameters(), before, strict=True)
        )
        left = [p.grad for p in model.parameters() if p.grad is not None]
        length = float(sum(g.square().sum() for g in left)) ** 0.5
        apart = (model(X) - model(X)).abs().max().item()
        right = (model.eval()(X).argmax(1) == labels).double().mean().item()
    seen = losses[0], losses[-1], right, moved, length, apart
    return [float(f"{number:.3g}") for number in seen]


def run(loop, model, X, labels):
    """The losses of one of the five loops, numbered as in the notebook."""
    import torch

    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    model.train(loop != 4)
    losses = []
    for _ in range(STEPS):
        if loop in (2, 3, 4):
            optimizer.zero_grad()
        scores = model(X).softmax(1) if loop == 3 else model(X)
        loss = torch.nn.functional.cross_entropy(scores, labels)
        loss.backward()
        if loop == 5:
            optimizer.zero_grad()
        if loop != 2:
            optimizer.step()
        losses.append(loss.item())
    return losses
