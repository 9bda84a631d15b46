"""What goes out: the gradebook, feedback and the course page."""
