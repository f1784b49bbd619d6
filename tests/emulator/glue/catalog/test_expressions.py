"""The expressions that select partitions.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

import operator
from collections.abc import Callable
from random import Random

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue.expressions import compiled

KEYS = [
    {"Name": "year", "Type": "int"},
    {"Name": "city", "Type": "string"},
    {"Name": "day", "Type": "date"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "at", "Type": "timestamp"},
    {"Name": "ratio", "Type": "double"},
]
OSLO = ("9", "Oslo", "2026-01-09", "2.50", "2026-01-09 10:00:00", "0.5")
ROME = ("10", "Rome", "2026-01-10", "10.00", "2026-01-10 10:00:00.25", "1.5")
NULL = ("11", "__HIVE_DEFAULT_PARTITION__", "2026-01-11", "0", "2026-01-11 00:00:00", "0")
NAMES = {OSLO: "Oslo", ROME: "Rome", NULL: "null"}


def _found(expression: str) -> list[str]:
    wanted = compiled(expression, KEYS)
    assert wanted is not None
    return [NAMES[values] for values in (OSLO, ROME, NULL) if wanted(values)]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("year = 9", ["Oslo"]),
        ("year = '9'", ["Oslo"]),
        ("YEAR = 09", ["Oslo"]),
        ("year <> 9", ["Rome", "null"]),
        ("year != 9", ["Rome", "null"]),
        ("year > 9", ["Rome", "null"]),
        ("9 < year", ["Rome", "null"]),
        ("10 >= year", ["Oslo", "Rome"]),
        ("year>=10 and year<=10", ["Rome"]),
        ("year BETWEEN 9 AND 10", ["Oslo", "Rome"]),
        ("year NOT BETWEEN 9 AND 10", ["null"]),
        ("year IN (9, '11')", ["Oslo", "null"]),
        ("year NOT IN (9, 11)", ["Rome"]),
        ("not year in (9)", ["Rome", "null"]),
        ("city = 'Oslo'", ["Oslo"]),
        ('city = "Oslo"', ["Oslo"]),
        ("city = 'oslo'", []),
        ("city > 'Oslo'", ["Rome"]),
        ("city LIKE 'O%'", ["Oslo"]),
        ("city LIKE '_o__'", ["Rome"]),
        ("city LIKE 'o%'", []),
        ("city NOT LIKE 'O%'", ["Rome"]),
        ("city IS NULL", ["null"]),
        ("city IS NOT NULL", ["Oslo", "Rome"]),
        ("NOT city = 'Oslo'", ["Rome"]),
        ("NOT (city = 'Oslo' OR year = 10)", []),
        ("city = 'Oslo' OR year = 11", ["Oslo", "null"]),
        ("year = 9 OR year = 10 AND city = 'Oslo'", ["Oslo"]),
        ("(year = 9 OR year = 10) AND city = 'Rome'", ["Rome"]),
        ("((((year)) = ((9))))", ["Oslo"]),
        ("( (year = 9) ) or ((city = ('Rome')))", ["Oslo", "Rome"]),
        ("day = '2026-01-09'", ["Oslo"]),
        ("day > '2026-01-09' AND day < '2026-01-11'", ["Rome"]),
        ("price = 2.5", ["Oslo"]),
        ("price > 9", ["Rome"]),
        ("price = 1e1", ["Rome"]),
        ("price > -1", ["Oslo", "Rome", "null"]),
        ("at = '2026-01-09 10:00:00'", ["Oslo"]),
        ("at > '2026-01-10 10:00:00.249'", ["Rome", "null"]),
        ("at <= '2026-01-10 10:00:00.250000'", ["Oslo", "Rome"]),
    ],
)
def test_partitions_are_compared_by_the_type_of_the_key(expression: str, names: list[str]) -> None:
    assert _found(expression) == names


def test_quotes_in_strings_are_doubled() -> None:
    wanted = compiled('city = \'L\'\'Aquila\' OR city = "the ""x"""', KEYS)
    assert wanted is not None
    assert wanted(("1", "L'Aquila", *OSLO[2:]))
    assert wanted(("1", 'the "x"', *OSLO[2:]))


def test_patterns_have_no_other_signs() -> None:
    wanted = compiled("city LIKE 'a.b*[c]%'", KEYS)
    assert wanted is not None
    assert wanted(("1", "a.b*[c]\nd", *OSLO[2:]))
    assert not wanted(("1", "axb*[c]", *OSLO[2:]))


def test_strings_compare_as_texts() -> None:
    wanted = compiled("month > '9'", [{"Name": "month", "Type": "string"}])
    assert wanted is not None
    assert not wanted(("10",))


@pytest.mark.parametrize("expression", [None, "", "  "])
def test_no_expression_finds_everything(expression: str | None) -> None:
    assert compiled(expression, KEYS) is None


@pytest.mark.parametrize(
    "expression",
    [
        "year",
        "year =",
        "year = 9 AND",
        "year = 9 year = 10",
        "(year = 9",
        "year = 9)",
        "year == 9",
        "year = city",
        "year = 2026 - 01 - 01",
        "year IN ()",
        "year IN (9",
        "year IN 9",
        "year BETWEEN 9",
        "city LIKE 9",
        "city IS 'Oslo'",
        "city IS test' AND not parsable",
        "upper(city) = 'OSLO'",
        "1 = 1",
        "'a' = 'a'",
        "NULL = 1",
        "year = 9; DROP TABLE orders",
        "day = date '2026-01-09'",
        "true year",
    ],
)
def test_what_is_no_expression_is_refused_with_its_text(expression: str) -> None:
    with pytest.raises(ServiceException) as caught:
        compiled(expression, KEYS)
    assert (caught.value.code, caught.value.message) == (
        "InvalidInputException",
        f"Unsupported expression '{expression}'",
    )


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("unknown IS NULL", "Invalid partition expression!"),
        ("year = 'test'", '"test" is not an integer.'),
        ("year IN (2.5)", '"2.5" is not an integer.'),
        ("price = 'test'", "test is not a decimal."),
        ("price = 'NaN'", "NaN is not a decimal."),
        ("day = '9 January'", "9 January is not a date."),
        (
            "at = '2026-01-09T10:00:00'",
            "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] "
            "2026-01-09T10:00:00 is not a timestamp.",
        ),
        ("year LIKE '9'", "Integral data type doesn't support operation 'LIKE'"),
        ("price LIKE '9'", "Decimal data type doesn't support operation 'LIKE'"),
        ("day LIKE '9'", "Date data type doesn't support operation 'LIKE'"),
        ("ratio = 0.5", "Unknown type : 'double'"),
    ],
)
def test_what_does_not_fit_the_key_is_refused(expression: str, message: str) -> None:
    with pytest.raises(ServiceException) as caught:
        compiled(expression, KEYS)
    assert (caught.value.code, caught.value.message) == ("InvalidInputException", message)


def test_a_partition_whose_value_is_of_another_type_is_reported() -> None:
    wanted = compiled("year = 9", KEYS)
    assert wanted is not None
    with pytest.raises(ServiceException) as caught:
        wanted(("nine", *OSLO[1:]))
    assert (caught.value.code, caught.value.message) == ("InvalidStateException", '"nine" is not an integer.')


def test_a_partition_from_before_a_key_is_reported() -> None:
    wanted = compiled("city = 'Oslo'", KEYS)
    assert wanted is not None
    with pytest.raises(ServiceException) as caught:
        wanted(("9",))
    assert caught.value.code == "InvalidStateException"


@pytest.mark.parametrize(
    "form", ["{brackets}year = 9{closed}", "{brackets}year{closed} = 9", "{nots}year = 9"]
)
def test_deep_expressions_are_read_or_refused(form: str) -> None:
    for deep, readable in ((150, True), (500, form.startswith("{brackets}year{closed}"))):
        expression = form.format(brackets="(" * deep, closed=")" * deep, nots="NOT " * deep)
        if readable:
            wanted = compiled(expression, KEYS)
            assert wanted is not None
            assert wanted(OSLO)
        else:
            with pytest.raises(ServiceException, match="Unsupported expression"):
                compiled(expression, KEYS)


def test_long_chains_are_read() -> None:
    wanted = compiled(" OR ".join(f"year={year}" for year in range(200)), KEYS)
    assert wanted is not None
    assert wanted(OSLO)


def test_random_texts_are_read_or_refused() -> None:
    random = Random(4)
    pieces = ["year", "city", "=", "<", "9", "'Oslo'", "(", ")", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN"]
    pieces += ["IS", "NULL", ",", "''", '"', "-", "1e5", "`city`", "\n", "é", ";", "*"]
    read, refused = 0, set()
    for _ in range(3000):
        expression = " ".join(random.choices(pieces, k=random.randint(1, 7)))
        try:
            wanted = compiled(expression, KEYS)
        except ServiceException as error:
            refused.add(error.code)
        else:
            read += 1
            assert wanted is None or wanted(OSLO) in (True, False, None)
    assert read > 5
    assert refused == {"InvalidInputException"}


def test_random_conditions_mean_what_sql_means() -> None:
    """Held to an evaluation of the same tree in three-valued logic."""
    random = Random(5)

    def leaf() -> tuple[str, Callable[[int | None], bool | None]]:
        sign, compare = random.choice(
            [("=", operator.eq), ("<>", operator.ne), ("<", operator.lt), (">=", operator.ge)]
        )
        literal = random.randint(0, 5)
        return f"n {sign} {literal}", lambda n: None if n is None else compare(n, literal)

    def tree(depth: int) -> tuple[str, Callable[[int | None], bool | None]]:
        if depth == 0:
            return leaf()
        text, first = tree(depth - 1)
        if random.random() < 0.3:
            return f"NOT ({text})", lambda n: None if first(n) is None else not first(n)
        other, second = tree(depth - 1)
        if random.random() < 0.5:
            return f"({text}) AND ({other})", lambda n: _both(first(n), second(n))
        return f"({text}) OR ({other})", lambda n: _either(first(n), second(n))

    for _ in range(150):
        text, expected = tree(random.randint(1, 4))
        wanted = compiled(text, [{"Name": "n", "Type": "int"}])
        assert wanted is not None
        for n in (None, 0, 1, 2, 3, 4, 5):
            value = "__HIVE_DEFAULT_PARTITION__" if n is None else str(n)
            assert wanted((value,)) is expected(n), f"{text} with {n}"


def _both(first: bool | None, second: bool | None) -> bool | None:
    return False if False in (first, second) else None if None in (first, second) else True


def _either(first: bool | None, second: bool | None) -> bool | None:
    return True if True in (first, second) else None if None in (first, second) else False


def test_expressions_select_in_the_catalog(sales: object, add: Callable[..., None]) -> None:
    add(("2025", "Oslo"), ("2026", "Oslo"), ("2026", "Rome"))
    answer = sales.get_partitions(  # type: ignore[attr-defined]
        DatabaseName="sales", TableName="orders", Expression="year = 2026 AND city LIKE 'O%'"
    )
    assert [found["Values"] for found in answer["Partitions"]] == [["2026", "Oslo"]]
