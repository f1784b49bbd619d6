"""Binds a parsed condition: names and values put in, and all checks that need no item, in AWS's order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.numbers import normalise as normal_number

from .condition_parser import MAX_OPERATORS, Parsed, parse_condition
from .environment import Environment, refuse_reserved
from .nodes import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Placeholder,
)
from .tokens import Refusal

OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
UPDATE_FUNCTIONS = frozenset({"if_not_exists", "list_append"})
_ORDERING = frozenset({"<", "<=", ">", ">="})
_UNSIZED = frozenset({"N", "BOOL", "NULL"})
MAX_EXPRESSION_SIZE = 4096


def check_size(parameter: str, text: str) -> None:
    """No expression is empty or longer than 4 KB."""
    if not text:
        raise Refusal("The expression can not be empty;").of(parameter)
    size = len(text) if text.isascii() else len(text.encode())
    if size > MAX_EXPRESSION_SIZE:
        tail = "" if parameter == "UpdateExpression" else f" expression size: {size}"
        raise Refusal(f"Expression size has exceeded the maximum allowed size;{tail}").of(parameter)


def bind_condition(parameter: str, text: str, environment: Environment) -> Condition:
    """Parse and bind an expression; a ValidationException names ``parameter`` (``FilterExpression`` …)."""
    check_size(parameter, text)
    try:
        parsed = parse_condition(text)
        _check_form(parsed)
        return _bind(parsed.condition, environment)
    except Refusal as refusal:
        raise refusal.of(parameter) from refusal


def _check_form(parsed: Parsed) -> None:
    """What is wrong with the tree whatever the names and values are."""
    if parsed.operators > MAX_OPERATORS:
        raise Refusal(f"The expression contains too many operators; operator count: {parsed.operators}")
    if parsed.redundant_parentheses:
        raise Refusal("The expression has redundant parentheses;")
    leaves = list(_leaves(parsed.condition))
    nodes = [node for leaf in leaves for node in _walk(leaf)]
    for node in nodes:
        if isinstance(node, Function) and node.name not in OPERANDS:
            if node.name in UPDATE_FUNCTIONS:
                raise Refusal(f"The function is not allowed in a condition expression; function: {node.name}")
            raise Refusal(f"Invalid function name; function: {node.name}")
    for leaf in leaves:
        _check_use_of_functions(leaf)
    for node in nodes:
        if isinstance(node, Path):
            refuse_reserved(node)


def _check_use_of_functions(leaf: Condition) -> None:
    """Only size() gives a value, and size() is no condition."""
    misused = [leaf] if isinstance(leaf, Function) and leaf.name == "size" else []
    misused += [n for n in _operands(leaf) if isinstance(n, Function) and n.name != "size"]
    for operand in _operands(leaf):
        misused += [n for n in _walk(operand) if isinstance(n, Function) and n is not operand]
    if misused:
        raise Refusal(
            "The function is not allowed to be used this way in an expression; "
            f"function: {cast('Function', misused[0]).name}"
        )


def _leaves(condition: Condition) -> Iterator[Condition]:
    match condition:
        case And(left, right) | Or(left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Not(inner):
            yield from _leaves(inner)
        case _:
            yield condition


def _operands(node: Condition | Operand) -> tuple[Operand, ...]:
    match node:
        case Comparison(_, left, right):
            return left, right
        case Between(operand, low, high):
            return operand, low, high
        case In(operand, options):
            return operand, *options
        case Function(_, operands):
            return operands
    return ()


def _walk(node: Condition | Operand) -> Iterator[Condition | Operand]:
    yield node
    for operand in _operands(node):
        yield from _walk(operand)


def _bind(condition: Condition, environment: Environment) -> Condition:
    match condition:
        case Comparison(operator, left, right):
            left, right = _bind_operands((left, right), environment)
            _check_distinct(operator, (left, right))
            if operator in _ORDERING:
                _check_types(operator, (left, right), values.ORDERED)
            return Comparison(operator, left, right)
        case And(left, right):
            return And(_bind(left, environment), _bind(right, environment))
        case Or(left, right):
            return Or(_bind(left, environment), _bind(right, environment))
        case Not(inner):
            return Not(_bind(inner, environment))
        case Function():
            return _bind_function(condition, environment)
        case Between(operand, low, high):
            operand, low, high = _bind_operands((operand, low, high), environment)
            _check_types("BETWEEN", (operand, low, high), values.ORDERED)
            _check_bounds(low, high)
            return Between(operand, low, high)
        case In(operand, options):
            operand, *rest = _bind_operands((operand, *options), environment)
            return In(operand, tuple(rest))


def _bind_operands(operands: tuple[Operand, ...], environment: Environment) -> tuple[Operand, ...]:
    """Undefined names and values come before anything that is wrong with them."""
    return tuple(_bind_operand(operand, environment) for operand in operands)


def _bind_operand(operand: Operand, environment: Environment) -> Operand:
    if isinstance(operand, Path):
        return environment.path(operand)
    if isinstance(operand, Placeholder):
        return environment.literal(operand)
    if isinstance(operand, Function):
        return _bind_function(operand, environment)
    return operand


def _bind_function(function: Function, environment: Environment) -> Function:
    name = function.name
    operands = _bind_operands(function.operands, environment)
    if len(operands) != OPERANDS[name]:
        raise Refusal(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {name}, number of operands: {len(operands)}"
        )
    _check_distinct(name, operands)
    if name == "attribute_exists" or name == "attribute_not_exists":
        if not isinstance(operands[0], Path):
            raise Refusal(f"Operator or function requires a document path; operator or function: {name}")
    elif name == "begins_with":
        _check_types(name, operands, {"S", "B"})
    elif name == "size":
        _check_types(name, operands, values.TYPES - _UNSIZED)
    elif name == "attribute_type":
        _check_type_name(operands[1])
    return Function(name, operands)


def _check_type_name(operand: Operand) -> None:
    if not isinstance(operand, Literal):
        raise _wrong_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    _check_types("attribute_type", (operand,), {"S"})
    if operand.value["S"] not in values.TYPES:
        raise Refusal(
            f"Invalid attribute type name found; type: {operand.value['S']}, "
            "valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        )


def _check_types(operator: str, operands: tuple[Operand, ...], allowed: frozenset[str] | set[str]) -> None:
    for operand in operands:
        if isinstance(operand, Literal) and values.type_of(operand.value) not in allowed:
            raise _wrong_type(operator, values.type_of(operand.value))
        if isinstance(operand, Function) and "N" not in allowed:
            raise _wrong_type(operator, "N")


def _wrong_type(operator: str, actual: str) -> Refusal:
    return Refusal(
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {actual}"
    )


def _check_distinct(operator: str, operands: tuple[Operand, ...]) -> None:
    first, *rest = operands
    if isinstance(first, Path) and first in rest:
        raise Refusal(
            "The first operand must be distinct from the remaining operands for this operator or function; "
            f"operator: {operator}, first operand: {first}"
        )


def _check_bounds(low: Operand, high: Operand) -> None:
    if not (isinstance(low, Literal) and isinstance(high, Literal)):
        return
    order = values.compare(low.value, high.value)
    if order is None:
        problem = "same data type for lower and upper bounds"
    elif order > 0:
        problem = "upper bound to be greater than or equal to lower bound"
    else:
        return
    raise Refusal(
        f"The BETWEEN operator requires {problem}; lower bound operand: {_shown(low)}, "
        f"upper bound operand: {_shown(high)}"
    )


def _shown(literal: Literal) -> str:
    ((tag, content),) = literal.value.items()
    shown = normal_number(content) if tag == "N" else content
    return f"AttributeValue: {{{tag}:{shown}}}"
