"""From a percent source to the notebooks of students, instructors and TAs."""
