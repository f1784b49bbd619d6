"""Trino's functions: `registry` declares and resolves them, each other module holds one family."""
