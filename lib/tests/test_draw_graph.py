import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from chainrule import draw
from chainrule.draw.backprop import walk
from chainrule.draw.layout import layout
from chainrule.draw.scene import edges, read
from chainrule.scalar import Value
from chainrule.tensor import Tensor
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(derandomize=True, max_examples=30, deadline=None)


def named(value, label):
    value.label = label
    return value


def olah():
    a, b = Value(2, "a"), Value(1, "b")
    return named(named(a + b, "c") * named(b + 1, "d"), "e")


def network(width=3):
    """A network of about sixty nodes, each input used `width` times."""
    rng = np.random.default_rng(0)
    x = [Value(v, f"x{i}") for i, v in enumerate(rng.standard_normal(width))]
    hidden = []
    for j in range(width):
        w = [Value(v, f"w{j}{i}") for i, v in enumerate(rng.standard_normal(width))]
        hidden.append(sum(a * b for a, b in zip(w, x, strict=True)).tanh())
    return named((sum(hidden[1:], hidden[0]) - 1) ** 2, "L")


def chain(length):
    x = Value(0.5, "x")
    for _ in range(length - 1):
        x = x.sin()
    return x


def texts(picture):
    return re.findall(r"<text [^>]*>([^<]*)</text>", picture.html)


def svg_of(picture):
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", picture.html, re.S)[0])


def test_a_graph_shows_names_operations_values_and_gradients():
    e = olah()
    e.backward()
    for node in (*"a21b5c3de6", "+", "×"):
        assert node in texts(draw.graph(e))


def test_a_value_stands_above_its_edge_and_a_gradient_below():
    x = Value(5, "x")
    (2 * x).backward()
    (arrow, *_), (value, gradient, name) = (
        [e for e in svg_of(draw.graph(x)) if e.tag.endswith(tag)]
        for tag in ("path", "text")
    )
    assert [e.text for e in (value, gradient, name)] == ["5", "2", "x"]
    edge = float(re.search(r"M[^,]*,([-\d.]+)", arrow.get("d"))[1])
    assert float(value.get("y")) < edge < float(gradient.get("y")) - 9


def test_a_variable_used_twice_shows_the_share_of_each_use():
    x = Value(3, "x")
    y = x * x + x
    y.backward()
    assert texts(draw.graph(y))[:3] == ["3", "3", "1"]


def test_an_unnamed_constant_shows_only_its_number():
    assert texts(draw.graph(Value(5))) == ["5"]


def test_a_single_named_leaf_can_be_drawn():
    assert texts(draw.graph(Value(5, "x"))) == ["5", "0", "x"]


def test_a_graph_of_tensors_shows_shapes_and_norms_of_gradients():
    W = Tensor(np.ones((4, 3)), requires_grad=True, label="W")
    y = (Tensor(np.ones((2, 4)), label="x") @ W).sum()
    y.backward(retain_graph=True)
    assert {"(4, 3)", "(2, 4)", "(2, 3)", "@", "sum", "24", "1"} <= {
        *texts(draw.graph(y))
    }
    assert f"norm {np.linalg.norm(W.grad):.4g}" in texts(draw.graph(y))


def test_a_tensor_without_gradient_has_nothing_below_its_edge():
    assert texts(draw.graph(Tensor(np.ones((2, 3)), label="x"))) == ["(2, 3)", "x"]


def test_an_unnamed_parameter_is_a_variable_and_no_constant():
    p = Tensor(np.ones(3), requires_grad=True)
    assert texts(draw.graph(p)) == ["(3,)", "v1"]


def test_a_graph_that_backward_freed_says_how_to_keep_it():
    y = (Tensor(np.ones(3), requires_grad=True) * 2).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"Try backward\(retain_graph=True\)"):
        draw.graph(y)


def test_any_node_with_the_same_attributes_can_be_drawn():
    class Node:
        def __init__(self, data, inputs=(), op="", label=""):
            self.data, self.grad, self.inputs = data, 0.0, set(inputs)
            self.op, self.label = op, label

    x = Node(2.0, label="x")
    assert {"x", "2", "sin"} <= {*texts(draw.graph(Node(0.9, [x], "sin", "y")))}


def test_a_graph_says_in_words_what_it_shows():
    e = olah()
    e.backward()
    assert repr(draw.graph(e)) == (
        "Computational graph (leaves: 3, operations: 3). a is 2, gradient 2. "
        "b is 1, gradient 5. c = +(a, b) is 3, gradient 2. "
        "d = +(b, 1) is 2, gradient 3. e = ×(c, d) is 6, gradient 1."
    )


def test_the_svg_is_an_image_with_a_label_and_no_id_or_link():
    svg = svg_of(draw.graph(network()))
    assert (svg.get("role"), svg.get("aria-label")[:13]) == ("img", "Computational")
    for element in svg.iter():
        assert not {"id", "href", "class"} & {*element.attrib}


def test_labels_that_look_like_html_are_shown_as_they_are():
    assert "<b>&amp;" not in draw.graph(Value(1, "<b>&")).html
    assert svg_of(draw.graph(Value(1, "<b>&")))[-1].text == "<b>&"


def test_the_same_graph_gives_the_same_bytes():
    assert draw.graph(network()).html == draw.graph(network()).html


def test_drawing_changes_no_gradient():
    e = olah()
    draw.graph(e), draw.backprop(e)
    assert e.grad == e.inputs[0].grad == 0


def test_a_graph_of_two_hundred_nodes_is_drawn():
    assert len(texts(draw.graph(chain(200)))) == 200 * 4 - 1


@pytest.mark.parametrize("picture", [draw.graph, draw.backprop])
@pytest.mark.parametrize("length", [201, 100_000])
def test_a_graph_too_large_to_read_says_so(picture, length):
    with pytest.raises(ValueError, match=r"more than 200 nodes.*Try one layer"):
        picture(chain(length))


def test_no_two_boxes_overlap():
    nodes = read(network())
    sizes = np.array([(60 + 5 * (i % 7), 48) for i in range(len(nodes))])
    centres, _ = layout(sizes, [(t, h) for t, h, _ in edges(nodes)])
    for i, j in itertools.combinations(range(len(nodes)), 2):
        assert np.any(abs(centres[i] - centres[j]) >= (sizes[i] + sizes[j]) / 2)


def test_edges_run_from_the_right_of_one_box_to_the_left_of_another():
    sizes, pairs = [(50, 40)] * 4, [(0, 1), (0, 1), (1, 2), (0, 3), (2, 3)]
    centres, curves = layout(sizes, pairs)
    for (tail, head), curve in zip(pairs, curves, strict=True):
        np.testing.assert_allclose(curve[0], centres[tail] + (25, 0), atol=1)
        np.testing.assert_allclose(curve[-1], centres[head] - (25, 0), atol=1)
        assert len(curve) % 3 == 1


@quick
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_the_layout_takes_any_graph_and_runs_left_to_right(pairs):
    pairs = [(min(p), max(p)) for p in pairs if p[0] != p[1]]
    centres, curves = layout([(30, 20)] * 20, pairs)
    assert np.isfinite(centres).all() and len(curves) == len(pairs)
    for tail, head in pairs:
        assert centres[tail][0] < centres[head][0]


def test_the_layout_draws_a_tree_without_crossings():
    pairs = [(0, 4), (2, 4), (1, 5), (3, 5), (4, 6), (5, 6)]
    centres, _ = layout([(30, 20)] * 7, pairs)
    up, down = sorted((4, 5), key=lambda i: centres[i][1])
    leaves = {4: (0, 2), 5: (1, 3)}
    assert max(centres[i][1] for i in leaves[up]) < min(
        centres[i][1] for i in leaves[down]
    )


@pytest.mark.parametrize("make", [olah, network, lambda: chain(30)])
def test_the_steps_of_backprop_end_at_the_gradients_of_backward(make):
    root = make()
    nodes = read(root)
    found = {step.tail: step.total for step in walk(nodes, edges(nodes))}
    root.backward()
    for i, total in found.items():
        assert total == pytest.approx(nodes[i].source.grad)


def test_no_step_passes_on_a_gradient_that_is_still_growing():
    nodes = read(network())
    passed = set()
    for step in walk(nodes, edges(nodes)):
        assert step.tail not in passed
        passed.add(nodes.index(step.through))


def test_a_step_says_what_is_multiplied_and_what_it_joins():
    x = Value(3, "x")
    assert (
        "From v1 back through × to x: upstream 1 times local derivative 3 is 3. "
        "It joins the 3 that x has: 6."
    ) in draw.backprop(x * x).html


def test_backprop_tells_its_steps_in_a_table_too():
    table = re.search("<tbody>(.*)</tbody>", draw.backprop(olah()).html)[1]
    rows = [re.findall("<td>(.*?)</td>", row) for row in table.split("</tr>")[:-1]]
    assert rows == [
        ["×", "c", "1", "2", "2", "2"],
        ["×", "d", "1", "3", "3", "3"],
        ["+", "b", "3", "1", "3", "3"],
        ["+", "a", "2", "1", "2", "2"],
        ["+", "b", "2", "1", "2", "5"],
    ]


def test_the_still_of_backprop_is_the_finished_graph():
    e = olah()
    still = texts(draw.backprop(e))
    e.backward()
    assert still == texts(draw.graph(e))


def test_backprop_of_a_graph_without_slopes_says_what_is_missing():
    y = Tensor(np.ones(3), requires_grad=True).sum()
    with pytest.raises(TypeError, match=r"made by sum.*Try a graph of scalar.Value"):
        draw.backprop(y)


def test_an_animation_of_sixty_nodes_stays_small():
    assert len(draw.backprop(network(4)).html) < 400_000


def test_cards_show_every_picture_under_its_title_and_say_all_in_words():
    pictures = {f"{op} routes": draw.graph(Value(2.0, "x")) for op in "<&"}
    cards = draw.cards(pictures)
    assert cards.html.count("<svg") == 2 and "&lt; routes" in cards.html
    assert all(f"{title}: {p.alt}" in cards.alt for title, p in pictures.items())
