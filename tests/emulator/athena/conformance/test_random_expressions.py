"""Random expressions, orders and aggregates answer what an evaluator of our own says."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.emulator.athena.conformance import oracle
from tests.emulator.athena.conformance.engine import Engine
from tests.emulator.athena.conformance.oracle import Node, Open

TOGETHER = 24
"""Expressions in one statement."""
FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    print_blob=False,
)
TEXTS = st.text("abAB é😀'%_", max_size=6)
DAYS = st.dates(date(1999, 12, 1), date(2025, 3, 31))
INTEGERS = st.one_of(st.integers(-20, 20), st.sampled_from([0, 2147483647, -2147483647, 65536]))
BIGINTS = st.one_of(st.integers(-20, 20), st.sampled_from([9223372036854775807, -9223372036854775807, 2**40]))


@st.composite
def decimals(draw: st.DrawFn) -> Node:
    scale = draw(st.integers(0, 4))
    precision = draw(st.integers(max(scale, 1), 9))
    value = draw(st.integers(-(10**precision) + 1, 10**precision - 1))
    return oracle.literal(Decimal(value).scaleb(-scale), (precision, scale))


def constants(kind: str) -> st.SearchStrategy[Node]:
    plain: dict[str, st.SearchStrategy[Any]] = {
        "integer": INTEGERS,
        "bigint": BIGINTS,
        "boolean": st.booleans(),
        "varchar": TEXTS,
        "date": DAYS,
    }
    if kind == "decimal":
        return st.one_of(decimals(), decimals(), st.just(oracle.literal(None, (5, 2))))
    values = st.one_of(plain[kind], plain[kind], plain[kind], st.none())
    return values.map(lambda value: oracle.literal(value, kind))


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int) -> Node:
    """A node of a kind: ``number``, ``boolean``, ``varchar`` or ``date``."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(
            constants(draw(st.sampled_from(["integer", "bigint", "decimal"])) if kind == "number" else kind)
        )

    def one(of: str) -> Node:
        return draw(expressions(of, depth - 1))

    def sound(of: str) -> Node:
        """Without an error: an engine may or may not evaluate what a condition leaves out."""
        node = one(of)
        return node if not node.error else draw(constants("integer" if of == "number" else of))

    any_kind = draw(st.sampled_from(["number", "varchar", "date"]))
    small = draw(st.integers(-3, 5))
    makers: dict[str, list[Callable[[], Node]]] = {
        "number": [
            *[lambda: oracle.arithmetic(draw(st.sampled_from("+-*/%")), one("number"), one("number"))] * 4,
            lambda: oracle.choice(sound("boolean"), sound("number"), sound("number")),
            lambda: oracle.coalesced(sound("number"), sound("number")),
            lambda: oracle.null_if(sound("number"), sound("number")),
            lambda: oracle.length(one("varchar")),
            lambda: oracle.found_at(one("varchar"), one("varchar")),
            lambda: oracle.days_between(one("date"), one("date")),
            lambda: oracle.part_of(
                draw(st.sampled_from(["year", "month", "day", "day_of_week", "week", "day_of_year"])),
                one("date"),
            ),
            lambda: oracle.as_integer(one("number")),
        ],
        "boolean": [
            *[
                lambda: oracle.comparison(
                    draw(st.sampled_from(list(oracle.COMPARISONS))), one(any_kind), one(any_kind)
                )
            ]
            * 3,
            lambda: oracle.distinct(one(any_kind), one(any_kind)),
            lambda: oracle.is_null(one(any_kind)),
            lambda: oracle.within(sound(any_kind), [sound(any_kind) for _ in range(3)]),
            lambda: oracle.between(sound(any_kind), sound(any_kind), sound(any_kind)),
            lambda: oracle.both(sound("boolean"), sound("boolean")),
            lambda: oracle.either(sound("boolean"), sound("boolean")),
            lambda: oracle.negation(one("boolean")),
        ],
        "varchar": [
            lambda: oracle.concatenated(one("varchar"), one("varchar")),
            lambda: oracle.substring(one("varchar"), small, draw(st.integers(-1, 4))),
            lambda: oracle.replaced(one("varchar"), "a", "bb"),
            lambda: oracle.reversed_text(one("varchar")),
            lambda: oracle.as_text(one(draw(st.sampled_from(["number", "boolean", "date"])))),
            lambda: oracle.choice(sound("boolean"), sound("varchar"), sound("varchar")),
        ],
        "date": [
            lambda: oracle.days_later(one("date"), small * 17),
            lambda: oracle.months_later(one("date"), small),
            lambda: oracle.month_of(one("date")),
            lambda: oracle.coalesced(sound("date"), sound("date")),
        ],
    }
    try:
        return draw(st.sampled_from(makers[kind]))()
    except Open:
        return draw(constants("integer" if kind == "number" else kind))


EXPRESSIONS = st.sampled_from(["number", "number", "boolean", "varchar", "date"]).flatmap(
    lambda kind: expressions(kind, 3)
)


@FEW
@given(nodes=st.lists(EXPRESSIONS, min_size=TOGETHER, max_size=TOGETHER))
def test_expressions_are_worth_what_the_rules_say(engine: Engine, nodes: list[Node]) -> None:
    sound = [node for node in nodes if not node.error]
    if sound:
        answer = engine.run("SELECT " + ",\n ".join(node.sql for node in sound), "shop")
        assert not answer.error, answer.error
        for node, found in zip(sound, answer.rows[0], strict=True):
            assert found == oracle.shown(node), f"{node.sql} is {found}, not {oracle.shown(node)}"
    for node in [node for node in nodes if node.error][:1]:
        answer = engine.run(f"SELECT {node.sql}", "shop")
        assert answer.error.startswith(node.error), f"{node.sql}: {answer}, not {node.error}"


@FEW
@given(nodes=st.lists(EXPRESSIONS, min_size=TOGETHER, max_size=TOGETHER))
def test_the_types_are_those_of_the_rules(engine: Engine, nodes: list[Node]) -> None:
    numbers = [node for node in nodes if not node.error and node.kind != "varchar"]
    if numbers:
        answer = engine.run("SELECT " + ",\n ".join(f"typeof({node.sql})" for node in numbers), "shop")
        wanted = tuple(oracle.type_text(node.kind) for node in numbers)
        assert answer.rows == (wanted,), f"{answer.error}\n" + "\n".join(node.sql for node in numbers)


def relation(rows: Sequence[tuple[int | None, int | None]]) -> str:
    listed = ", ".join(f"({'NULL' if k is None else k}, {'NULL' if v is None else v})" for k, v in rows)
    return f"(VALUES (CAST(NULL AS integer), CAST(NULL AS integer)), {listed}) AS t(k, v)"


ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.one_of(st.none(), st.integers(-9, 9))),
    min_size=1,
    max_size=12,
)


@FEW
@given(rows=ROWS, descending=st.booleans(), nulls=st.sampled_from(["", "", " NULLS FIRST", " NULLS LAST"]))
def test_nulls_are_last_both_ways_unless_said(
    engine: Engine, rows: list[tuple[int | None, int | None]], descending: bool, nulls: str
) -> None:
    sql = f"SELECT v FROM {relation(rows)} ORDER BY v{' DESC' if descending else ''}{nulls}"
    values = [None, *(v for _, v in rows)]
    there = sorted((v for v in values if v is not None), reverse=descending)
    absent: list[int | None] = [None] * values.count(None)
    wanted = absent + there if nulls == " NULLS FIRST" else there + absent
    assert [row[0] for row in engine.run(sql, "shop").rows] == [None if v is None else str(v) for v in wanted]


@FEW
@given(rows=ROWS)
def test_aggregates_pass_nulls_by(engine: Engine, rows: list[tuple[int | None, int | None]]) -> None:
    sql = (
        "SELECT k, count(*), count(v), sum(v), min(v), max(v), avg(CAST(v AS decimal(5,1))),"
        " count(DISTINCT v)"
        f" FROM {relation(rows)} GROUP BY k"
    )
    groups: dict[int | None, list[int | None]] = {}
    for k, v in [(None, None), *rows]:
        groups.setdefault(k, []).append(v)
    wanted = sorted((aggregated(k, values) for k, values in groups.items()), key=repr)
    assert sorted(engine.run(sql, "shop").rows, key=repr) == wanted


def aggregated(key: int | None, values: list[int | None]) -> tuple[str | None, ...]:
    there = [v for v in values if v is not None]
    average: list[str | None] = [None]
    if there:
        exact = oracle.EXACT.divide(Decimal(sum(there)), Decimal(len(there)))
        average = [f"{oracle.rounded(exact, 1):.1f}"]
    of_them = [str(found) for found in (sum(there), min(there), max(there))] if there else [None] * 3
    name = None if key is None else str(key)
    return (name, str(len(values)), str(len(there)), *of_them, *average, str(len(set(there))))


@FEW
@given(rows=ROWS, before=st.integers(0, 3), after=st.integers(0, 3))
def test_frames_of_rows_are_cut_at_the_partition(
    engine: Engine, rows: list[tuple[int | None, int | None]], before: int, after: int
) -> None:
    listed = ", ".join(f"({n}, {'NULL' if v is None else v})" for n, (_, v) in enumerate(rows))
    sql = (
        "SELECT n, sum(v) OVER (PARTITION BY n % 2 ORDER BY n"
        f" ROWS BETWEEN {before} PRECEDING AND {after} FOLLOWING)"
        f" FROM (VALUES (-1, CAST(NULL AS integer)), {listed}) AS t(n, v) WHERE n >= 0 ORDER BY n"
    )
    wanted = []
    for n in range(len(rows)):
        same = [m for m in range(len(rows)) if m % 2 == n % 2]
        at = same.index(n)
        seen = [v for m in same[max(0, at - before) : at + after + 1] if (v := rows[m][1]) is not None]
        wanted.append((str(n), str(sum(seen)) if seen else None))
    assert list(engine.run(sql, "shop").rows) == wanted
