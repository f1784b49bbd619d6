"""SQL/JSON: the path language and the functions that use it.

https://trino.io/docs/current/functions/json.html#json-path-language
"""

from localstack_lab.athena.sql.functions.sql_json import functions as functions
