"""A submission meets its questions, and a whole unit its submissions."""
