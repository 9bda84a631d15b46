"""What a lesson brings along that no network needs."""
