"""Stands for a module that is off the table in a room."""

raise ImportError(
    f"{__name__} is off the table here: answer this notebook's questions with NumPy "
    "and your own code."
)
