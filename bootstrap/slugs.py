"""The names of the pipelines: one slug names a module, handlers, a notebook, a test, a README section."""

SLUGS = ("order_intake",)
"""In the order in which they are wired and shown."""
