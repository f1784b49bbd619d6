"""Athena's DDL, taken apart by its own grammar. Standard library only.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""
