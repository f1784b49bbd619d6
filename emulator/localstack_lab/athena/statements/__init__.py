"""Statements: what kind each is, Athena's DDL, and the statements that write."""
