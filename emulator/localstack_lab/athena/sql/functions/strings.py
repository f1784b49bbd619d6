"""String functions (two to begin with; the family is to be completed here).

https://trino.io/docs/current/functions/string.html
"""

from localstack_lab.athena.sql.functions.registry import scalar

scalar("upper", "(varchar(x)) -> varchar(x)", "upper({0})")
scalar("length", ("(varchar(x)) -> bigint", "(char(x)) -> bigint"), "length({0})")
