"""The site's pages, made from what the course holds: see `render.py`."""
