"""The DynamoDB engine: pure standard library, so that it can be fuzzed and tested without LocalStack."""
