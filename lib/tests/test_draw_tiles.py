"""Small images in rows."""

import numpy as np
from chainrule import draw

IMAGES = np.arange(12.0).reshape(3, 2, 2)
ROWS = {"as they are": IMAGES, "mirrored": IMAGES[:, :, ::-1]}


def test_each_image_stands_in_the_row_of_its_name():
    fig = draw.tiles(ROWS, "Mirrored images look otherwise")
    axes = np.array(fig.axes).reshape(2, 3)
    assert [line[0].get_ylabel() for line in axes] == [*ROWS]
    for line, images in zip(axes, ROWS.values(), strict=True):
        for ax, image in zip(line, images, strict=True):
            np.testing.assert_array_equal(ax.images[0].get_array(), image)


def test_words_stand_over_the_columns():
    fig = draw.tiles(ROWS, "Mirrored images look otherwise", above="123")
    assert [ax.get_title() for ax in fig.axes] == ["1", "2", "3", "", "", ""]


def test_the_title_is_the_finding():
    fig = draw.tiles(ROWS, "Mirrored images look otherwise")
    assert fig.get_suptitle() == "Mirrored images look otherwise"
