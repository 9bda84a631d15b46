"""A validation."""

from corpus.answers import Answers
from corpus.measures import near
from corpus.networks.epochs import Line, a_task, cut

ANSWERS = {}


def validation_loss(student, rng):
    X, Y, W, b, size = a_task(rng)
    model, recorded, mode = Line(W, b), [], bool(rng.integers(2))

    def loss_fn(prediction, target):
        recorded.append(prediction.grad_fn is not None)
        return ((prediction - target) ** 2).mean()

    model.train(mode)
    yours = student.validation_loss(model, loss_fn, cut(X, Y, size))
    right = ((4 * (X @ W.T + b) - Y) ** 2).mean()
    kept = all(m.training == mode for m in model.modules())
    clean = kept and not any(recorded)
    return clean and near(float(yours), right)


def validation(
    before="mode = model.training\nmodel.eval()",
    under="with torch.no_grad():",
    add="total += loss_fn(model(X), Y).item() * len(X)",
    count="n += len(X)",
    after="model.train(mode)",
    end="return total / n",
):
    lines = [before, "total, n = 0.0, 0", under, "    for X, Y in batches:"]
    lines += [f"        {add}", f"        {count}", after, end]
    return "\n".join(line for line in lines if line)


KEEPING = "if True:"
OWN_MODE_ALONE = "mode = model.training\nmodel.training = False"
ANSWERS["validation_loss"] = Answers(
    args="model, loss_fn, batches",
    decider=validation_loss,
    right=[
        """
training, losses, sizes = model.training, [], []
model.train(False)
for X, Y in batches:
    with torch.inference_mode():
        losses.append(float(loss_fn(model(X), Y)))
    sizes.append(len(X))
if training:
    model.train()
return float(np.dot(losses, sizes) / sum(sizes))""",
        validation(
            under="with torch.set_grad_enabled(False):",
            add="total = total + loss_fn(model(X), Y) * len(Y)",
        ),
        validation(
            before="modes = {m: m.training for m in model.modules()}\nmodel.eval()",
            after="for m, mode in modes.items():\n    m.training = mode",
        ),
    ],
    wrong=[
        validation(before="mode = model.training\nmodel.train()"),
        validation(add="total += loss_fn(model(X[:1]), Y[:1]).item() * len(X)"),
        validation(end="return total"),
        validation(add="total = loss_fn(model(X), Y).item() * len(X)"),
        validation(end="total / n"),
        validation(count="n += X.numel()"),
        validation(
            before="mode = model.training\nmodel.eval()",
            after="for part in model.children():\n    part.train(mode)",
        ),
    ],
    told={
        validation(end="return -total / n"): "Every entry is -1 times the right one.",
        validation(
            end="return float(np.float32(total / n))"
        ): "It agrees with the right result as far as float32 reaches.",
        validation(end="return 2 * total / n"): "Every entry is 2 times the right one.",
        validation(
            end="return [total / n]"
        ): "It is the right result, with an axis of length 1 too many.",
    },
    mistakes={
        "That is the mean of the batches' losses.": validation(
            add="total += loss_fn(model(X), Y).item()", count="n += 1"
        ),
        "That is the sum of the batches' losses": validation(
            add="total += loss_fn(model(X), Y).item()", end="return total"
        ),
        "That is divided by the number of batches.": validation(count="n += 1"),
        "A model that comes in training mode is measured": validation(
            before="mode = model.training"
        ),
        "Only the model's own `training` was set.": [
            validation(before=OWN_MODE_ALONE),
            validation(before=OWN_MODE_ALONE, after="model.training = mode"),
        ],
        "A graph was recorded for every batch, but": validation(under=KEEPING),
        "The model is left in evaluation mode": validation(after=""),
        "The model's own `training` is as before": validation(
            after="model.training = mode"
        ),
        "A model that comes in evaluation mode": validation(after="model.train()"),
        "A graph was recorded for every batch, and the model": validation(
            under=KEEPING, after=""
        ),
    },
)
