"""The names of the pipelines. One slug names a pipeline everywhere: module, handlers, notebook, test, README."""

SLUGS = ("order_intake",)
"""In the order in which they are wired and shown."""
