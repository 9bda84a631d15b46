"""A network over time: every state and every share is drawn, one step on a page."""

from chainrule import draw


def test_each_step_has_a_page_on_the_way_there_and_on_the_way_back():
    picture = draw.unrolled("abc")
    assert "1 of 7" not in picture.alt and "in 3 steps" in picture.alt
    steps = picture.html.count("<li>")
    assert steps == 4 + 3


def test_the_words_name_each_state_and_the_token_that_made_it():
    html = draw.unrolled("ab").html
    assert "s₀ and &#x27;a&#x27; make s₁" in html
    assert "the gradient goes from s₁ to s₀. Step 0 adds its share" in html


def test_all_shares_are_there_in_the_end():
    still = draw.unrolled("ab").html.partition("</svg>")[0]
    assert all(f">share of step {k}<" in still for k in (0, 1))
