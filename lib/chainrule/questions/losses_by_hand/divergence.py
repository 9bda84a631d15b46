"""A divergence that is finite and symmetric, in nats."""

import numpy as np

from chainrule.judge import Question
from chainrule.questions.losses_by_hand.surprise import (
    NAN,
    NOT_NATS,
    crossed,
    entropy_of,
    pair,
    part,
    together,
    torch_knows,
)


def divergence(p, q):
    return crossed(p, q) - entropy_of(p)


def shannon(torch, p, q):
    H = [torch.special.entr(d).sum() for d in ((p + q) / 2, p, q)]
    return H[0] - (H[1] + H[2]) / 2


jensen_shannon = Question(
    "jensen_shannon",
    part(
        1,
        torch_knows(shannon),
        {"no zeros": [pair()] * 3},
        {
            **NOT_NATS,
            "That is the KL divergence from p to q. Compare both with the middle c.": (
                divergence
            ),
            "That is the mean of the two KL divergences between p and q. Both are to "
            "be compared with the middle c.": (
                lambda p, q: (divergence(p, q) + divergence(q, p)) / 2
            ),
            "That takes KL(c‖p) and KL(c‖q). The middle c stands second: KL(p‖c) and "
            "KL(q‖c).": (
                lambda p, q: (
                    (divergence((p + q) / 2, p) + divergence((p + q) / 2, q)) / 2
                )
            ),
            "That is the sum of the two divergences. JS takes half of each.": (
                lambda right: 2 * right
            ),
            "Only p is compared with the middle. The other half belongs to q.": (
                lambda p, q: divergence(p, (p + q) / 2)
            ),
            "That is the square root, which is called a distance. The divergence comes "
            "without the root.": lambda right: np.sqrt(right),
        },
    ),
    part(
        1,
        torch_knows(shannon),
        {
            "zero in q": pair(zeros_in_q=1),
            "zero in p": pair(zeros_in_p=2),
            "zero where both are": together,
        },
        {
            **NAN,
            "That leaves out every class where p or q is 0. Where only one of them is "
            "0, the term of the other one counts.": (
                lambda p, q: (
                    sum(
                        a * np.log(2 * a / (a + b)) + b * np.log(2 * b / (a + b))
                        for a, b in zip(p, q, strict=True)
                        if a > 0 and b > 0
                    )
                    / 2
                )
            ),
        },
    ),
    hints=[
        "Let c be the mean of p and q, class by class. The result is half of KL(p‖c) "
        "plus half of KL(q‖c).",
        "KL(p‖c) is the sum of p[i] log(p[i] / c[i]) over the classes where p[i] > 0. "
        "There c[i] is positive too.",
        "Write the KL divergence once, as a function with a mask p > 0, and call it "
        "twice.",
    ],
)

QUESTIONS = [jensen_shannon]
