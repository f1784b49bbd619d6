"""Measurements of the lab beside its peers, in one run: ``python -m benchmarks``. Nothing here is a test."""
