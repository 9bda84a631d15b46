"""From a learning management system's download to `submitted`, and back with marks."""
