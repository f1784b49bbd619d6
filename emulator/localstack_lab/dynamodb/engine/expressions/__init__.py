"""Expressions: text to syntax tree, checks in AWS's words, and evaluation against items."""
