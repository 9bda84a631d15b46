"""What is written to the questions of 5-generalization/10_generalization."""

from corpus.generalization import (
    copies,
    decay,
    heads,
    noise,
    splits,
    stopping,
    tables,
    widths,
)

ANSWERS = {
    **splits.ANSWERS,
    **tables.ANSWERS,
    **stopping.ANSWERS,
    **decay.ANSWERS,
    **copies.ANSWERS,
    **noise.ANSWERS,
    **heads.ANSWERS,
    **widths.ANSWERS,
}
