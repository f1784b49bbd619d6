"""Aggregate functions (three to begin with; the family is to be completed here).

https://trino.io/docs/current/functions/aggregate.html
"""

from localstack_lab.athena.sql.functions.registry import aggregate

aggregate("count", "() -> bigint", "[[count(*)]]")
aggregate("count", "(T) -> bigint", "[[count({0})]]")
aggregate("sum", "(bigint) -> bigint", "CAST([[sum({0})]] AS BIGINT)")
aggregate("sum", "(double) -> double", "[[sum({0})]]")
aggregate("sum", "(real) -> real", "CAST([[sum({0})]] AS FLOAT)")
aggregate("sum", "(decimal(p, s)) -> decimal(38, s)", "CAST([[sum({0})]] AS {type})")
