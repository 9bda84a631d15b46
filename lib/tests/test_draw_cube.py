"""The block that shows which entries share a mean."""

from chainrule import draw

NORMS = {
    "All entries of one feature share a mean": lambda e, f, p: f == 2,
    "All entries of one example share a mean": lambda e, f, p: e == 0,
}


def drawn(title):
    page = draw.cube(4, 3, 2, {title: NORMS[title]}).html.partition("</svg>")[0]
    return [line for line in page.split("\n") if "<polygon" in line]


def test_the_three_faces_are_drawn_with_their_cells():
    cells = drawn("All entries of one feature share a mean")
    faces = [sum(f'"{face}"' in c for c in cells) for face in ("front", "top", "side")]
    assert faces == [3 * 2, 4 * 3, 4 * 2]


def test_what_shares_the_mean_stands_out_by_its_edge_as_well():
    for title, count in zip(NORMS, (2 + 4 + 8, 6 + 3 + 2), strict=True):
        own = [c for c in drawn(title) if "stroke-width" in c]
        assert len(own) == count and all("#8ea2e6" in c for c in own)


def test_every_norm_is_a_picture_and_a_caption():
    assert all(title in draw.cube(2, 3, 2, NORMS).alt for title in NORMS)
