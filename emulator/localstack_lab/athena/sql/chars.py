"""Two char(n) side by side, which keep the spaces of both.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/StringFunctions.java
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.functions.values import Value


def joined(left: Value, right: Value) -> Value | None:
    """`left || right` as a char, if one is and the other is a string; a varchar becomes a char beside it."""
    kinds = (left.type, right.type)
    if not (any(isinstance(x, t.CharType) for x in kinds) and all(t.is_string(x) for x in kinds)):
        return None
    lengths = [x.length for x in kinds if isinstance(x, t.CharType | t.VarcharType)]
    known = [t.MAX_CHAR if n is None else n for n in lengths]
    a, b = (coerce(v, t.char(n)) for v, n in zip((left, right), known, strict=True))
    return Value(f"({a.sql} || {b.sql})", t.char(min(t.MAX_CHAR, sum(known))))
