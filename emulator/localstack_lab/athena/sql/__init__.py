"""Athena's SQL with Trino's meaning, translated for DuckDB. No AWS, no files, no engine in here."""
