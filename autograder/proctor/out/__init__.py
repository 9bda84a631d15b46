"""What goes out: the gradebook, feedback and the class page."""
