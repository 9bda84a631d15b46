"""One page about an experiment: read by a person."""

from chainrule.judge import TextQuestion

ablation = TextQuestion(
    "ablation",
    4,
    hints=(
        "Begin with a question that has two possible answers, and write down which one "
        "you expect, and why, before you run anything.",
        "Take one part away and leave all else as it is: the data, the number of "
        "steps, the seeds. Run several seeds, and give the mean and the spread.",
        "Say what the numbers show, whether the difference of means is larger than "
        "twice its standard error, and what you can't conclude from them.",
    ),
)
