"""Statements that write rows: CTAS, INSERT, UNLOAD."""
