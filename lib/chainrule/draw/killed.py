"""Which mutants each test suite kills, row by row."""

import numpy as np

from . import svg
from .figure import HAND, TAPE
from .frames import frames

_WIDE, _HIGH, _LEFT, _TOP = 46, 34, 190, 96  # pixels


def killed(suites, mutants):
    """A table that gains a row with each page: {suite: whether it kills each mutant}.

    A killed mutant has a mark and a filled cell; one that survives an empty cell.
    """
    pages, captions, rows = [], [], []
    for name, kills in suites.items():
        rows.append((name, kills))
        captions.append(_caption(name, kills, mutants))
        pages.append(_page(rows, mutants, len(suites), captions[-1]))
    return frames(pages, captions, f"Mutants that suites kill. {' '.join(captions)}")


def _caption(name, kills, mutants):
    left = [m for m, dead in zip(mutants, kills, strict=True) if not dead]
    ending = "s" if len(left) == 1 else ""
    lives = f"{', '.join(left)} survive{ending}" if left else "none survives"
    return f"{name}: {sum(kills)} of {len(kills)} are killed; {lives}."


def _page(rows, mutants, count, caption):
    lines = [
        f'<g transform="translate({_LEFT + (k + 0.6) * _WIDE:.0f},{_TOP - 8}) '
        f'rotate(-40)" text-anchor="start">{svg.text((0, 0), name, svg.INK)}</g>'
        for k, name in enumerate(mutants)
    ]
    for i, (name, kills) in enumerate(rows):
        y = _TOP + i * _HIGH
        word = svg.text((_LEFT - 8, y + _HIGH / 2 + 4), name, svg.INK)
        lines.append(f'<g text-anchor="end">{word}</g>')
        for k, dead in enumerate(kills):
            lines += _cell(_LEFT + k * _WIDE, y, dead)
        where = _LEFT + len(kills) * _WIDE + 36, y + _HIGH / 2 + 4
        lines.append(svg.text(where, f"{sum(kills)} of {len(kills)}", svg.INK, "700"))
    right = _LEFT + len(mutants) * _WIDE + 90
    ends = np.zeros(2), np.array([right, _TOP + count * _HIGH + 8])
    return svg.page(lines, *ends, caption)


def _cell(x, y, dead):
    fill, colour, mark = ("#dfe6fb", TAPE, "✓") if dead else ("white", HAND, "–")
    yield (
        f'<rect x="{x + 2}" y="{y + 2}" width="{_WIDE - 4}" height="{_HIGH - 4}" '
        f'rx="4" fill="{fill}" stroke="{colour.color}"/>'
    )
    where = x + _WIDE / 2, y + _HIGH / 2 + 5
    yield svg.text(where, mark, colour.color, "700")
