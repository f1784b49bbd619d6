"""Athena's operations, one module for each family."""
