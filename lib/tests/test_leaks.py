"""What loops keep alive is counted where it is known."""

from chainrule.lessons.leaks import lab


def kept(one_step, steps):
    return lab(one_step, steps, rows=50)[-1]


def summed(total, loss, step):
    loss.backward()
    return total + loss


def test_a_sum_of_losses_keeps_seven_nodes_a_step_and_no_arrays():
    assert kept(summed, 5).tolist() == [5 * 7 + 4, 0]


def test_a_sum_of_numbers_keeps_nothing():
    def numbers(total, loss, step):
        return total + summed(0.0, loss, step).item()

    assert kept(numbers, 5).tolist() == [0, 0]


def test_without_backward_the_arrays_of_every_step_are_kept():
    first, fifth = (kept(lambda total, loss, step: total + loss, n) for n in (1, 5))
    assert fifth[0] == 5 * 7 + 4 and fifth[1] > 4 * first[1] > 0
