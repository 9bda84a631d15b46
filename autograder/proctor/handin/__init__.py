"""From what came back to a notebook in order."""
