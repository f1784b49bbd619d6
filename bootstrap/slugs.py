"""The names of the pipelines: one slug names a module, handlers, a notebook, a test, a README section."""

SLUGS = ("order_intake", "sales_cdc", "sales_projection", "sales_outlook")
"""In the order in which they are wired and shown."""
