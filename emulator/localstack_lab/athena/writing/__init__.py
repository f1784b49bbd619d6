"""Files of Parquet, ORC, Avro, JSON and delimited text from rows of DuckDB. For worker processes."""
