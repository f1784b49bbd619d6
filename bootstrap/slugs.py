"""The names of the pipelines: one slug names a pipeline's module, handlers, notebook, test, README section."""

SLUGS = ("order_intake",)
"""In the order in which they are wired and shown."""
