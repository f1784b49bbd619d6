"""Mathematical functions.

https://trino.io/docs/current/functions/math.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/MathFunctions.java
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.binding import Binding
from localstack_lab.athena.sql.functions.emitting import bound, constant_int, python
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, fail, fail_with

BAD = "INVALID_FUNCTION_ARGUMENT"
WHOLE = ("tinyint", "smallint", "integer", "bigint")
_LOW = {"tinyint": -(2**7), "smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


def _decimal(rule: str) -> "registry.Result":
    """The decimal that a function over decimal(p, s) answers."""

    def result(binding: Binding, types: Sequence[t.Type]) -> t.Type:
        first = types[0]
        assert isinstance(first, t.DecimalType)
        p, s = first.precision, first.scale
        if rule == "round to a place":
            return t.decimal(min(38, p + 1), s)
        if rule == "truncate":
            return t.decimal(max(p - s, 1), 0)
        return t.decimal(min(38, p - s + min(s, 1)), 0)

    return result


def _absolute(call: Call) -> str:
    kind = call.type.base
    bad = fail_with(
        "NUMERIC_VALUE_OUT_OF_RANGE", "'Value '", call.sql(0), f"' is out of range for abs({kind})'"
    )
    return emitting.over(call, lambda x: f"(CASE WHEN {x} = {_LOW[kind]} THEN {bad} ELSE abs({x}) END)")


def _round_whole(call: Call) -> str:
    """Of whole numbers only those left of the point can be rounded away."""

    def body(x: str, d: str) -> str:
        kind = t.duckdb(call.type)
        out = fail_with("NUMERIC_VALUE_OUT_OF_RANGE", "'Out of range for rounding: '", x)
        power = f"CAST(pow(10, least(-{d}, 19)) AS HUGEINT)"
        rounded = f"(CAST({x} AS HUGEINT) + sign({x}) * ({power} // 2)) // {power} * {power}"
        return (
            f"(CASE WHEN {d} >= 0 OR {x} IS NULL THEN {x} + 0 * {d} "
            f"WHEN {d} IS NOT NULL THEN coalesce(TRY_CAST({rounded} AS {kind}), {out}) END)"
        )

    places = constant_int(call.arguments[1])
    if places is not None and places >= 0:
        return call.sql(0)
    return emitting.over(call, body)


def _round_float(call: Call) -> str:
    """Trino multiplies by 10^places and divides by it again; DuckDB the reverse where they are negative."""

    def coarse(x: str, factor: str) -> str:
        kind = t.duckdb(call.type)
        return (
            f"CAST(CASE WHEN {x} < 0 THEN -(round(-CAST({x} AS DOUBLE) * {factor}) / {factor}) "
            f"ELSE round(CAST({x} AS DOUBLE) * {factor}) / {factor} END AS {kind})"
        )

    def body(x: str, d: str) -> str:
        factor = f"pow(10, CAST(greatest({d}, -323) AS DOUBLE))"
        return f"(CASE WHEN {d} < 0 THEN {coarse(x, factor)} WHEN {d} >= 0 THEN {fine(x, d)} END)"

    def fine(x: str, d: str) -> str:
        return f"round({x}, CAST(least(400, {d}) AS INTEGER))"

    places = constant_int(call.arguments[1])
    if places is None:
        return emitting.over(call, body)
    if places >= 0:
        return fine(call.sql(0), str(places))
    factor = f"CAST('{10.0 ** max(places, -323)!r}' AS DOUBLE)"
    return emitting.bind(lambda x: coarse(x, factor), call.sql(0))


def _modulo(call: Call) -> str:
    """The smallest number % -1 is 0; DuckDB calls it an overflow."""
    zero = fail("DIVISION_BY_ZERO", "Division by zero")
    return emitting.over(
        call,
        lambda x, y: f"(CASE WHEN {y} = 0 THEN {zero} WHEN {y} = -1 THEN {x} - {x} ELSE {x} % {y} END)",
    )


def _round_decimal(call: Call) -> str:
    kind = call.arguments[0].type
    assert isinstance(kind, t.DecimalType)
    target = t.duckdb(call.type)
    places = constant_int(call.arguments[1])
    wide = f"CAST({call.sql(0)} AS DECIMAL(38,{kind.scale}))"
    if places is not None and places >= kind.scale:
        return f"CAST({call.sql(0)} AS {target})"
    if places is not None:
        return f"CAST(round({wide}, {max(places, -38)}) AS {target})"
    return f"CAST({call.udf('lab_round_decimal')}(CAST({call.sql(0)} AS VARCHAR), {call.sql(1)}) AS {target})"


def _round_text(value: str, places: int) -> str:
    import decimal

    number = decimal.Decimal(value)
    if -places > 40:
        return "0"
    if places >= -int(number.as_tuple().exponent):
        return value
    with decimal.localcontext(prec=80):
        step = decimal.Decimal(1).scaleb(-places)
        rounded = (number / step).quantize(decimal.Decimal(1), rounding=decimal.ROUND_HALF_UP) * step
    return f"{rounded:f}"


def _truncate_decimal(call: Call) -> str:
    kind = call.arguments[0].type
    assert isinstance(kind, t.DecimalType)
    places = constant_int(call.arguments[1]) if len(call.arguments) == 2 else 0
    target = t.duckdb(call.type)
    if places is not None and places >= kind.scale:
        return f"CAST({call.sql(0)} AS {target})"
    if places is not None and places >= 0:
        return f"CAST(trunc({call.sql(0)}, {places}) AS {target})"
    given = f"CAST({call.sql(0)} AS VARCHAR)"
    return f"CAST({call.udf('lab_truncate_decimal')}({given}, {call.sql(1)}) AS {target})"


def _truncate_text(value: str, places: int) -> str:
    sign = "-" if value.startswith("-") else ""
    whole, _, fraction = value.lstrip("-").partition(".")
    if places >= 0:
        return f"{sign}{whole}.{fraction[:places]}0" if fraction else value
    kept = whole[: max(len(whole) + places, 0)]
    return f"{sign}{kept}{'0' * min(-places, len(whole))}" if kept else "0"


def _from_base(value: str, radix: int) -> int:
    _radix(radix)
    digits = value[1:] if value[:1] in ("-", "+") and len(value) > 1 else value
    try:
        if not digits.isalnum() or not digits.isascii():
            raise ValueError
        found = int(value, radix)
    except ValueError as fault:
        message = f"Not a valid base-{radix} number: {value}"
        raise QueryError(BAD, message) from fault
    if not -(2**63) <= found < 2**63:
        raise QueryError(BAD, f"Not a valid base-{radix} number: {value}")
    return found


def _to_base(value: int, radix: int) -> str:
    _radix(radix)
    rest, digits = abs(value), ""
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if value < 0 else "") + digits


def _radix(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise QueryError(BAD, "Radix must be between 2 and 36")


def _width_bucket(value: float, low: float, high: float, count: int) -> int:
    if count <= 0:
        raise QueryError(BAD, "bucketCount must be greater than 0")
    if math.isnan(value):
        raise QueryError(BAD, "operand must not be NaN")
    if not math.isfinite(low):
        raise QueryError(BAD, "first bound must be finite")
    if not math.isfinite(high):
        raise QueryError(BAD, "second bound must be finite")
    if low == high:
        raise QueryError(BAD, "bounds cannot equal each other")
    down, up = min(low, high), max(low, high)
    if value < down:
        found = 0
    elif value >= up:
        if count == 2**63 - 1:
            raise QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "Bucket for value Infinity is out of range")
        found = count + 1
    else:
        found = int(count * (value - down) / (up - down) + 1)
    return count - found + 1 if low > high else found


def _width_bins(value: float, bins: list[float]) -> int:
    if not bins:
        raise QueryError(BAD, "Bins cannot be an empty array")
    if math.isnan(value):
        raise QueryError(BAD, "Operand cannot be NaN")
    for i, each in enumerate(bins):
        if not math.isfinite(each):
            raise QueryError(BAD, f"Bin value must be finite, got {each}")
        if i and each <= bins[i - 1]:
            raise QueryError(BAD, "Bin values are not sorted in ascending order")
    return sum(value >= each for each in bins)


def _cbrt(value: float) -> float:
    """The double nearest to the root, as Java gives it; the C library may be off by one place."""
    root = math.cbrt(value)
    if not math.isfinite(root):
        return root
    near = (root, math.nextafter(root, math.inf), math.nextafter(root, -math.inf))
    return min(near, key=lambda r: abs(Fraction(r) ** 3 - Fraction(value)))


def _wilson(sign: int) -> "registry.Emit":
    def interval(successes: int, trials: int, z: float) -> float:
        if successes < 0:
            raise QueryError(BAD, "number of successes must not be negative")
        if trials <= 0:
            raise QueryError(BAD, "number of trials must be positive")
        if successes > trials:
            raise QueryError(BAD, "number of successes must not be larger than number of trials")
        if z < 0:
            raise QueryError(BAD, "z-score must not be negative")
        n, p = float(trials), successes / trials
        zz = z * z
        middle = p + zz / (2 * n)
        return (middle + sign * z * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))) / (1 + zz / n)

    name = f"lab_wilson_{'lower' if sign < 0 else 'upper'}"
    return python(name, interval, "BIGINT; BIGINT; DOUBLE", "DOUBLE")


def _cosine(left: dict[str, float | None], right: dict[str, float | None]) -> float | None:
    """Null where a vector is empty, has a null, or no length."""
    one, other = list(left.values()), list(right.values())
    if not one or not other or None in one or None in other:
        return None
    norm = math.sqrt(sum(x * x for x in one if x)) * math.sqrt(sum(x * x for x in other if x))
    if norm == 0:
        return None
    return sum((x or 0) * (right.get(k) or 0) for k, x in left.items()) / norm


def _random_below(kind: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        if len(call.arguments) == 1:
            low, high, message = "0", call.sql(0), "bound must be positive"
            wrong = "{1} <= 0"
        else:
            low, high, message = call.sql(0), call.sql(1), "start value must be less than stop value"
            wrong = "{0} >= {1}"
        pick = "CAST(floor(random() * (CAST({1} AS DOUBLE) - {0})) AS " + kind + ") + {0}"
        body = "(CASE WHEN " + wrong + f" THEN {fail(BAD, message)} ELSE {pick} END)"
        return emitting.bind(lambda a, b: body.format(a, b), low, high)

    return emit


for _each in WHOLE:
    scalar("abs", f"({_each}) -> {_each}", _absolute)
    scalar(("ceil", "ceiling", "floor", "round"), f"({_each}) -> {_each}", "{0}")
    scalar("round", f"({_each}, bigint) -> {_each}", _round_whole)
    scalar("sign", f"({_each}) -> {_each}", "CAST(sign({0}) AS {type})")
    scalar("mod", f"({_each}, {_each}) -> {_each}", _modulo)
    scalar(
        ("random", "rand"),
        (f"({_each}) -> {_each}", f"({_each}, {_each}) -> {_each}"),
        _random_below(
            {"tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INTEGER"}.get(_each, "BIGINT")
        ),
        deterministic=False,
    )
for _each in ("double", "real"):
    scalar("abs", f"({_each}) -> {_each}", "abs({0})")
    scalar(("ceil", "ceiling"), f"({_each}) -> {_each}", "ceil({0})")
    scalar("floor", f"({_each}) -> {_each}", "floor({0})")
    scalar("round", f"({_each}) -> {_each}", "round({0})")
    scalar("round", f"({_each}, bigint) -> {_each}", _round_float)
    scalar("truncate", f"({_each}) -> {_each}", "trunc({0})")
    scalar(
        "sign",
        f"({_each}) -> {_each}",
        bound("CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE CAST(sign({0}) AS {type}) END"),
    )
    scalar("mod", f"({_each}, {_each}) -> {_each}", "({0} % {1})")
    scalar("is_nan", f"({_each}) -> boolean", "isnan({0})")
scalar("abs", "(decimal(p, s)) -> decimal(p, s)", "abs({0})")
scalar(
    ("ceil", "ceiling"),
    "(decimal(p, s)) -> decimal(p, s)",
    "CAST(ceil({0}) AS {type})",
    result=_decimal("whole"),
)
scalar("floor", "(decimal(p, s)) -> decimal(p, s)", "CAST(floor({0}) AS {type})", result=_decimal("whole"))
scalar("round", "(decimal(p, s)) -> decimal(p, s)", "CAST(round({0}) AS {type})", result=_decimal("whole"))
scalar(
    "round", "(decimal(p, s), bigint) -> decimal(p, s)", _round_decimal, result=_decimal("round to a place")
)
scalar("truncate", "(decimal(p, s)) -> decimal(p, s)", _truncate_decimal, result=_decimal("truncate"))
scalar("truncate", "(decimal(p, s), bigint) -> decimal(p, s)", _truncate_decimal)
scalar("sign", "(decimal(p, s)) -> decimal(1, 0)", "CAST(sign({0}) AS DECIMAL(1,0))")
registry.udf(
    "lab_round_decimal", emitting.strict(_round_text), ["VARCHAR", "BIGINT"], "VARCHAR", nulls="special"
)
registry.udf(
    "lab_truncate_decimal", emitting.strict(_truncate_text), ["VARCHAR", "BIGINT"], "VARCHAR", nulls="special"
)


def _modulus_of_decimals(binding: Binding, types: Sequence[t.Type]) -> t.Type:
    one, other = types
    assert isinstance(one, t.DecimalType)
    assert isinstance(other, t.DecimalType)
    scale = max(one.scale, other.scale)
    whole = min(one.precision - one.scale, other.precision - other.scale)
    return t.decimal(min(38, whole + scale), scale)


scalar(
    "mod",
    "(decimal(a, b), decimal(c, d)) -> decimal(38, b)",
    bound(
        "CASE WHEN {1} = 0 THEN "
        + fail("DIVISION_BY_ZERO", "Division by zero")
        + " ELSE CAST({0} % {1} AS {type}) END"
    ),
    result=_modulus_of_decimals,
)

for _each in ("acos", "asin"):
    scalar(_each, "(double) -> double", f"{_each}({{0}})")
for _each in ("atan", "cos", "cosh", "sin", "sinh", "tan", "tanh", "degrees", "radians", "exp", "sqrt"):
    scalar(_each, "(double) -> double", f"{_each}({{0}})")
scalar("atan2", "(double, double) -> double", "atan2({0}, {1})")
scalar("cbrt", "(double) -> double", python("lab_cbrt", _cbrt, "DOUBLE", "DOUBLE"))
scalar("ln", "(double) -> double", "ln({0})")
scalar("log2", "(double) -> double", "(ln({0}) / ln(2))")
scalar("log10", "(double) -> double", "log10({0})")
scalar("log", "(double, double) -> double", "(ln({1}) / ln({0}))")
# For C one to any power is one, for Java not where the power is no number or infinite.
scalar(
    ("power", "pow"),
    "(double, double) -> double",
    bound("CASE WHEN abs({0}) = 1 AND NOT isfinite({1}) THEN CAST('NaN' AS DOUBLE) ELSE pow({0}, {1}) END"),
)
scalar("e", "() -> double", f"CAST('{math.e!r}' AS DOUBLE)")
scalar("pi", "() -> double", "pi()")
scalar("infinity", "() -> double", "CAST('Infinity' AS DOUBLE)")
scalar("nan", "() -> double", "CAST('NaN' AS DOUBLE)")
scalar("is_finite", "(double) -> boolean", "isfinite({0})")
scalar("is_infinite", "(double) -> boolean", "isinf({0})")
scalar(("random", "rand"), "() -> double", "random()", deterministic=False)
scalar(
    "from_base",
    "(varchar(x), bigint) -> bigint",
    python("lab_from_base", _from_base, "VARCHAR; BIGINT", "BIGINT"),
)
scalar(
    "to_base", "(bigint, bigint) -> varchar(64)", python("lab_to_base", _to_base, "BIGINT; BIGINT", "VARCHAR")
)
scalar(
    "width_bucket",
    "(double, double, double, bigint) -> bigint",
    python("lab_width_bucket", _width_bucket, "DOUBLE; DOUBLE; DOUBLE; BIGINT", "BIGINT"),
)
scalar(
    "width_bucket",
    "(double, array(double)) -> bigint",
    python("lab_width_bins", _width_bins, "DOUBLE; DOUBLE[]", "BIGINT"),
)
scalar("wilson_interval_lower", "(bigint, bigint, double) -> double", _wilson(-1))
scalar("wilson_interval_upper", "(bigint, bigint, double) -> double", _wilson(1))
scalar(
    "cosine_similarity",
    "(map(varchar, double), map(varchar, double)) -> double",
    python("lab_cosine", _cosine, "MAP(VARCHAR, DOUBLE); MAP(VARCHAR, DOUBLE)", "DOUBLE"),
)
