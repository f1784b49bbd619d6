"""Functions that make arrays: sequence, combinations, repeat, ngrams.

https://trino.io/docs/current/functions/array.html
"""

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.emitting import bound, checked
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, fail

BAD = "INVALID_FUNCTION_ARGUMENT"


def _sequence(step: str, shifted: str, limit: str) -> str:
    """The arrays of sequence: `shifted` gives the element number `lab_i`, `limit` the number of the last."""
    wrong = (
        "sequence stop value should be greater than or equal to start value if step is greater than zero "
        "otherwise stop should be less than or equal to start"
    )
    return (
        f"(CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {step} IS NULL THEN NULL "
        f"WHEN {step} = 0 THEN {fail(BAD, 'step must not be zero')} "
        f"WHEN ({step} > 0 AND {{1}} < {{0}}) OR ({step} < 0 AND {{1}} > {{0}}) THEN {fail(BAD, wrong)} "
        f"WHEN coalesce({limit}, 10000) >= 10000 THEN "
        f"{fail(BAD, 'result of sequence function must not have more than 10000 entries')} "
        f"ELSE list_transform(range(0, {limit} + 1), lambda lab_i: {shifted}) END)"
    )


_DEFAULT_STEP = "(CASE WHEN {1} >= {0} THEN 1 ELSE -1 END)"


def _sequence_of(kind: str) -> "registry.Emit":
    cast = {"date": "DATE", "timestamp": "TIMESTAMP", "bigint": "BIGINT"}[kind]

    def emit(call: Call) -> str:
        step = "{2}" if len(call.arguments) == 3 else _DEFAULT_STEP
        unit = call.arguments[2].type.base if len(call.arguments) == 3 else "plain"
        if kind == "bigint":
            limit = f"TRY_CAST((CAST({{1}} AS HUGEINT) - {{0}}) // {step} AS BIGINT)"
            shifted = f"CAST({{0}} + lab_i * {step} AS BIGINT)"
        elif unit == "interval year to month":
            between = (
                "(CASE WHEN {1} < {0} THEN -datesub('month', {1}, {0}) ELSE datesub('month', {0}, {1}) END)"
            )
            limit = f"({between} // {step})"
            shifted = f"CAST({{0}} + to_months(CAST(lab_i * {step} AS INTEGER)) AS {cast})"
        else:
            millis = f"({step} * 86400000)" if unit == "plain" else step
            span = "(epoch_ms(CAST({1} AS TIMESTAMP)) - epoch_ms(CAST({0} AS TIMESTAMP)))"
            limit = f"({span} // {millis})"
            shifted = f"CAST({{0}} + to_milliseconds(lab_i * {millis}) AS {cast})"
        template = _sequence(step, shifted, limit)
        if kind == "date" and unit == "interval day to second":
            days = fail(BAD, "sequence step must be a day interval if start and end values are dates")
            template = f"(CASE WHEN {{2}} % 86400000 <> 0 THEN {days} ELSE {template} END)"
        return emitting.over(call, lambda *values: template.format(*values))

    return emit


def _combinations(length: int, size: int) -> list[list[int]]:
    """Places of the elements, in Trino's order: the leftmost place moves first."""
    if size < 0:
        raise QueryError(BAD, "combination size must not be negative: " + str(size))
    if size > 5:
        raise QueryError(BAD, "combination size must not exceed 5: " + str(size))
    if size > length:
        return []
    found: list[list[int]] = []
    places = list(range(1, size + 1))
    while True:
        if len(found) == 100_000:
            raise QueryError(BAD, "combinations exceed max size")
        found.append(list(places))
        for i in range(size):
            if places[i] + 1 < (places[i + 1] if i + 1 < size else length + 1):
                places[: i + 1] = [*range(1, i + 1), places[i] + 1]
                break
        else:
            return found


def _emit_combinations(call: Call) -> str:
    return emitting.bind(
        lambda a, n: (
            f"list_transform({call.udf('lab_combinations')}(CAST(len({a}) AS BIGINT), {n}), "
            f"lambda lab_p: list_transform(lab_p, lambda lab_i: {a}[lab_i]))"
        ),
        call.sql(0),
        f"CAST({call.sql(1)} AS BIGINT)",
    )


registry.udf(
    "lab_combinations", emitting.strict(_combinations), ["BIGINT", "BIGINT"], "BIGINT[][]", nulls="special"
)
scalar("combinations", "(array(T), integer) -> array(array(T))", _emit_combinations)
scalar(
    "ngrams",
    "(array(T), bigint) -> array(array(T))",
    bound(
        f"CASE WHEN {{1}} <= 0 THEN {fail(BAD, 'N must be positive')} WHEN {{0}} IS NULL OR {{1}} "
        f"IS NULL THEN NULL "
        "WHEN len({0}) <= {1} THEN [{0}] "
        "ELSE list_transform(range(1, CAST(len({0}) AS BIGINT) - {1} + 2), lambda lab_i: "
        "{0}[lab_i:lab_i + {1} - 1]) END"
    ),
)
scalar(
    "repeat",
    "(T, bigint) -> array(T)",
    lambda call: emitting.over(
        call,
        lambda v, n: checked(
            f"{n} < 0",
            "count argument of repeat function must be greater than or equal to 0",
            checked(
                f"{n} > 10000",
                "count argument of repeat function must be less than or equal to 10000",
                f"(CASE WHEN {n} IS NOT NULL THEN list_transform(range({n}), lambda lab_i: CAST({v} AS "
                f"{t.duckdb(call.arguments[0].type)})) END)",
            ),
        ),
    ),
)
scalar(
    "sequence",
    ("(bigint, bigint) -> array(bigint)", "(bigint, bigint, bigint) -> array(bigint)"),
    _sequence_of("bigint"),
)
scalar(
    "sequence",
    (
        "(date, date) -> array(date)",
        "(date, date, interval day to second) -> array(date)",
        "(date, date, interval year to month) -> array(date)",
    ),
    _sequence_of("date"),
)
scalar(
    "sequence",
    (
        "(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p))",
        "(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p))",
    ),
    _sequence_of("timestamp"),
)
