"""Probes: small functions that run beside a student's code and return plain arrays."""
