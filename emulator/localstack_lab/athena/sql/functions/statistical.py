"""Statistical aggregate functions, percentiles and histograms.

https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions
"""

import math

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.registry import aggregate
from localstack_lab.athena.sql.functions.values import Call, fail

BAD = "INVALID_FUNCTION_ARGUMENT"


def quantile(means: list[float], weights: list[float], fraction: float | None) -> float:
    """The value at a fraction of a t-digest whose centroids have not been merged.

    https://github.com/airlift/airlift/tree/master/stats (TDigest.valueAt)
    """
    if fraction is None:
        raise QueryError(BAD, "Percentile cannot be null")
    if not 0 <= fraction <= 1:
        raise QueryError(BAD, "Percentile must be between 0 and 1")
    total = math.fsum(weights)
    offset = fraction * total
    if len(means) == 1 or offset < 1:
        return means[0]
    if offset > total - 1:
        return means[-1]
    current = weights[0] / 2
    if weights[0] > 1 and offset < current:
        return means[0]
    for i in range(len(means) - 1):
        delta = (weights[i] + weights[i + 1]) / 2
        if current + delta > offset:
            left = right = 0.0
            if weights[i] == 1:
                if offset - current < 0.5:
                    return means[i]
                left = 0.5
            if weights[i + 1] == 1:
                if current + delta - offset <= 0.5:
                    return means[i + 1]
                right = 0.5
            before, after = offset - current - left, current + delta - offset - right
            return (means[i] * after + means[i + 1] * before) / (before + after)
        current += delta
    return means[-1]


def _weighted(pairs: list[dict[str, float | None]], fractions: list[float | None]) -> list[float] | None:
    """Percentiles of values with weights; equal values are one centroid."""
    merged: dict[float, float] = {}
    for pair in pairs:
        value, weight = pair["v"], pair["w"]
        if value is None or weight is None:
            continue
        if math.isnan(value):
            raise QueryError(BAD, "value is NaN")
        if weight < 1:
            raise QueryError(BAD, "percentile weight must be >= 1")
        merged[value] = merged.get(value, 0) + weight
    if not merged:
        return None
    means = sorted(merged)
    return [quantile(means, [merged[m] for m in means], f) for f in fractions]


def _one_of_array(kind: t.Type) -> bool:
    return isinstance(kind, t.ArrayType)


def _fraction(call: Call) -> tuple[str, str]:
    """The percentages of a call, and its values: null where the percentage is, as Trino leaves out such rows.

    Percentages must be the same in all rows, which Trino does not look at: it takes any.
    """
    given, value = call.arguments[-1].sql, call.sql(0)
    if not emitting.names_columns(given):
        known = call.arguments[-1].is_constant and call.arguments[-1].constant is not None
        return given, value if known else _where_given(given, value)
    values = _where_given(given, value)
    least, most = (
        call.aggregate(name, f"CASE WHEN {value} IS NOT NULL THEN {given} END") for name in ("min", "max")
    )
    differ = fail("NOT_SUPPORTED", f"{call.name} of percentages that differ is not supported here")
    return f"CASE WHEN {least} IS DISTINCT FROM {most} THEN {differ} ELSE {least} END", values


def _where_given(given: str, value: str) -> str:
    return f"CASE WHEN {given} IS NOT NULL THEN {value} END"


def _percentile(call: Call) -> str:
    """With a weight of one each, the value at floor(fraction * count) of the sorted values."""
    many = _one_of_array(call.arguments[-1].type)
    element = call.type.element if isinstance(call.type, t.ArrayType) else call.type
    kind = t.duckdb(element)
    fraction, value = _fraction(call)
    bad = fail(BAD, "Percentile must be between 0 and 1")
    missing = fail(BAD, "Percentile cannot be null")
    if len(call.arguments) == 3:
        gathered = call.aggregate("list", f"struct_pack(v := CAST({value} AS DOUBLE), w := {call.sql(1)})")
        found = f"{call.udf('lab_percentiles')}({gathered}, {fraction if many else f'[{fraction}]'})"
        if t.is_integer(element):
            found = f"list_transform({found}, lambda lab_e: CAST(floor(lab_e + 0.5) AS {kind}))"
        found = f"CAST({found} AS {kind}[])"
        return found if many else f"({found})[1]"
    gathered = f"list_filter({call.aggregate('list', value)}, lambda lab_e: lab_e IS NOT NULL)"

    def at(s: str, p: str) -> str:
        place = f"least(CAST(floor({p} * len({s})) AS BIGINT), CAST(len({s}) AS BIGINT) - 1) + 1"
        return f"WHEN {p} < 0 OR {p} > 1 THEN {bad} ELSE {s}[{place}] END"

    def body(s: str, p: str) -> str:
        found = f"CASE {at(s, p)}"
        if many:
            found = (
                f"list_transform({p}, lambda lab_p: CASE WHEN lab_p IS NULL THEN {missing} {at(s, 'lab_p')})"
            )
        return f"(CASE WHEN len({s}) > 0 THEN {found} END)"

    return emitting.bind(body, f"list_sort({gathered})", fraction)


def _total(values: list[float]) -> float:
    """Their sum; infinite or NaN, as Java's is, where it leaves the range."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)


def _skewness(values: list[float | None]) -> float | None:
    """Of the population, from three values on."""
    known = [v for v in values if v is not None]
    n = len(known)
    if n < 3:
        return None
    mean = _total(known) / n
    apart = [v - mean for v in known]
    second = _total([a * a for a in apart])
    third = _total([a * a * a for a in apart])
    spread = second * math.sqrt(second)
    return math.sqrt(n) * third / spread if spread else math.nan


def _kurtosis(values: list[float | None]) -> float | None:
    """Excess kurtosis of a sample, from four values on."""
    known = [v for v in values if v is not None]
    n = len(known)
    if n < 4:
        return None
    mean = _total(known) / n
    apart = [v - mean for v in known]
    second = _total([a * a for a in apart])
    fourth = _total([a * a * a * a for a in apart])
    if not second * second:
        return math.nan
    return n * (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * fourth / (second * second) - 3 * (n - 1) ** 2 / (
        (n - 2) * (n - 3)
    )


def _moment(name: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        values = call.aggregate("list", f"CAST({call.sql(0)} AS DOUBLE)")
        return f"CAST({call.udf(name)}({values}) AS DOUBLE)"

    return emit


def _entropy(call: Call) -> str:
    value = call.sql(0)
    total = call.aggregate("sum", value)
    logs = call.aggregate("sum", f"CASE WHEN {value} > 0 THEN {value} * ln({value}) ELSE 0 END")
    least = call.aggregate("min", value)
    bad = fail(BAD, "Entropy count argument must be non-negative")
    return (
        f"(CASE WHEN {least} < 0 THEN {bad} WHEN coalesce({total}, 0) = 0 THEN CAST(0 AS DOUBLE) "
        f"ELSE greatest((ln({total}) - {logs} / {total}) / ln(2), CAST(0 AS DOUBLE)) END)"
    )


def _numeric_histogram(buckets: int, pairs: list[dict[str, float | None]]) -> dict[float, float] | None:
    """Buckets that hold the weight around their mean; the two nearest are merged until they are few enough.

    A streaming parallel decision tree algorithm, Ben-Haim and Tom-Tov, 2010, as Trino's page names it.
    """
    if buckets < 2:
        raise QueryError(BAD, "numeric_histogram bucket count must be greater than one")
    found: list[list[float]] = []
    for pair in pairs:
        value, weight = pair["v"], pair["w"]
        if value is None or weight is None:
            continue
        if math.isnan(value):
            raise QueryError(BAD, "value is NaN")
        found.append([value, weight])
    if not found:
        return None
    if len({value for value, _ in found}) > buckets:
        raise QueryError(
            "NOT_SUPPORTED", "numeric_histogram over more values than buckets is not supported here"
        )
    weights: dict[float, float] = {}
    for value, weight in sorted(found):
        weights[value] = weights.get(value, 0) + weight
    return weights


def _histogram(call: Call) -> str:
    weight = call.sql(2) if len(call.arguments) == 3 else "CAST(1 AS DOUBLE)"
    pairs = call.aggregate("list", f"struct_pack(v := CAST({call.sql(1)} AS DOUBLE), w := {weight})")
    buckets = call.arguments[0].constant
    if not isinstance(buckets, int):
        raise call.invalid("numeric_histogram needs a constant number of buckets here", "NOT_SUPPORTED")
    return f"CAST({call.udf('lab_numeric_histogram')}({buckets}, {pairs}) AS {t.duckdb(call.type)})"


_PAIRS = "STRUCT(v DOUBLE, w DOUBLE)[]"
registry.udf("lab_percentiles", emitting.strict(_weighted), [_PAIRS, "DOUBLE[]"], "DOUBLE[]", nulls="special")
registry.udf(
    "lab_skewness", emitting.strict(emitting.numeral(_skewness)), ["DOUBLE[]"], "VARCHAR", nulls="special"
)
registry.udf(
    "lab_kurtosis", emitting.strict(emitting.numeral(_kurtosis)), ["DOUBLE[]"], "VARCHAR", nulls="special"
)
registry.udf(
    "lab_numeric_histogram",
    emitting.strict(_numeric_histogram),
    ["BIGINT", _PAIRS],
    "MAP(DOUBLE, DOUBLE)",
    nulls="special",
)

for _kind in ("bigint", "double", "real"):
    aggregate(
        "approx_percentile",
        (
            f"({_kind}, double) -> {_kind}",
            f"({_kind}, double, double) -> {_kind}",
            f"({_kind}, array(double)) -> array({_kind})",
            f"({_kind}, double, array(double)) -> array({_kind})",
        ),
        _percentile,
    )
for _names, _function in (
    (("stddev", "stddev_samp"), "stddev_samp"),
    (("stddev_pop",), "stddev_pop"),
    (("variance", "var_samp"), "var_samp"),
    (("var_pop",), "var_pop"),
):
    aggregate(_names, ("(bigint) -> double", "(double) -> double"), f"[[{_function}({{0}})]]")
for _name in ("covar_pop", "covar_samp"):
    aggregate(_name, "(double, double) -> double", f"[[{_name}({{0}}, {{1}})]]")
    aggregate(_name, "(real, real) -> real", f"lab_narrow([[{_name}({{0}}, {{1}})]])")
for _name in ("corr", "regr_slope", "regr_intercept"):
    # Trino has null where a variance of zero leaves no number, and asks that before it makes a real of it
    _template = f"list_filter([[[{_name}({{0}}, {{1}})]]], lambda lab_e: isfinite(lab_e))[1]"
    _plain = _template.replace("[[[", "[ [[").replace("]]],", "]] ],")
    aggregate(_name, "(double, double) -> double", _plain)
    aggregate(_name, "(real, real) -> real", f"lab_narrow({_plain})")
for _name, _udf in (("skewness", "lab_skewness"), ("kurtosis", "lab_kurtosis")):
    aggregate(_name, ("(bigint) -> double", "(double) -> double"), _moment(_udf))
aggregate("geometric_mean", ("(bigint) -> double", "(double) -> double"), "exp([[avg(ln({0}))]])")
aggregate("geometric_mean", "(real) -> real", "CAST(exp([[avg(ln({0}))]]) AS FLOAT)")
aggregate("entropy", "(double) -> double", _entropy)
aggregate(
    "numeric_histogram",
    ("(bigint, double) -> map(double, double)", "(bigint, double, double) -> map(double, double)"),
    _histogram,
)
aggregate(
    "numeric_histogram",
    ("(bigint, real) -> map(real, real)", "(bigint, real, double) -> map(real, real)"),
    _histogram,
)
