"""Event patterns: which events pass.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

LocalStack's compiler says what is wrong with a pattern; matching is done here, because LocalStack's lets
``true`` equal 1, wants something in the place of every ``*`` and takes the fields of different array elements
for those of one.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from localstack.aws.api.events import InvalidEventPatternException
from localstack.services.events.event_rule_engine import EventPatternCompiler

from localstack_lab.pipes.paths import MISSING

Test = Callable[[Any], bool]
"""Whether one value (or MISSING) passes."""


class PatternError(ValueError):
    """A pattern that AWS refuses."""


def compile_pattern(text: str) -> Test:
    """A function that says whether an event (a dictionary) passes.

    :raises PatternError: in AWS's words
    """
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise PatternError("Event pattern is not valid. Reason: Filter is not valid JSON") from error
    if not isinstance(pattern, dict):
        raise PatternError("Event pattern is not valid. Reason: Filter is not an object")
    try:
        EventPatternCompiler().compile_event_pattern(pattern)
    except InvalidEventPatternException as error:
        raise PatternError(str(error)) from error
    return _object(pattern)


def _object(pattern: dict[str, Any]) -> Test:
    tests: list[Test] = []
    for key, wanted in pattern.items():
        if key == "$or" and isinstance(wanted, list) and all(isinstance(item, dict) for item in wanted):
            tests.append(_either([_object(item) for item in wanted]))
        elif isinstance(wanted, dict):
            tests.append(_nested(key, _object(wanted)))
        else:
            tests.append(_leaf(key, [_condition(item) for item in wanted]))
    return lambda event: all(test(event) for test in tests)


def _either(tests: list[Test]) -> Test:
    return lambda event: any(test(event) for test in tests)


def _nested(key: str, test: Test) -> Test:
    def matches(event: Any) -> bool:
        value = _lookup(event, key)
        if isinstance(value, list):
            return any(test(item) for item in value if isinstance(item, dict))
        return test(value if isinstance(value, dict) else {})

    return matches


def _leaf(key: str, conditions: list[Test]) -> Test:
    def matches(event: Any) -> bool:
        values = list(_leaves(_lookup(event, key))) or [MISSING]
        return any(condition(value) for condition in conditions for value in values)

    return matches


def _lookup(event: Any, key: str) -> Any:
    """A field by its name, or by names joined with dots, which AWS does not tell apart."""
    if key in event:
        return event[key]
    first, dot, rest = key.partition(".")
    inner = event.get(first) if dot else None
    return _lookup(inner, rest) if isinstance(inner, dict) else MISSING


def _leaves(value: Any) -> Iterator[Any]:
    """The plain values at a field: objects are none, an array stands for its elements."""
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif not isinstance(value, dict) and value is not MISSING:
        yield value


def _condition(wanted: Any) -> Test:
    if not isinstance(wanted, dict):
        return _equal(wanted)
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        return (lambda value: value is not MISSING) if operand else (lambda value: value is MISSING)
    test = _OPERATORS[operator](operand)
    return lambda value: value is not MISSING and test(value)


def _equal(wanted: Any) -> Test:
    # Numbers are compared as they are written: 300 is not 300.0; and true is not 1.
    return lambda value: type(value) is type(wanted) and value == wanted


def _text(check: Callable[[str], bool]) -> Test:
    return lambda value: isinstance(value, str) and check(value)


def _prefix(operand: Any) -> Test:
    if isinstance(operand, dict):
        start = operand["equals-ignore-case"].lower()
        return _text(lambda value: value.lower().startswith(start))
    return _text(lambda value: value.startswith(operand))


def _suffix(operand: Any) -> Test:
    if isinstance(operand, dict):
        end = operand["equals-ignore-case"].lower()
        return _text(lambda value: value.lower().endswith(end))
    return _text(lambda value: value.endswith(operand))


def _ignoring_case(operand: str) -> Test:
    folded = operand.lower()
    return _text(lambda value: value.lower() == folded)


def _wildcard(operand: str) -> Test:
    pieces = []
    for escaped, star, other in re.findall(r"\\([*\\])|(\*)|([^*\\]+|\\)", operand):
        pieces.append(".*" if star else re.escape(escaped or other))
    pattern = re.compile("".join(pieces), re.DOTALL)
    return _text(lambda value: pattern.fullmatch(value) is not None)


def _numeric(operand: list[Any]) -> Test:
    bounds = [(_COMPARISONS[operand[i]], operand[i + 1]) for i in range(0, len(operand), 2)]

    def matches(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return all(compare(value, bound) for compare, bound in bounds)

    return matches


def _cidr(operand: str) -> Test:
    network = ipaddress.ip_network(operand, strict=False)

    def matches(value: str) -> bool:
        try:
            return ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return _text(matches)


def _anything_but(operand: Any) -> Test:
    if isinstance(operand, dict):
        ((operator, inner),) = operand.items()
        tests = [_OPERATORS[operator](item) for item in (inner if isinstance(inner, list) else [inner])]
    else:
        tests = [_equal(item) for item in (operand if isinstance(operand, list) else [operand])]
    return lambda value: not any(test(value) for test in tests)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
_OPERATORS: dict[str, Callable[[Any], Test]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}
