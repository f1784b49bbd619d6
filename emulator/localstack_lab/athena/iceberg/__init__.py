"""Tables of Apache Iceberg: their metadata by pyiceberg, their rows by DuckDB.

Everything here runs in a worker and is imported only for a statement that touches such a table: pyiceberg
takes half a second to import.
"""
