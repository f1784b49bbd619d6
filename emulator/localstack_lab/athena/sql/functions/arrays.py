"""Array functions (one to begin with; the family is to be completed here).

https://trino.io/docs/current/functions/array.html
"""

from localstack_lab.athena.sql.functions.registry import scalar

scalar("transform", "(array(T), function(T, U)) -> array(U)", "list_transform({0}, {1})")
