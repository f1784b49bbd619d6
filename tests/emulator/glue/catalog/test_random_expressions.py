"""Random expressions over keys of every type, held to an evaluation of the same tree in three-valued logic.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

import operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from localstack_lab.glue.expressions import compiled

KEYS = [
    {"Name": "i", "Type": "int"},
    {"Name": "s", "Type": "string"},
    {"Name": "d", "Type": "date"},
    {"Name": "p", "Type": "decimal(10,2)"},
    {"Name": "t", "Type": "timestamp"},
]
SIGNS = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
NULL = "__HIVE_DEFAULT_PARTITION__"

type Row = dict[str, Any]
type Meaning = Callable[[Row], bool | None]


class Maker:
    """Texts with their meanings."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def value(self, key: str) -> Any:
        match key:
            case "i":
                return self.random.randint(-3, 3)
            case "s":
                return self.random.choice(["a", "ab", "b", "", "it's", "A", "a%", "_"])
            case "d":
                return date(2024, self.random.randint(1, 2), self.random.randint(1, 3))
            case "p":
                return Decimal(self.random.randint(-20, 20)) / 10
        return datetime(2024, 1, 1, self.random.randint(0, 2))

    def written(self, value: Any) -> str:
        quoted = "'" + str(value).replace("'", "''") + "'"
        return self.random.choice([str(value), quoted]) if isinstance(value, int | Decimal) else quoted

    def name(self, key: str) -> str:
        return self.random.choice([key, key.upper(), f"`{key}`", f"({key})"])

    def word(self, word: str) -> str:
        return self.random.choice([word, word.lower(), word.capitalize()])

    def row(self) -> Row:
        return {key: None if self.random.random() < 0.15 else self.value(key) for key in "isdpt"}

    def leaf(self) -> tuple[str, Meaning]:
        key, negated = self.random.choice("isdpt"), self.random.random() < 0.4
        name, no = self.name(key), f"{self.word('NOT')} " if negated else ""
        match self.random.choice(["compare", "mirror", "in", "between", "like", "null"]):
            case "compare":
                sign, value = self.random.choice(list(SIGNS)), self.value(key)
                return f"{name} {sign} {self.written(value)}", known(key, lambda v: SIGNS[sign](v, value))
            case "mirror":
                sign, value = self.random.choice(list(SIGNS)), self.value(key)
                text = f"{self.written(value)}{MIRRORED.get(sign, sign)}{key}"
                return text, known(key, lambda v: SIGNS[sign](v, value))
            case "in":
                values = [self.value(key) for _ in range(self.random.randint(1, 3))]
                text = f"{name} {no}{self.word('IN')} ({', '.join(map(self.written, values))})"
                return text, known(key, lambda v: (v in values) != negated)
            case "between":
                low, high = sorted([self.value(key), self.value(key)])
                text = f"{name} {no}{self.word('BETWEEN')} {self.written(low)} and {self.written(high)}"
                return text, known(key, lambda v: (low <= v <= high) != negated)
            case "like":
                pattern = self.random.choice(["a%", "%b", "_", "%", "a_", "", "%a%", "A%", "a.%"])
                return f"s {no}{self.word('LIKE')} '{pattern}'", known(
                    "s", lambda v: like(v, pattern) != negated
                )
        return f"{name} is {no}{self.word('NULL')}", lambda row: (row[key] is None) != negated

    def tree(self, depth: int) -> tuple[str, Meaning]:
        if depth == 0 or self.random.random() < 0.2:
            return self.leaf()
        text, first = self.tree(depth - 1)
        if self.random.random() < 0.25:
            return f"{self.word('NOT')} ({text})", lambda row: None if (v := first(row)) is None else not v
        other, second = self.tree(depth - 1)
        wanted = self.random.choice([True, False])  # what decides an OR and an AND

        def both(row: Row) -> bool | None:
            found = (first(row), second(row))
            return wanted if wanted in found else None if None in found else not wanted

        return f"({text}){self.random.choice(' \n')}{self.word('OR' if wanted else 'AND')} ({other})", both


def known(key: str, test: Callable[[Any], bool]) -> Meaning:
    return lambda row: None if row[key] is None else test(row[key])


def like(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(like(text[at:], pattern[1:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and like(text[1:], pattern[1:])


@pytest.mark.parametrize("seed", range(3))
def test_expressions_mean_what_sql_means(seed: int) -> None:
    maker = Maker(seed)
    for _ in range(400):
        text, meaning = maker.tree(maker.random.randint(0, 3))
        wanted = compiled(text, KEYS)
        assert wanted is not None
        for row in (maker.row() for _ in range(5)):
            values = tuple(NULL if row[key] is None else str(row[key]) for key in "isdpt")
            assert wanted(values) is meaning(row), f"{text} with {values}"
