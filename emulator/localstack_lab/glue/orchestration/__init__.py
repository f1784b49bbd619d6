"""Triggers and workflows, which start crawlers.

https://docs.aws.amazon.com/glue/latest/dg/orchestrate-using-workflows.html
"""
