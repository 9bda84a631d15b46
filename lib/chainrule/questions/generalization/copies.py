"""A training set that grows by changed copies of its images."""

from dataclasses import dataclass

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import entries


@dataclass(frozen=True)
class Change:
    """A change of images that is another one for each k."""

    factor: float

    def __call__(self, images, k):
        rolled = np.roll(np.asarray(images, float), int(k), axis=2)
        return rolled * self.factor**k

    def __str__(self):
        return "change"


def pictures(rng):
    n, height = int(rng.integers(5, 8)), int(rng.integers(3, 5))
    held = rng.permutation(np.arange(n) % 3 == 0)
    while np.array_equal(held, np.sort(held)) or held[0] == held[-1]:
        held = rng.permutation(held)
    return {
        "images": numbers_of(rng, n, height, height + 1),
        "labels": rng.permutation(n) % 10,
        "held": held,
        "change": Change(uniform(rng, 1.1, 1.5)),
        "copies": int(rng.integers(2, 4)),
    }


def image_by_image(images, labels, held, change, copies):
    """Each image by itself, and then put in order."""
    chosen = [i for i in range(len(images)) if not held[i]]
    rows = [[images[i] for i in chosen]]
    for k in range(1, copies + 1):
        rows.append([change(images[i : i + 1], k)[0] for i in chosen])
    named = [labels[i] for _ in range(copies + 1) for i in chosen]
    return np.concatenate(rows), np.array(named)


def with_rows(rows):
    """The result for other rows than those that are not held."""

    def rule(oracle, held, **args):
        return oracle(
            held=np.zeros(len(held), bool) if rows == "all" else ~held, **args
        )

    return rule


def only_copies(right, held):
    return right[(~held).sum() :]


def one_after_the_other(images, held, change, copies):
    found = [images[~held]]
    for k in range(1, copies + 1):
        found.append(change(found[-1], k))
    return np.concatenate(found)


def copies_of_all(images, held, change, copies):
    changed = [change(images, k) for k in range(1, copies + 1)]
    return np.concatenate([images[~held], *changed])


def numbered_from_0(images, held, change, copies):
    changed = [change(images[~held], k) for k in range(copies)]
    return np.concatenate([images[~held], *changed])


def image_after_image(right, held):
    blocks = right.reshape(-1, (~held).sum(), *right.shape[1:])
    return np.concatenate(blocks.swapaxes(0, 1))


def labels_of_all(labels, held, copies):
    return np.concatenate([labels[~held], *[labels] * copies])


ROWS = {
    "The held-out rows are in the result. They are for measuring only: leave them "
    "out.": with_rows("all"),
    "Those are the held-out rows. The training rows are those where held is False.": (
        with_rows("held")
    ),
}
FIRST_AS_THEY_ARE = (
    "The training rows themselves are missing. They come first, unchanged."
)
COPIES_LEAK = "There are copies of the held-out rows. Copy training rows only."

grown = Question(
    "grown",
    *entries(
        ("the images", "the labels"),
        (1, 1),
        Oracle("image by image", image_by_image),
        {"a few images": [pictures] * 3},
        {
            "the images": ROWS
            | {
                FIRST_AS_THEY_ARE: only_copies,
                COPIES_LEAK: copies_of_all,
                "Each copy was made from the copy before it. Make every copy from the "
                "training images themselves.": one_after_the_other,
                "The copies are numbered from 0. k goes from 1 to copies.": (
                    numbered_from_0
                ),
                "All copies of an image stand together. All training images come "
                "first, then all their first copies.": image_after_image,
                "No image was changed: that is the training set several times. Call "
                "change(training, k) for each k.": (
                    lambda images, held, copies: np.concatenate(
                        [images[~held]] * (copies + 1)
                    )
                ),
            },
            "the labels": ROWS
            | {
                FIRST_AS_THEY_ARE: only_copies,
                COPIES_LEAK: labels_of_all,
                "Each label stands several times in a row. Keep the order of the "
                "images: all training labels, then all of them again.": (
                    lambda labels, held, copies: labels[~held].repeat(copies + 1)
                ),
                "The copies have no labels. A copy has the label of its image.": (
                    lambda labels, held: labels[~held]
                ),
            },
        },
        "the images and their labels",
    ),
    hints=[
        "images[~held] are the training images. Make all copies from these.",
        "The result is a list of blocks: the training images, then "
        "change(training, 1), change(training, 2), and so on. np.concatenate joins "
        "them.",
        "Every block has the same labels: np.tile(labels[~held], copies + 1).",
    ],
)

QUESTIONS = [grown]
