"""The time that one submission may take, over all its rooms and calls."""

import time


class Budget:
    """Wall time, counted from when it is made.

    seconds: how long in all; over: whether they are used up.
    """

    def __init__(self, seconds):
        self.seconds, self.end = seconds, time.monotonic() + seconds

    def until(self, seconds):
        """The deadline, as a time.monotonic(), of a step that may take `seconds`."""
        return min(self.end, time.monotonic() + seconds)

    @property
    def over(self):
        return time.monotonic() >= self.end

    def __str__(self):
        return f"the {self.seconds:g} seconds that a submission may take are used up"
