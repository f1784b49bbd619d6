"""LocalStack 4.14.0 itself, made faster without being changed: see ``hooks`` for the list of what is
tuned."""
