"""Binds update expressions, and applies their actions to an item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from localstack_lab.dynamodb.engine import values

from .condition_parser import MAX_OPERATORS
from .conditions import OPERANDS as CONDITION_FUNCTIONS
from .conditions import check_size
from .environment import Environment, refuse_reserved
from .nodes import Action, Add, Arithmetic, Delete, Function, Literal, Operand, Path, Placeholder, Remove, Set
from .projection import refuse_overlaps
from .tokens import Refusal
from .update_parser import ParsedUpdate, parse_update

OPERANDS = {"if_not_exists": 2, "list_append": 2}
_TYPE_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
    "NULL": "NULL",
    "BOOL": "BOOLEAN",
    "L": "LIST",
    "M": "MAP",
}


def bind_update(text: str, environment: Environment) -> tuple[Action, ...]:
    """The actions of an UpdateExpression; ValidationException in AWS's words."""
    check_size("UpdateExpression", text)
    try:
        parsed = parse_update(text)
        _check_form(parsed)
        return _bind(parsed.actions, environment)
    except Refusal as refusal:
        raise refusal.of("UpdateExpression") from refusal


def _check_form(parsed: ParsedUpdate) -> None:
    if parsed.operators > MAX_OPERATORS:
        raise Refusal(f"The expression contains too many operators; operator count: {parsed.operators}")
    nodes = [node for action in parsed.actions for node in _walk(action)]
    for node in nodes:
        if isinstance(node, Path):
            refuse_reserved(node)
    for node in nodes:
        if isinstance(node, Function) and node.name not in OPERANDS:
            if node.name in CONDITION_FUNCTIONS:
                raise Refusal(f"The function is not allowed in an update expression; function: {node.name}")
            raise Refusal(f"Invalid function name; function: {node.name}")
    if parsed.repeated_section:
        raise Refusal(
            f'The "{parsed.repeated_section}" section can only be used once in an update expression;'
        )


def _walk(node: Action | Operand) -> Iterator[Operand]:
    match node:
        case Set(path, value) | Add(path, value) | Delete(path, value):
            yield path
            yield from _walk(value)
        case Remove(path):
            yield path
        case Function(_, operands):
            yield node
            for operand in operands:
                yield from _walk(operand)
        case Arithmetic(_, left, right):
            yield from _walk(left)
            yield from _walk(right)
        case _:
            yield node


def _bind(actions: tuple[Action, ...], environment: Environment) -> tuple[Action, ...]:
    """All names before all values, then paths, then types: the order in which AWS reports."""
    for action in actions:
        for node in _walk(action):
            if isinstance(node, Path):
                environment.path(node)
    bound = tuple(_bind_action(action, environment) for action in actions)
    refuse_overlaps([action.path for action in bound])
    for action in bound:
        if isinstance(action, Add | Delete):
            _check_set_operand(action)
    for action in bound:
        if isinstance(action, Set):
            _check_operand(action.value)
    return bound


def _bind_action(action: Action, environment: Environment) -> Action:
    path = environment.path(action.path)
    if isinstance(action, Remove):
        return Remove(path)
    return type(action)(path, _bind_operand(action.value, environment))


def _bind_operand(operand: Operand, environment: Environment) -> Operand:
    match operand:
        case Placeholder():
            return environment.literal(operand)
        case Path():
            return environment.path(operand)
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, _bind_operand(left, environment), _bind_operand(right, environment))
        case Function(name, operands):
            return Function(name, tuple(_bind_operand(inner, environment) for inner in operands))
    return operand


def _check_set_operand(action: Add | Delete) -> None:
    operator = "ADD" if isinstance(action, Add) else "DELETE"
    actual = values.type_of(cast("Literal", action.value).value)
    if actual in values.SETS or (operator == "ADD" and actual == "N"):
        return
    raise Refusal(
        f"Incorrect operand type for operator or function; operator: {operator}, "
        f"operand type: {_TYPE_NAMES[actual]}, typeSet: ALLOWED_FOR_{operator}_OPERAND"
    )


def _check_operand(operand: Operand) -> str | None:
    """The type that the operand will have if that can be told; `Refusal` when it cannot be right."""
    match operand:
        case Literal(value):
            return values.type_of(value)
        case Arithmetic(operator, left, right):
            _check_operand_types(operator, (left, right), "N")
            return "N"
        case Function(name, operands):
            if len(operands) != OPERANDS[name]:
                raise Refusal(
                    "Incorrect number of operands for operator or function; "
                    f"operator or function: {name}, number of operands: {len(operands)}"
                )
            if name == "list_append":
                _check_operand_types(name, operands, "L")
                return "L"
            if not isinstance(operands[0], Path):
                raise Refusal(f"Operator or function requires a document path; operator or function: {name}")
            _check_operand(operands[1])
    return None


def _check_operand_types(operator: str, operands: tuple[Operand, ...], expected: str) -> None:
    for operand in operands:
        actual = _check_operand(operand)
        if actual is not None and actual != expected:
            raise Refusal(
                "Incorrect operand type for operator or function; "
                f"operator or function: {operator}, operand type: {actual}"
            )


def updated_paths(actions: Sequence[Action]) -> tuple[Path, ...]:
    """What UPDATED_OLD and UPDATED_NEW show."""
    return tuple(action.path for action in actions)
