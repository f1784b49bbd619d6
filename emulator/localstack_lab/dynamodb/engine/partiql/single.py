"""ExecuteStatement and BatchExecuteStatement.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.operations import constraints, keys
from localstack_lab.dynamodb.engine.operations.capacity import wants_capacity
from localstack_lab.dynamodb.engine.operations.constraints import Constraints
from localstack_lab.dynamodb.engine.schema import Table

from .literals import normal_parameters
from .parser import parse
from .predicates import key_and_rest
from .reading import select
from .statements import Exists, Select, Statement
from .writing import write

Shape = dict[str, Any]

MAX_STATEMENT = 8192
MAX_STATEMENTS = 25
# What a failed member of a batch is called; those that failed at the item also name their table.
_CODES = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "ResourceNotFoundException": "ResourceNotFound",
    "ValidationException": "ValidationError",
}
_AT_THE_ITEM = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


def execute_statement(call: Call, request: Shape) -> Shape:
    """Answers Items, NextToken, LastEvaluatedKey and ConsumedCapacity."""
    check = Constraints()
    check.present(request, "Statement")
    check_statement(check, request.get("Statement"), "statement")
    _check_parameters(check, request, "parameters")
    check.at_least(request, "Limit", 1)
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.one_of(request, "ReturnValuesOnConditionCheckFailure", constraints.RETURN_ON_FAILURE)
    check.raise_failures()
    statement = parse(request["Statement"], normal_parameters(request.get("Parameters")))
    return_old = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    return _execute(call, statement, request, return_old)


def check_statement(check: Constraints, text: str | None, where: str) -> None:
    """1 to 8,192 characters."""
    if text is None:
        return
    check.require(bool(text), text, where, "have length greater than or equal to 1")
    limit = f"have length less than or equal to {MAX_STATEMENT}"
    check.require(len(text) <= MAX_STATEMENT, text, where, limit)


def _check_parameters(check: Constraints, member: Shape, where: str) -> None:
    """There is at least one, if there are any."""
    check.require(member.get("Parameters") != [], "[]", where, "have length greater than or equal to 1")


def _execute(call: Call, statement: Statement, request: Shape, return_old: bool = False) -> Shape:
    if isinstance(statement, Select):
        return select(call, statement, request)
    if isinstance(statement, Exists):
        raise validation("EXISTS is only supported in ExecuteTransaction")
    items, capacity = write(call, statement, return_old=return_old)
    answer: Shape = {"Items": items}
    if wants_capacity(request):
        answer["ConsumedCapacity"] = capacity.answer(request["ReturnConsumedCapacity"])
    return answer


def batch_execute_statement(call: Call, request: Shape) -> Shape:
    """Answers Responses, one for each statement: TableName and Item, or Error; and ConsumedCapacity.

    Each statement stands for itself: a failed one spoils no other.
    """
    members = request.get("Statements")
    check = Constraints()
    check_members(check, members, "statements", MAX_STATEMENTS)
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.raise_failures()
    responses: list[Shape] = []
    capacities: list[Shape] = []
    for member in members or ():
        statement: Statement | None = None
        try:
            statement = parse(member["Statement"], normal_parameters(member.get("Parameters")))
            if isinstance(statement, Select):
                _check_batch_select(call, statement)
            wanted = {name: request[name] for name in ("ReturnConsumedCapacity",) if name in request}
            consistent = bool(member.get("ConsistentRead"))
            answer = _execute(call, statement, wanted | {"ConsistentRead": consistent})
        except DynamoDBError as error:
            responses.append(_failure(error, statement))
            continue
        response: Shape = {"TableName": _table_name(call, statement)}
        if answer["Items"]:
            response["Item"] = answer["Items"][0]
        responses.append(response)
        if "ConsumedCapacity" in answer:
            capacities.append(answer["ConsumedCapacity"])
    result: Shape = {"Responses": responses}
    if wants_capacity(request):
        result["ConsumedCapacity"] = capacities
    return result


def check_members(check: Constraints, members: list[Shape] | None, where: str, most: int) -> None:
    """The list of statements of a batch or transaction."""
    check.require(members is not None, None, where, "not be null")
    if members is None:
        return
    check.require(bool(members), "[]", where, "have length greater than or equal to 1")
    if len(members) > most:
        check.require(False, str(members), where, f"have length less than or equal to {most}")
    for place, member in enumerate(members, start=1):
        text, path = member.get("Statement"), f"{where}.{place}.member.statement"
        check.require(text is not None, None, path, "not be null")
        check_statement(check, text, path)
        _check_parameters(check, member, f"{where}.{place}.member.parameters")


def _check_batch_select(call: Call, statement: Select) -> None:
    table: Table = keys.find_table(call, statement.source.table)
    named = key_and_rest(statement.where, table.key_attributes) is not None
    if statement.source.index_name is not None or not named or statement.calls_for_a_path:
        raise validation(
            "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
        )


def _table_name(call: Call, statement: Statement) -> str:
    source = statement.select.source if isinstance(statement, Exists) else statement.source
    return keys.find_table(call, source.table).name


def _failure(error: DynamoDBError, statement: Statement | None) -> Shape:
    code = _CODES.get(error.code, error.code)
    response: Shape = {"Error": {"Code": code, "Message": error.message}}
    if code in _AT_THE_ITEM and statement is not None and not isinstance(statement, Exists):
        response["TableName"] = statement.source.table
    return response
