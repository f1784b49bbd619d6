"""DuckDB in processes of its own, over the objects that a query reads."""
