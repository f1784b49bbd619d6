"""Arithmetic and comparison with Trino's result types, checks and null rules.

https://trino.io/docs/current/functions/math.html#mathematical-operators
https://trino.io/docs/current/functions/decimal.html
https://trino.io/docs/current/functions/datetime.html#date-and-time-operators
"""

import re

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql import zones
from localstack_lab.athena.sql.casts import coerce
from localstack_lab.athena.sql.errors import OUT_OF_RANGE, Position, QueryError, at, unsupported
from localstack_lab.athena.sql.functions.registry import macro
from localstack_lab.athena.sql.functions.values import Value, fail
from localstack_lab.athena.sql.ordering import FLOATS, key, nested

macro(
    "lab_divide",
    """CREATE OR REPLACE TEMP MACRO lab_divide(n, d) AS
    n // d + CASE WHEN abs(n % d) < abs(d) - abs(n % d) THEN 0 WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END""",
)
# These take microseconds and answer milliseconds. Trino rounds half of one up, save between moments with
# zones: there it rounds, away from zero, what the one has beyond its millisecond less what the other has.
macro(
    "lab_between",
    "CREATE OR REPLACE TEMP MACRO lab_between(n) AS (n + 500 - lab_beyond(n + 500)) // 1000",
)
macro(
    "lab_between_instants",
    """CREATE OR REPLACE TEMP MACRO lab_between_instants(a, b) AS
    (a - b - lab_beyond(a) + lab_beyond(b)) // 1000 + (lab_beyond(a) - lab_beyond(b)) // 500""",
)
macro("lab_beyond", "CREATE OR REPLACE TEMP MACRO lab_beyond(n) AS ((n % 1000) + 1000) % 1000")
_LARGEST = {"tinyint": 2**7 - 1, "smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def refused(position: Position, operator: str, left: t.Type, right: t.Type) -> QueryError:
    """The error of an operator between types that it does not take."""
    return at(position, "TYPE_MISMATCH", f"Cannot apply operator: {left} {operator} {right}")


def arithmetic(operator: str, left: Value, right: Value, position: Position) -> Value:
    """`left + right` and its like; raises `TYPE_MISMATCH`."""
    a, b = left.type, right.type
    if t.UNKNOWN in (a, b):
        a, b = (b, b) if a == t.UNKNOWN else (a, a)
        if a == t.UNKNOWN:
            a = b = t.INTEGER
        if t.is_numeric(a):
            left, right = coerce(left, a), coerce(right, b)
        elif not (a.base.startswith(("date", "time", "interval")) and operator in "+-"):
            raise refused(position, operator, left.type, right.type)
    if t.is_numeric(a) and t.is_numeric(b):
        common = t.common_super_type(a, b)
        assert common is not None
        if isinstance(common, t.DecimalType):
            return _decimal(operator, left, right, position)
        left, right = coerce(left, common), coerce(right, common)
        if t.is_integer(common):
            return _integer(operator, left, right, common)
        if operator == "%":
            # C's fmod, as Java's %: DuckDB's own gives NULL where the divisor is 0.
            zero = f"({right.sql}) = 0 AND ({left.sql}) IS NOT NULL"
            return Value(
                f"CASE WHEN {zero} THEN CAST('NaN' AS {t.duckdb(common)}) ELSE {left.sql} % {right.sql} END",
                common,
            )
        return Value(f"({left.sql} {operator} {right.sql})", common)
    found = _temporal(operator, left, right)
    if found is None:
        raise refused(position, operator, left.type, right.type)
    return found


def _nonzero(value: Value) -> bool:
    return value.is_constant and value.constant != 0


def _integer(operator: str, left: Value, right: Value, type_: t.Type) -> Value:
    if operator in "+-*":
        return Value(f"({left.sql} {operator} {right.sql})", type_)
    # DuckDB itself refuses a divisor of 0; `errors.from_duckdb` gives it Trino's name.
    symbol = "//" if operator == "/" else "%"
    quotient = f"({left.sql} {symbol} {right.sql})"
    if symbol == "%" and not (_nonzero(right) and right.constant != -1):
        # The smallest number % -1 is 0; DuckDB calls it an overflow.
        quotient = (
            f"CASE WHEN {right.sql} = -1 THEN CAST(0 * ({left.sql} // 2) AS {t.duckdb(type_)}) "
            f"ELSE {quotient} END"
        )
    return Value(quotient, type_)


def _decimal(operator: str, left: Value, right: Value, position: Position) -> Value:
    a, b = t.as_decimal(left.type), t.as_decimal(right.type)
    scale = max(a.scale, b.scale)
    whole = max(a.precision - a.scale, b.precision - b.scale)
    if operator in "+-":
        type_ = t.decimal(min(t.MAX_DECIMAL, whole + scale + 1), scale)
        x, y = (coerce(v, t.decimal(min(t.MAX_DECIMAL, whole + scale), scale)) for v in (left, right))
        return Value(f"CAST({x.sql} {operator} {y.sql} AS {t.duckdb(type_)})", type_)
    left, right = coerce(left, a), coerce(right, b)
    if operator == "*":
        if a.scale + b.scale > t.MAX_DECIMAL:
            raise at(
                position,
                "INVALID_FUNCTION_ARGUMENT",
                f"DECIMAL scale must be in range [0, precision (38)]: {a.scale + b.scale}",
            )
        type_ = t.decimal(min(t.MAX_DECIMAL, a.precision + b.precision), a.scale + b.scale)
        return Value(f"CAST({left.sql} * {right.sql} AS {t.duckdb(type_)})", type_)
    if operator == "/":
        type_ = t.decimal(min(t.MAX_DECIMAL, a.precision + b.scale + max(b.scale - a.scale, 0)), scale)
        n, d = _unscaled(left.sql, a, scale - a.scale + b.scale), _unscaled(right.sql, b, 0)
        quotient = f"lab_divide({n}, {d})"
    else:
        type_ = t.decimal(min(b.precision - b.scale, a.precision - a.scale) + scale, scale)
        n, d = _unscaled(left.sql, a, scale - a.scale), _unscaled(right.sql, b, scale - b.scale)
        quotient = f"({n} % {d})"
    return Value(_scaled(quotient, type_), type_)


def _unscaled(sql: str, type_: t.DecimalType, shift: int) -> str:
    """A decimal's digits as a HUGEINT, with `shift` zeros more."""
    if not type_.scale:
        digits = f"CAST({sql} AS HUGEINT)"
    elif type_.scale <= 17:
        power = t.decimal(type_.scale + 1)
        fraction = f"({sql} - trunc({sql}))"
        narrow = f"CAST({fraction} AS DECIMAL({type_.scale + 1},{type_.scale}))"
        digits = (
            f"(CAST(trunc({sql}) AS HUGEINT) * {10**type_.scale}"
            f" + CAST({narrow} * CAST({10**type_.scale} AS {t.duckdb(power)}) AS HUGEINT))"
        )
    else:
        digits = f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS HUGEINT)"
    return f"({digits} * CAST({10**shift} AS HUGEINT))" if shift else digits


def _scaled(sql: str, type_: t.DecimalType) -> str:
    """The decimal that has these digits (a HUGEINT)."""
    whole = f"CAST({sql} AS DECIMAL(38,0))"
    if not type_.scale:
        return f"CAST({whole} AS {t.duckdb(type_)})"
    unit = "0." + "0" * (type_.scale - 1) + "1"
    return f"CAST({whole} * CAST('{unit}' AS DECIMAL({type_.scale},{type_.scale})) AS {t.duckdb(type_)})"


def negate(value: Value, position: Position) -> Value:
    """`-value`."""
    constant = value.constant
    if value.type == t.UNKNOWN:
        return value
    if t.is_numeric(value.type) or value.type.base.startswith("interval"):
        known = -constant if isinstance(constant, int | float) and not isinstance(constant, bool) else None
        if known is not None:
            if t.is_integer(value.type) and known > _LARGEST[value.type.base]:
                overflow = fail("NUMERIC_VALUE_OUT_OF_RANGE", f"{value.type} negation overflow: {constant}")
                return Value(f"CAST({overflow} AS {t.duckdb(value.type)})", value.type)
            return Value(f"(-{value.sql})", value.type, known)
        if t.is_integer(value.type):
            # DuckDB widens the negative of what it knows beforehand to be the smallest number of its type.
            return Value(f"(CAST(0 AS {t.duckdb(value.type)}) - {value.sql})", value.type)
        return Value(f"(-{value.sql})", value.type)
    raise at(position, "TYPE_MISMATCH", f"Cannot negate {value.type}")


def _temporal(operator: str, left: Value, right: Value) -> Value | None:
    a, b = left.type, right.type
    intervals = (t.INTERVAL_DAY, t.INTERVAL_YEAR)
    if a in intervals and b == a and operator in "+-":
        return Value(f"({left.sql} {operator} {right.sql})", a)
    if operator == "*" and ((a in intervals) != (b in intervals)):
        span, factor = (left, right) if a in intervals else (right, left)
        return _scaled_interval(span, factor, "*")
    if operator == "/" and a in intervals and t.is_numeric(b):
        return _scaled_interval(left, right, "/")
    if operator in "+-" and b in intervals and a.base.startswith(("date", "time")):
        return _moved(left, right, operator)
    if operator == "+" and a in intervals and b.base.startswith(("date", "time")):
        return _moved(right, left, "+")
    if operator == "-" and a.base.startswith(("date", "time")) and b.base.startswith(("date", "time")):
        common = t.common_super_type(a, b)
        if common is None:
            return None
        x, y = coerce(left, common).sql, coerce(right, common).sql
        if t.is_zoned(common):
            x, y = (f"epoch_us(CAST(({moment}).instant AS TIMESTAMP))" for moment in (x, y))
            return Value(f"lab_between_instants({x}, {y})", t.INTERVAL_DAY)
        if common == t.DATE:
            return Value(f"(CAST({x} - {y} AS BIGINT) * 86400000)", t.INTERVAL_DAY)
        return Value(f"lab_between(epoch_us({x}) - epoch_us({y}))", t.INTERVAL_DAY)
    return None


def _scaled_interval(span: Value, factor: Value, operator: str) -> Value | None:
    if not t.is_numeric(factor.type):
        return None
    held = t.duckdb(span.type)
    if operator == "*" and t.is_integer(factor.type):
        return Value(f"CAST({span.sql} * {factor.sql} AS {held})", span.type)
    # Trino divides by nothing but a double, and names that divisor where there is no answer.
    number = coerce(factor, t.DOUBLE).sql
    verb = "multiply" if operator == "*" else "divide"
    nan = fail("INVALID_FUNCTION_ARGUMENT", f"Cannot {verb} by double NaN")
    zero = fail("INVALID_FUNCTION_ARGUMENT", "Cannot divide by double 0.0")
    by_zero = "" if operator == "*" or _nonzero(factor) else f" WHEN {number} = 0 THEN {zero}"
    moved = f"CAST(trunc({span.sql} {operator} {number}) AS {held})"
    result = f"CASE WHEN isnan({number}) THEN {nan}{by_zero} ELSE {moved} END"
    return Value(result, span.type)


_MOST_DAYS = 2**31  # DuckDB's dates count days in 32 bits


def _moved(moment: Value, span: Value, operator: str) -> Value | None:
    """A date or time moved by an interval. A month more than a day allows ends at the month's last day."""
    type_ = moment.type
    months = span.type == t.INTERVAL_YEAR
    amount = f"to_months({span.sql})" if months else f"to_milliseconds({span.sql})"
    if type_ == t.DATE:
        if months:
            return Value(f"CAST({moment.sql} {operator} {amount} AS DATE)", t.DATE)
        moved = f"CAST({moment.sql} {operator} to_days(CAST({span.sql} // 86400000 AS INTEGER)) AS DATE)"
        if isinstance(span.constant, int):
            if span.constant % 86_400_000:
                raise QueryError("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date")
            if abs(span.constant) >= _MOST_DAYS * 86_400_000:
                raise unsupported(OUT_OF_RANGE)
            return Value(moved, t.DATE)
        far = f"abs({span.sql}) >= {_MOST_DAYS * 86_400_000}"
        beyond = fail("NOT_SUPPORTED", unsupported(OUT_OF_RANGE).message)
        moved = f"CASE WHEN {far} THEN {beyond} ELSE {moved} END"
        partial = fail("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date")
        return Value(f"CASE WHEN {span.sql} % 86400000 <> 0 THEN {partial} ELSE {moved} END", t.DATE)
    if isinstance(type_, t.TimeType):
        amount = f"to_milliseconds({span.sql} % 86400000)"
        return (
            None if months else Value(f"({moment.sql} {operator} {amount})", t.time(max(3, type_.precision)))
        )
    if not isinstance(type_, t.TimestampType):
        return None
    result = t.timestamp(type_.precision) if not type_.zoned else type_
    if not months and type_.precision < 3:
        result = t.timestamp_tz(3) if type_.zoned else t.timestamp(3)
    if not type_.zoned:
        return Value(f"({moment.sql} {operator} {amount})", result)
    zone = f"({moment.sql}).zone"
    if months:
        there = f"lab_near({zones.local(moment.sql)} {operator} {amount}, {moment.sql})"
        return Value(zones.instant_in(there, zone), result)
    return Value(zones.instant_in(f"(({moment.sql}).instant {operator} {amount})", zone), result)


# Trino has these operators only; of the others it speaks by the one that it makes of them.
_NAMED = {"<>": "=", ">": "<", ">=": "<="}


def compare(operator: str, left: Value, right: Value, position: Position) -> Value:
    """`left = right` and its like, also `IS DISTINCT FROM`; raises `TYPE_MISMATCH`."""
    common = t.common_super_type(left.type, right.type)
    equality = operator in ("=", "<>", "IS DISTINCT FROM")
    if common is None or not (t.comparable(common) if equality else t.orderable(common)):
        if operator == "IS DISTINCT FROM":
            message = f"Cannot check if {left.type} is distinct from {right.type}"
            raise at(position, "TYPE_MISMATCH", message)
        raise refused(position, _NAMED.get(operator, operator), left.type, right.type)
    if common == t.UNKNOWN:
        return Value("FALSE" if operator == "IS DISTINCT FROM" else "CAST(NULL AS BOOLEAN)", t.BOOLEAN)
    return Value(compared(operator, coerce(left, common), coerce(right, common), common), t.BOOLEAN)


def compared(operator: str, left: Value, right: Value, type_: t.Type) -> str:
    """SQL of a comparison between two values of one type."""
    if operator == "IS DISTINCT FROM":
        x, y = (_unmoved(group_key(each.sql, type_), type_) for each in (left, right))
        return f"({x} IS DISTINCT FROM {y})"
    if type_.base in FLOATS:
        return _float_comparison(operator, left, right)
    if isinstance(type_, t.ArrayType | t.RowType | t.MapType):
        if operator in ("=", "<>"):
            same = equal_nested(left.sql, right.sql, type_)
            return same if operator == "=" else f"(NOT {same})"
        return nested(operator, left.sql, right.sql, type_)
    x, y = (_unmoved(key(each.sql, type_), type_) for each in (left, right))
    return f"({x} {operator} {y})"


_ARITHMETIC = re.compile(r"\(.* [-+*] .*\)", re.DOTALL)


def _unmoved(sql: str, type_: t.Type) -> str:
    """Arithmetic that DuckDB reckons as it stands: an overflow has to fail, as in Trino.

    Its optimizer makes `x = 5 - 9223372036854775807` of `x + 9223372036854775807 = 5`, which never overflows.
    """
    return f"greatest({sql})" if t.is_integer(type_) and _ARITHMETIC.fullmatch(sql) else sql


def _float_comparison(operator: str, left: Value, right: Value) -> str:
    """DuckDB has NaN equal to itself and above all else; for Trino no comparison with it is true, but <>."""
    plain = f"({left.sql} {operator} {right.sql})"
    checks = {"=": "l", "<": "r", "<=": "r", ">": "l", ">=": "l", "<>": "l"}
    checked, other = (left, right) if checks[operator] == "l" else (right, left)
    if isinstance(checked.constant, int | float):
        return plain  # no literal is NaN
    if operator == "=" and isinstance(other.constant, int | float):
        return plain
    both = "" if isinstance(other.constant, int | float) else f" AND ({other.sql}) IS NOT NULL"
    if operator == "<>":
        if isinstance(other.constant, int | float):
            return plain
        return f"({plain} OR (isnan({checked.sql}){both}))"
    return f"({plain} AND NOT (isnan({checked.sql}){both}))"


def simply_compared(type_: t.Type) -> bool:
    """Whether DuckDB compares its values, or their keys, as Trino does."""
    return type_.base not in FLOATS and not isinstance(type_, t.ArrayType | t.MapType | t.RowType)


def needs_key(type_: t.Type) -> bool:
    """Whether two values that Trino takes for the same may differ for DuckDB."""
    return t.contains_zoned(type_) or _has_map(type_)


def _has_map(type_: t.Type) -> bool:
    if isinstance(type_, t.ArrayType):
        return _has_map(type_.element)
    if isinstance(type_, t.RowType):
        return any(_has_map(x) for _, x in type_.fields)
    return isinstance(type_, t.MapType)


def group_key(sql: str, type_: t.Type, depth: int = 0) -> str:
    """A value that is the same for DuckDB exactly where Trino takes the values for the same."""
    if t.is_zoned(type_):
        return f"({sql}).instant"
    if not needs_key(type_):
        return sql
    name = f"__lab_k{depth}"
    if isinstance(type_, t.ArrayType):
        return f"list_transform({sql}, lambda {name}: {group_key(name, type_.element, depth + 1)})"
    if isinstance(type_, t.MapType):
        key_ = group_key(f"{name}.key", type_.key, depth + 1)
        value = group_key(f"{name}.value", type_.value, depth + 1)
        pairs = f"list_transform(map_entries({sql}), lambda {name}: struct_pack(k := {key_}, v := {value}))"
        return f"list_sort({pairs})"
    assert isinstance(type_, t.RowType)
    names = type_.duckdb_names()
    parts = ", ".join(
        f"{t.quote(n)} := {group_key(f'({sql}).{t.quote(n)}', x, depth)}"
        for n, (_, x) in zip(names, type_.fields, strict=True)
    )
    return f"CASE WHEN ({sql}) IS NULL THEN NULL ELSE struct_pack({parts}) END"


def equal_nested(x: str, y: str, type_: t.Type, depth: int = 0) -> str:
    """SQL of `x = y` between arrays, maps and rows: null where their elements leave it open."""
    if isinstance(type_, t.RowType):
        terms = [
            equal_nested(f"({x}).{t.quote(n)}", f"({y}).{t.quote(n)}", f, depth)
            for n, (_, f) in zip(type_.duckdb_names(), type_.fields, strict=True)
        ]
        return f"(CASE WHEN ({x}) IS NULL OR ({y}) IS NULL THEN NULL ELSE {' AND '.join(terms)} END)"
    if isinstance(type_, t.ArrayType):
        name, index = f"__lab_e{depth}", f"__lab_i{depth}"
        one = equal_nested(name, f"({y})[{index}]", type_.element, depth + 1)
        every = f"list_transform({x}, lambda {name}, {index}: {one})"
        return f"(CASE WHEN len({x}) <> len({y}) THEN FALSE ELSE {_all_of(every)} END)"
    if isinstance(type_, t.MapType):
        name = f"__lab_e{depth}"
        other = f"({y})[{name}.key]"
        found = f"map_contains({y}, {name}.key)"
        one = (
            f"CASE WHEN NOT {found} THEN FALSE ELSE "
            f"{equal_nested(f'{name}.value', other, type_.value, depth + 1)} END"
        )
        every = f"list_transform(map_entries({x}), lambda {name}: {one})"
        return f"(CASE WHEN cardinality({x}) <> cardinality({y}) THEN FALSE ELSE {_all_of(every)} END)"
    return compared("=", Value(x, type_), Value(y, type_), type_)


def _all_of(conditions: str) -> str:
    """True if all are, false if one is false, else null; null for no list."""
    return (
        f"CASE WHEN list_contains({conditions}, FALSE) THEN FALSE "
        f"WHEN list_count({conditions}) = len({conditions}) THEN TRUE END"
    )
