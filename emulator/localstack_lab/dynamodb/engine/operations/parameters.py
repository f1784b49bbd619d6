"""Expressions of one request: which may be there, bound in AWS's order, legacy parameters in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from localstack_lab.dynamodb.engine import legacy
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.conditions import bind_condition
from localstack_lab.dynamodb.engine.expressions.environment import Environment
from localstack_lab.dynamodb.engine.expressions.key_conditions import KeyCondition, bind_key_condition
from localstack_lab.dynamodb.engine.expressions.nodes import (
    Action,
    And,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
)
from localstack_lab.dynamodb.engine.expressions.projection import bind_projection
from localstack_lab.dynamodb.engine.expressions.updates import bind_update

EXPRESSIONS = {
    "GetItem": ("ProjectionExpression",),
    "PutItem": ("ConditionExpression",),
    "DeleteItem": ("ConditionExpression",),
    "UpdateItem": ("UpdateExpression", "ConditionExpression"),
    "Query": ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
    "Scan": ("ProjectionExpression", "FilterExpression"),
    "BatchGetItem": ("ProjectionExpression",),
}
LEGACY = {
    "GetItem": ("AttributesToGet",),
    "PutItem": ("Expected", "ConditionalOperator"),
    "DeleteItem": ("Expected", "ConditionalOperator"),
    "UpdateItem": ("AttributeUpdates", "Expected", "ConditionalOperator"),
    "Query": ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    "Scan": ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    "BatchGetItem": ("AttributesToGet",),
}


@dataclass(slots=True)
class Bound:
    """What the expressions of a request say; None or empty where there is none."""

    condition: Condition | None = None
    actions: tuple[Action, ...] | None = None
    key_conditions: dict[str, KeyCondition] | None = None
    filter: Condition | None = None
    projection: tuple[Path, ...] | None = None


def check_parameters(operation: str, request: dict[str, Any]) -> None:
    """Expressions and legacy parameters do not mix, and names and values need an expression."""
    expressions = [name for name in EXPRESSIONS[operation] if request.get(name) is not None]
    if expressions:
        old = [name for name in LEGACY[operation] if request.get(name) is not None]
        if "KeyConditions" in old and "KeyConditionExpression" not in expressions:
            old.remove("KeyConditions")
        if old:
            raise validation(
                "Can not use both expression and non-expression parameters in the same request: "
                f"Non-expression parameters: {{{', '.join(old)}}} "
                f"Expression parameters: {{{', '.join(expressions)}}}"
            )
    if request.get("ExpressionAttributeNames") is not None and not expressions:
        raise validation("ExpressionAttributeNames can only be specified when using expressions")
    with_values = [name for name in EXPRESSIONS[operation] if name != "ProjectionExpression"]
    if (
        with_values
        and request.get("ExpressionAttributeValues") is not None
        and all(request.get(name) is None for name in with_values)
    ):
        verb = "are" if len(with_values) > 1 else "is"
        message = "ExpressionAttributeValues can only be specified when using expressions"
        raise validation(message, f"{message}: {' and '.join(with_values)} {verb} null")


def bind(operation: str, request: dict[str, Any]) -> Bound:
    """Bind every expression, or translate the legacy parameters; ValidationException in AWS's words."""
    bound = Bound()
    if any(request.get(name) is not None for name in LEGACY[operation]):
        for name, value in legacy.translate(operation, request).items():
            setattr(bound, name, value)
    texts = {name: request[name] for name in EXPRESSIONS[operation] if request.get(name) is not None}
    if not texts:
        return bound
    environment = Environment(
        request.get("ExpressionAttributeNames"), request.get("ExpressionAttributeValues")
    )
    if "UpdateExpression" in texts:
        bound.actions = bind_update(texts["UpdateExpression"], environment)
    if "ConditionExpression" in texts:
        bound.condition = bind_condition("ConditionExpression", texts["ConditionExpression"], environment)
    if "KeyConditionExpression" in texts:
        bound.key_conditions = bind_key_condition(texts["KeyConditionExpression"], environment)
    if "FilterExpression" in texts:
        bound.filter = bind_condition("FilterExpression", texts["FilterExpression"], environment)
    if "ProjectionExpression" in texts:
        bound.projection = bind_projection(texts["ProjectionExpression"], environment)
    environment.refuse_unused()
    return bound


def paths_of(node: Condition | Operand) -> Iterator[Path]:
    """Every document path in a bound condition."""
    match node:
        case Path():
            yield node
        case Comparison(_, left, right) | And(left, right) | Or(left, right):
            yield from paths_of(left)
            yield from paths_of(right)
        case Not(inner):
            yield from paths_of(inner)
        case Between(operand, low, high):
            for part in (operand, low, high):
                yield from paths_of(part)
        case In(operand, options):
            for part in (operand, *options):
                yield from paths_of(part)
        case Function(_, operands):
            for part in operands:
                yield from paths_of(part)


def nested_names(paths: Iterator[Path] | tuple[Path, ...]) -> set[str]:
    """Attributes whose inside the paths look at."""
    return {str(path.elements[0]) for path in paths if len(path.elements) > 1}
