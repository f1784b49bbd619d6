"""Athena's DDL, SHOW and DESCRIBE, done on the Glue Data Catalog."""
