"""Evaluation of SQL/JSON paths over items.

https://trino.io/docs/current/functions/json.html#json-path-modes
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/PathEvaluationVisitor.java
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions.sql_json import arithmetic, predicates
from localstack_lab.athena.sql.functions.sql_json.items import (
    Failed,
    Typed,
    decimal_literal,
    fits,
    kind_of,
    mistyped,
    number,
    scalar,
    text_of,
)
from localstack_lab.athena.sql.functions.sql_json.paths import Path, Step

Items = list[Any]
_TYPES = {"NULL": "null", "NUMBER": "number", "STRING": "string", "BOOLEAN": "boolean"}
_DOUBLE = re.compile(r"[ \t\n\r]*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]?[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Place:
    """What `@` and `last` mean here; None where nothing encloses."""

    current: tuple[Any] | None = None
    last: int | None = None


def evaluate(path: Path, document: Any, variables: Mapping[str, Items]) -> Items:
    """The items that a path finds in a document.

    :param variables: the items of each named variable: one, or none
    :raises Failed: where Trino's path evaluation fails
    """
    return Evaluation(path.lax, document, variables).items(path.root, Place())


def unwrapped(items: Items) -> Items:
    """Items with the elements of arrays in place of the arrays."""
    found: Items = []
    for item in items:
        if isinstance(item, list):
            found.extend(item)
        else:
            found.append(item)
    return found


class Evaluation:
    """One evaluation: its mode, document and variables."""

    def __init__(self, lax: bool, document: Any, variables: Mapping[str, Items]) -> None:
        self.lax = lax
        self.document = document
        self.variables = variables
        self.objects = 0
        self.methods: dict[str, Callable[[Typed], Typed]] = {
            "abs": arithmetic.absolute,
            "ceiling": lambda item: arithmetic.rounded(item, True),
            "floor": lambda item: arithmetic.rounded(item, False),
        }

    def items(self, step: Step, place: Place) -> Items:
        """The items that a part of the path yields."""
        if step.kind in self.methods:
            return [self.methods[step.kind](number(item)) for item in self.opened(step.parts[0], place)]
        method: Callable[[Step, Place], Items] = getattr(self, f"_{step.kind}")
        return method(step, place)

    def opened(self, step: Step, place: Place) -> Items:
        """Its items, arrays unwrapped in the lax mode."""
        found = self.items(step, place)
        return unwrapped(found) if self.lax else found

    # Literals and variables

    def _integer(self, step: Step, place: Place) -> Items:
        value = int(step.parts[0])
        return [Typed(t.INTEGER if fits(value, t.INTEGER) else t.BIGINT, value)]

    def _decimal(self, step: Step, place: Place) -> Items:
        return [decimal_literal(step.parts[0])]

    def _double(self, step: Step, place: Place) -> Items:
        if isinstance(step.parts[0], Step):
            return [_as_double(item) for item in self.opened(step.parts[0], place)]
        return [Typed(t.DOUBLE, float(step.parts[0]))]

    def _string(self, step: Step, place: Place) -> Items:
        return [Typed(t.varchar(len(step.parts[0])), step.parts[0])]

    def _true(self, step: Step, place: Place) -> Items:
        return [Typed(t.BOOLEAN, True)]

    def _false(self, step: Step, place: Place) -> Items:
        return [Typed(t.BOOLEAN, False)]

    def _null(self, step: Step, place: Place) -> Items:
        return [None]

    def _context(self, step: Step, place: Place) -> Items:
        return [self.document]

    def _variable(self, step: Step, place: Place) -> Items:
        return self.variables[step.parts[0]]

    def _current(self, step: Step, place: Place) -> Items:
        if place.current is None:
            raise Failed("accessing current filter item with no enclosing filter")
        return [place.current[0]]

    def _last(self, step: Step, place: Place) -> Items:
        if place.last is None:
            raise Failed("accessing the last array index with no enclosing array")
        return [Typed(t.INTEGER, place.last)]

    # Arithmetic

    def _binary(self, step: Step, place: Place) -> Items:
        sign, *operands = step.parts
        left, right = (self.opened(each, place) for each in operands)
        if len(left) != 1 or len(right) != 1:
            raise Failed("arithmetic binary expression requires singleton operands")
        return [arithmetic.calculated(sign, number(left[0]), number(right[0]))]

    def _unary(self, step: Step, place: Place) -> Items:
        sign, operand = step.parts
        found = [number(item) for item in self.opened(operand, place)]
        return found if sign == "+" else [arithmetic.negated(item) for item in found]

    # Accessors

    def _member(self, step: Step, place: Place) -> Items:
        base, key = step.parts
        found: Items = []
        for item in self.opened(base, place):
            if not isinstance(item, dict):
                if not self.lax:
                    raise mistyped("OBJECT", item)
            elif key is None:
                found.extend(item.values())
            elif key in item:
                found.append(item[key])
            elif not self.lax:
                raise Failed(f"structural error: missing member '{key}' in JSON object")
        return found

    def _descendant(self, step: Step, place: Place) -> Items:
        base, key = step.parts
        found: Items = []

        def visit(item: Any) -> None:
            if isinstance(item, dict):
                if key in item:
                    found.append(item[key])
                for each in item.values():
                    visit(each)
            elif isinstance(item, list):
                for each in item:
                    visit(each)

        for item in self.items(base, place):
            visit(item)
        return found

    def _array(self, step: Step, place: Place) -> Items:
        base, subscripts = step.parts
        found: Items = []
        for item in self.items(base, place):
            if not isinstance(item, list):
                if not self.lax:
                    raise mistyped("ARRAY", item)
                item = [item]
            if not subscripts:
                found.extend(item)
            elif not item and not self.lax:
                raise Failed("structural error: invalid array subscript for empty array")
            elif item:
                inside = replace(place, last=len(item) - 1)
                for first, last in subscripts:
                    found.extend(self._elements(item, first, last, inside))
        return found

    def _elements(self, array: Items, first: Step, last: Step | None, place: Place) -> Items:
        start = self._index(first, "from", place)
        end = start if last is None else self._index(last, "to", place)
        size = len(array)
        if not self.lax and not 0 <= start <= end < size:
            raise Failed(
                f"structural error: invalid array subscript: [{start}, {end}] for array of size {size}"
            )
        return array[max(start, 0) : max(end + 1, 0)] if start <= end else []

    def _index(self, step: Step, which: str, place: Place) -> int:
        found = self.items(step, place)
        if len(found) != 1:
            raise Failed(f"array subscript '{which}' value must be singleton numeric")
        item = found[0]
        value = item.value if isinstance(item, Typed) else item
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise mistyped("NUMBER", item)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise Failed("")
            # A double of SQL is rounded; Jackson cuts one of JSON off.
            value = (
                math.floor(abs(value) + 0.5) * (1 if value > 0 else -1) if item is not value else int(value)
            )
        elif isinstance(value, Decimal):
            value = int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if not fits(value, t.BIGINT):
            raise Failed(f"cannot convert value {value} to long")
        return int(value)

    def _filter(self, step: Step, place: Place) -> Items:
        base, predicate = step.parts
        return [
            item
            for item in self.opened(base, place)
            if predicates.holds(self, predicate, replace(place, current=(item,)))
        ]

    # Methods

    def _keyvalue(self, step: Step, place: Place) -> Items:
        found: Items = []
        for item in self.opened(step.parts[0], place):
            if not isinstance(item, dict):
                raise mistyped("OBJECT", item)
            found.extend({"name": k, "value": v, "id": self.objects} for k, v in item.items())
            self.objects += 1
        return found

    def _size(self, step: Step, place: Place) -> Items:
        found: Items = []
        for item in self.items(step.parts[0], place):
            if not isinstance(item, list) and not self.lax:
                raise mistyped("ARRAY", item)
            found.append(Typed(t.INTEGER, len(item) if isinstance(item, list) else 1))
        return found

    def _type(self, step: Step, place: Place) -> Items:
        return [Typed(t.varchar(27), _type_name(item)) for item in self.items(step.parts[0], place)]


def _type_name(item: Any) -> str:
    if isinstance(item, Typed):
        if t.is_numeric(item.type):
            return "number"
        return "boolean" if item.type == t.BOOLEAN else "string"
    return _TYPES.get(kind_of(item), kind_of(item).lower())


def _as_double(item: Any) -> Typed:
    text = text_of(item)
    if text is None:
        if item is None or isinstance(item, bool | list | dict):
            raise mistyped("NUMBER or TEXT", item)
        found = scalar(item)
        if found.type == t.BOOLEAN:
            raise mistyped("NUMBER or TEXT", item)
        return Typed(t.DOUBLE, float(found.value))
    if not _DOUBLE.fullmatch(text):
        raise Failed("")
    return Typed(t.DOUBLE, float(text.strip(" \t\n\r").rstrip("dDfF")))
