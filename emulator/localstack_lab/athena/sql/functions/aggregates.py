"""Aggregate functions.

https://trino.io/docs/current/functions/aggregate.html
"""

import decimal
from dataclasses import replace

from localstack_lab.athena.sql import ordering
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions import emitting, maps, registry
from localstack_lab.athena.sql.functions.registry import aggregate, lacking
from localstack_lab.athena.sql.functions.values import Call, fail

OVERFLOW = "NUMERIC_VALUE_OUT_OF_RANGE"
FLOATS = ("double", "real")


def _sum_bigint(call: Call) -> str:
    """DuckDB sums whole numbers in 128 bits; Trino fails where 64 do not hold the sum."""
    total = call.aggregate("sum", call.sql(0))
    return (
        f"(CASE WHEN {total} IS NULL OR {total} BETWEEN {-(2**63)} AND {2**63 - 1} "
        f"THEN TRY_CAST({total} AS BIGINT) ELSE {fail(OVERFLOW, 'bigint addition overflow')} END)"
    )


def _sum_months(call: Call) -> str:
    total = call.aggregate("sum", call.sql(0))
    return (
        f"(CASE WHEN {total} IS NULL OR {total} BETWEEN {-(2**31)} AND {2**31 - 1} "
        f"THEN TRY_CAST({total} AS INTEGER) ELSE {fail(OVERFLOW, 'integer addition overflow')} END)"
    )


def _average(total: str, count: int, scale: int) -> str | None:
    """The average of decimals, rounded half up to their own scale."""
    if count == 0:
        return None
    with decimal.localcontext(prec=90):
        exact = decimal.Decimal(total) / count
        return f"{exact.quantize(decimal.Decimal(1).scaleb(-scale), rounding=decimal.ROUND_HALF_UP):f}"


def _average_decimal(call: Call) -> str:
    assert isinstance(call.type, t.DecimalType)
    total = call.aggregate("sum", call.sql(0))
    count = call.aggregate("count", call.sql(0))
    return (
        f"CAST({call.udf('lab_average')}(CAST({total} AS VARCHAR), {count}, {call.type.scale}) "
        f"AS {t.duckdb(call.type)})"
    )


def _distinct_count(call: Call) -> str:
    """Exact, which is within the standard error that Trino promises for its estimate."""
    if len(call.arguments) == 2:
        error = call.arguments[1].constant
        if isinstance(error, int | float) and not 0.0040625 <= error <= 0.26:
            raise call.invalid(f"Standard error must be in [0.0040625, 0.26]: {error}")
    type_ = call.arguments[0].type
    value = f"struct_extract({call.sql(0)}, 'instant')" if t.is_zoned(type_) else call.sql(0)
    if t.ambiguous(type_) and not t.is_zoned(type_):
        raise call.invalid(f"{call.name} over values of type {type_} is not supported here", "NOT_SUPPORTED")
    inside = value if call.distinct else f"DISTINCT {value}"
    return call.aggregate("count", inside)


def _extreme_by(name: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        key = call.sql(1)
        if name == "arg_max" and call.arguments[1].type.base in FLOATS:
            key = emitting.bind(lambda x: f"(CASE WHEN isnan({x}) THEN '-Infinity' ELSE {x} END)", key)
        if isinstance(call.arguments[1].type, t.ArrayType | t.RowType):
            key = ordering.without_nulls(key, call.arguments[1].type)
        if len(call.arguments) == 2:
            return call.aggregate(f"{name}_null", call.sql(0), key)
        found = call.aggregate(name, f"struct_pack(v := {call.sql(0)})", key, _count_of(call, 2))
        return f"list_transform({found}, lambda lab_e: lab_e.v)"

    return emit


def _extreme(name: str) -> "registry.Emit":
    """Arrays and rows with nulls are compared one by one: Trino fails where a comparison comes to a null."""

    def emit(call: Call) -> str:
        value, kind = call.sql(0), call.type
        plain = call.aggregate(name, value)
        if not isinstance(kind, t.ArrayType | t.RowType):
            return plain
        listed = f"list_filter({call.aggregate('list', value)}, lambda lab_e: lab_e IS NOT NULL)"
        slowly = ordering.extreme(listed, "<" if name == "min" else ">", kind)
        with_nulls = call.aggregate("bool_or", ordering.holds_null(value, kind))
        return f"CASE WHEN {with_nulls} THEN {slowly} ELSE {plain} END"

    return emit


def _extremes(name: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        count = _count_of(call, 1)
        if isinstance(call.arguments[0].type, t.ArrayType | t.RowType):
            return call.aggregate(name, ordering.without_nulls(call.sql(0), call.arguments[0].type), count)
        if name == "min" or call.arguments[0].type.base not in FLOATS:
            return call.aggregate(name, call.sql(0), count)
        ranked = emitting.bind(
            lambda x: f"(CASE WHEN {x} IS NOT NULL THEN struct_pack(n := NOT isnan({x}), v := {x}) END)",
            call.sql(0),
        )
        return f"list_transform({call.aggregate(name, ranked, count)}, lambda lab_e: lab_e.v)"

    return emit


def _greatest_float(call: Call) -> str:
    """NaN comes out only where there is nothing else: here it is less than all numbers for Trino."""
    numbers = f"nullif({call.sql(0)}, CAST('NaN' AS {t.duckdb(call.type)}))"
    return f"coalesce({call.aggregate('max', numbers)}, {call.aggregate('max', call.sql(0))})"


def _count_of(call: Call, place: int) -> str:
    wanted = call.arguments[place].constant
    if not isinstance(wanted, int):
        raise call.invalid("A number of rows that is not a constant is not supported here", "NOT_SUPPORTED")
    if wanted <= 0:
        ordinal = {1: "second", 2: "third"}[place]
        raise call.invalid(f"{ordinal} argument of {call.name} must be positive")
    if wanted > 10_000:
        ordinal = {1: "second", 2: "third"}[place]
        raise call.invalid(
            f"{ordinal} argument of {call.name} must be less than or equal to 10000; found {wanted}"
        )
    return str(wanted)


def _of_known(call: Call) -> Call:
    """The call over those rows whose first argument is not null: without any of them it yields null."""
    condition = f"({call.sql(0)}) IS NOT NULL"
    if call.filter:
        given = call.filter.removeprefix("FILTER (WHERE ").removesuffix(")")
        condition = f"({given}) AND {condition}"
    return replace(call, filter=f"FILTER (WHERE {condition})")


def _pairs(call: Call) -> str:
    return _of_known(call).aggregate("list", f"struct_pack(k := {call.sql(0)}, v := {call.sql(1)})")


def _map_agg(call: Call) -> str:
    return maps.first_of_each(_pairs(call), call.type)


def _multimap_agg(call: Call) -> str:
    return maps.collected(_pairs(call), call.type)


def _map_union(call: Call) -> str:
    entry = "lambda lab_e: struct_pack(k := lab_e.key, v := lab_e.value)"
    entries = f"lambda lab_m: list_transform(map_entries(lab_m), {entry})"
    gathered = _of_known(call).aggregate("list", call.sql(0))
    return maps.first_of_each(f"flatten(list_transform({gathered}, {entries}))", call.type)


def _histogram(call: Call) -> str:
    """Keys in the order in which they come, as they do in Trino's own hash."""
    return f"CAST({call.aggregate('histogram', call.sql(0))} AS {t.duckdb(call.type)})"


def _reduce_agg(call: Call) -> str:
    step = call.arguments[2]
    state, element = step.parameters
    if emitting.names_columns(call.sql(1)) or emitting.names_columns(step.body):
        raise call.invalid("Columns in the first state and in the function of reduce_agg", "NOT_SUPPORTED")
    kind = t.duckdb(call.arguments[1].type)
    given = f"list_filter({call.aggregate('list', call.sql(0))}, lambda lab_e: lab_e IS NOT NULL)"
    # Without input there is no state at all
    return emitting.bind(
        lambda g: (
            f"(CASE WHEN len({g}) > 0 THEN list_reduce({g}, lambda {state}, {element}: "
            f"CAST({step.body} AS {kind}), CAST({call.sql(1)} AS {kind})) END)"
        ),
        given,
    )


def _most_frequent(call: Call) -> str:
    buckets, capacity = call.arguments[0].constant, call.arguments[2].constant
    if not isinstance(buckets, int) or not isinstance(capacity, int):
        raise call.invalid("approx_most_frequent needs constant buckets and capacity here", "NOT_SUPPORTED")
    if buckets < 2:
        raise call.invalid("approx_most_frequent bucket count must be greater than one")
    counted = f"map_entries({call.aggregate('histogram', call.sql(1))})"
    ranking = "lambda lab_e: struct_pack(n := -CAST(lab_e.value AS BIGINT), k := lab_e.key)"
    ranked = f"list_sort(list_transform({counted}, {ranking}))"
    return emitting.bind(
        lambda r: maps.from_lists(
            f"list_transform({r}, lambda lab_e: lab_e.k)",
            f"list_transform({r}, lambda lab_e: -lab_e.n)",
            call.type,
        ),
        f"({ranked})[1:{buckets}]",
    )


registry.udf(
    "lab_average", emitting.strict(_average), ["VARCHAR", "BIGINT", "INTEGER"], "VARCHAR", nulls="special"
)

registry.macro(
    "lab_narrow",  # Java's narrowing: what is too large becomes infinite
    """CREATE OR REPLACE TEMP MACRO lab_narrow(x) AS CASE WHEN isnan(x) THEN CAST('NaN' AS FLOAT)
    WHEN abs(x) >= 3.4028235677973366e38 THEN CAST(x * CAST('Infinity' AS DOUBLE) AS FLOAT)
    ELSE CAST(x AS FLOAT) END""",
)

aggregate("count", "() -> bigint", "[[count(*)]]")
aggregate("count", "(T) -> bigint", "[[count({0})]]")
aggregate("count_if", "(boolean) -> bigint", "[[count(CASE WHEN {0} THEN 1 END)]]")
aggregate("approx_distinct", ("(T) -> bigint", "(T, double) -> bigint"), _distinct_count)
aggregate("sum", "(bigint) -> bigint", _sum_bigint)
aggregate("sum", "(double) -> double", "[[sum({0})]]")
aggregate("sum", "(real) -> real", "lab_narrow([[sum({0})]])")
aggregate("sum", "(decimal(p, s)) -> decimal(38, s)", "CAST([[sum({0})]] AS {type})")
aggregate("sum", "(interval day to second) -> interval day to second", _sum_bigint)
aggregate("sum", "(interval year to month) -> interval year to month", _sum_months)
aggregate("avg", ("(bigint) -> double", "(double) -> double"), "[[avg({0})]]")
aggregate("avg", "(real) -> real", "CAST([[avg({0})]] AS FLOAT)")
aggregate("avg", "(decimal(p, s)) -> decimal(p, s)", _average_decimal)
aggregate("avg", "(interval day to second) -> interval day to second", "CAST(round([[avg({0})]]) AS BIGINT)")
aggregate("avg", "(interval year to month) -> interval year to month", "CAST(round([[avg({0})]]) AS INTEGER)")
for _name in ("min", "max"):
    aggregate(_name, "(T) -> T", _extreme(_name), where={"T": "orderable"})
    aggregate(_name, "(E, bigint) -> array(E)", _extremes(_name), where={"E": "orderable"})
aggregate("max", ("(double) -> double", "(real) -> real"), _greatest_float)
for _name, _function in (("min_by", "arg_min"), ("max_by", "arg_max")):
    aggregate(
        _name,
        ("(V, K) -> V", "(V, K, bigint) -> array(V)"),
        _extreme_by(_function),
        where={"K": "orderable"},
    )
aggregate(("arbitrary", "any_value"), "(T) -> T", "[[any_value({0})]]")
aggregate("array_agg", "(T) -> array(T)", "[[list({0})]]")
aggregate(("bool_and", "every"), "(boolean) -> boolean", "[[bool_and({0})]]")
aggregate("bool_or", "(boolean) -> boolean", "[[bool_or({0})]]")
aggregate("bitwise_and_agg", "(bigint) -> bigint", "[[bit_and({0})]]")
aggregate("bitwise_or_agg", "(bigint) -> bigint", "[[bit_or({0})]]")
aggregate("bitwise_xor_agg", "(bigint) -> bigint", "[[bit_xor({0})]]")
aggregate("map_agg", "(K, V) -> map(K, V)", _map_agg, where={"K": "comparable"})
aggregate("multimap_agg", "(K, V) -> map(K, array(V))", _multimap_agg, where={"K": "comparable"})
aggregate("map_union", "(map(K, V)) -> map(K, V)", _map_union, where={"K": "comparable"})
aggregate("histogram", "(T) -> map(T, bigint)", _histogram, where={"T": "comparable"})
aggregate("reduce_agg", "(T, S, function(S, T, S), function(S, S, S)) -> S", _reduce_agg)
aggregate(
    "approx_most_frequent",
    (
        "(bigint, bigint, bigint) -> map(bigint, bigint)",
        "(bigint, varchar, bigint) -> map(varchar, bigint)",
    ),
    _most_frequent,
)
lacking("checksum", reason="it depends on Trino's own hash of each type")
lacking("approx_set", "empty_approx_set", "merge", reason="HyperLogLog")
lacking(
    "tdigest_agg", "qdigest_agg", "value_at_quantile", "values_at_quantiles", reason="digests of quantiles"
)
lacking("make_set_digest", "merge_set_digest", "hash_counts", "intersection_cardinality", "jaccard_index")
