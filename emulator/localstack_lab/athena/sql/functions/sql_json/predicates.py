"""Predicates of SQL/JSON paths: true, false or, as None, unknown. They never fail.

https://trino.io/docs/current/functions/json.html#filter
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/PathPredicateEvaluationVisitor.java
"""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.functions.sql_json.items import Failed, Typed, real, scalar, text_of
from localstack_lab.athena.sql.functions.sql_json.paths import Step

if TYPE_CHECKING:
    from localstack_lab.athena.sql.functions.sql_json.evaluation import Evaluation, Place

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def holds(run: "Evaluation", step: Step, place: "Place") -> bool | None:
    """Whether a predicate is true."""
    if step.kind in ("and", "or"):
        decisive = step.kind == "or"
        left = holds(run, step.parts[0], place)
        if left is decisive:
            return decisive
        right = holds(run, step.parts[1], place)
        if right is decisive:
            return decisive
        return None if left is None or right is None else not decisive
    if step.kind == "not":
        inner = holds(run, step.parts[0], place)
        return None if inner is None else not inner
    if step.kind == "unknown":
        return holds(run, step.parts[0], place) is None
    try:
        if step.kind == "exists":
            return bool(run.items(step.parts[0], place))
        if step.kind == "starts":
            return _starts(run, step, place)
        return _compared(run, step, place)
    except Failed:
        return None


def _starts(run: "Evaluation", step: Step, place: "Place") -> bool | None:
    values, prefixes = run.opened(step.parts[0], place), run.items(step.parts[1], place)
    prefix = text_of(prefixes[0]) if len(prefixes) == 1 else None
    if prefix is None:
        return None
    found = False
    for item in values:
        text = text_of(item)
        if text is None:
            return None
        if text.startswith(prefix):
            found = True
            if run.lax:
                return True
    return found


def _category(item: Any) -> str:
    if item is None:
        return "null"
    return "structure" if isinstance(item, list | dict) else "scalar"


def _compared(run: "Evaluation", step: Step, place: "Place") -> bool | None:
    sign = step.parts[0]
    left, right = (run.opened(each, place) for each in step.parts[1:])
    if not left or not right:
        return False
    if len(left) == len(right) == 1 and _category(left[0]) == _category(right[0]) == "scalar":
        return _pair(sign, scalar(left[0]), scalar(right[0]))
    one, other = {_category(item) for item in left}, {_category(item) for item in right}
    for a, b in ((one, other), (other, one)):
        if "structure" in a and b & {"structure", "scalar"}:
            return None
    found = sign == "==" and "null" in one and "null" in other
    if sign == "<>":
        found = any("null" in a and b & {"scalar", "structure"} for a, b in ((one, other), (other, one)))
    if found and run.lax:
        return True
    if "scalar" not in one or "scalar" not in other:
        return found
    pairs = [[scalar(i) for i in items if _category(i) == "scalar"] for items in (left, right)]
    for x in pairs[0]:
        for y in pairs[1]:
            result = _pair(sign, x, y)
            if result is None:
                return None
            if result:
                found = True
                if run.lax:
                    return True
    return found


def _pair(sign: str, x: Typed, y: Typed) -> bool | None:
    common = t.common_super_type(x.type, y.type)
    if common is None:
        return None
    a, b = x.value, y.value
    if common in (t.DOUBLE, t.REAL):
        a, b = float(a), float(b)
        if common == t.REAL:
            a, b = real(a), real(b)
    if isinstance(common, t.CharType):
        a, b = a.rstrip(" "), b.rstrip(" ")
    return _SIGNS[sign](a, b)
