"""DynamoDB and its streams: an engine of our own over SQLite, and the providers above it."""
