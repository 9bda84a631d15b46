"""All that runs beside a student's code: a room is shown this folder and no other."""
