"""Tables of the Glue catalog over objects in S3, as DuckDB relations with the declared columns and types.

These modules run in a worker. :mod:`scans` is where they begin.
"""
