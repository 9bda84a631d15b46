"""The course's grader: submissions run in rooms, and are judged outside of them."""
