"""Built-in and custom classifiers: from the start of a file to a schema."""
