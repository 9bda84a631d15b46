"""Settings are looked at where they are given, and refused in a sentence."""


def within(owner, name, value, interval):
    """The value, if it lies in an interval written as in "[0, 1)"; NaN lies in none.

    Raises ValueError.
    """
    low, high = map(float, interval[1:-1].split(","))
    above = low <= value if interval[0] == "[" else low < value
    below = value <= high if interval[-1] == "]" else value < high
    if not (above and below):
        raise ValueError(f"{owner} got {name} = {value}. Try a number in {interval}.")
    return value
