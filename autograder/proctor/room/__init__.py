"""The judge's side of a room: it is opened, asked, and closed."""
