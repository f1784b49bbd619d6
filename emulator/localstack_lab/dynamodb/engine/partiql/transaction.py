"""ExecuteTransaction: all statements happen, or none.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import DynamoDBError, transaction_cancelled, validation
from localstack_lab.dynamodb.engine.expressions.evaluation import holds
from localstack_lab.dynamodb.engine.operations import constraints, keys
from localstack_lab.dynamodb.engine.operations.capacity import Capacity, read_units, wants_capacity
from localstack_lab.dynamodb.engine.operations.constraints import Constraints
from localstack_lab.dynamodb.engine.operations.transactions import write_all
from localstack_lab.dynamodb.engine.operations.writing import Write, check_empty_keys, check_schema
from localstack_lab.dynamodb.engine.schema import Table

from .literals import normal_parameters
from .parser import parse
from .predicates import key_and_rest
from .reading import shown
from .single import check_members
from .statements import Delete, Exists, Insert, Select, Statement, Update
from .writing import duplicate_item, prepare

Shape = dict[str, Any]
Item = dict[str, dict[str, Any]]

MAX_STATEMENTS = 100
_NONE: Shape = {"Code": "None"}


def execute_transaction(call: Call, request: Shape) -> Shape:
    """Answers Responses (for reads: one for each statement) and ConsumedCapacity."""
    members = request.get("TransactStatements")
    check = Constraints()
    check_members(check, members, "transactStatements", MAX_STATEMENTS)
    check.one_of(request, "ReturnConsumedCapacity", constraints.RETURN_CONSUMED_CAPACITY)
    check.raise_failures()
    statements = [_parsed(place, member) for place, member in enumerate(members or ())]
    reads = [isinstance(statement, Select) for statement in statements]
    if all(reads):
        return _read(call, request, [s for s in statements if isinstance(s, Select)])
    if any(reads):
        raise validation(
            "ExecuteTransaction API does not support both read and write operations in the same request."
        )
    return _write(call, request, members or [], statements)


def _parsed(place: int, member: Shape) -> Statement:
    parameters = normal_parameters(member.get("Parameters"))
    try:
        statement = parse(member["Statement"], parameters)
        if isinstance(statement, Update | Delete) and statement.returning is not None:
            raise validation("RETURNING clause is not supported in ExecuteTransaction.")
        if isinstance(statement, Select) and statement.source.index_name is not None:
            raise validation("Reads on indices are not supported within transactions.")
    except DynamoDBError as error:
        raise _failed_in(place, error.message) from error
    return statement


def _failed_in(place: int, message: str) -> DynamoDBError:
    return validation(f"Validation failed in TransactStatements[{place}]: {message}")


def _read(call: Call, request: Shape, statements: Sequence[Select]) -> Shape:
    targets = []
    for place, statement in enumerate(statements):
        table = keys.find_table(call, statement.source.table)
        found = key_and_rest(statement.where, table.key_attributes)
        if found is None or statement.calls_for_a_path:
            raise _failed_in(
                place,
                "Select statements within ExecuteTransaction must specify the primary key "
                "in the where clause.",
            )
        keys.check_key(table, found[0])
        targets.append((table, *found))
    _refuse_repeated([(table, key) for table, key, _ in targets])
    responses: list[Shape] = []
    spent: dict[int, Capacity] = {}
    with call.store.transaction():
        for statement, (table, key, rest) in zip(statements, targets, strict=True):
            item = call.store.get(table, *keys.key_position(table, key))
            size = values.item_size(item) if item else 0
            capacity = spent.setdefault(table.id, Capacity(table, "Read"))
            capacity.spend(2 * read_units(size, consistent=True))
            if item is not None and (rest is None or holds(rest, item)):
                responses.append({"Item": shown(item, statement.paths)})
            else:
                responses.append({})
    return {"Responses": responses} | _capacities(request, spent)


def _write(call: Call, request: Shape, members: list[Shape], statements: list[Statement]) -> Shape:
    drafts = [prepare(call, statement) for statement in statements if not isinstance(statement, Select)]
    tables, writes = [table for table, _ in drafts], [write for _, write in drafts]
    for place, (statement, table) in enumerate(zip(statements, tables, strict=True)):
        if isinstance(statement, Exists) and not _has_more_than_a_key(statement, table):
            raise _failed_in(place, "EXISTS() must contain a single item read with additional condition")
    for place, (member, write) in enumerate(zip(members, writes, strict=True)):
        write.return_old_on_failure = member.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        check_empty_keys(tables[place], write)
    reasons = [_schema_reason(table, write) for table, write in drafts]
    if any(reason is not _NONE for reason in reasons):
        raise transaction_cancelled(reasons)
    _refuse_repeated([(table, write.item) for table, write in drafts])
    token = request.get("ClientRequestToken")
    with call.store.transaction():
        if token is not None and _is_repeated(call, token, members):
            return _repeated(request, drafts)
        try:
            answer = write_all(call, request, tables, writes)
        except DynamoDBError as error:
            raise _in_partiql_words(error, statements) from error
        if token is not None:
            call.store.token_put(call.account_id, call.region, token, _digest(members))
    return {"Responses": []} | answer


def _has_more_than_a_key(statement: Exists, table: Table) -> bool:
    found = key_and_rest(statement.select.where, table.key_attributes)
    return found is not None and found[1] is not None


def _schema_reason(table: Table, write: Write) -> Shape:
    try:
        check_schema(table, write)
    except DynamoDBError as error:
        return {"Code": "ValidationError", "Message": error.message}
    return _NONE


def _in_partiql_words(error: DynamoDBError, statements: list[Statement]) -> DynamoDBError:
    """An INSERT whose item is there fails as a duplicate, not for a condition that nobody wrote."""
    reasons = error.extra.get("CancellationReasons")
    if reasons is None:
        return error
    duplicate = {"Code": "DuplicateItem", "Message": duplicate_item().message}
    return transaction_cancelled(
        [
            duplicate
            if isinstance(statement, Insert) and reason["Code"] == "ConditionalCheckFailed"
            else reason
            for statement, reason in zip(statements, reasons, strict=True)
        ]
    )


def _refuse_repeated(targets: Sequence[tuple[Table, Item]]) -> None:
    if len({(table.id, *keys.key_position(table, key)) for table, key in targets}) != len(targets):
        raise validation("Transaction request cannot include multiple operations on one item")


def _digest(members: list[Shape]) -> str:
    text = json.dumps(members, sort_keys=True, default=lambda binary: f"B{bytes(binary).hex()}")
    return hashlib.sha256(f"PartiQL {text}".encode()).hexdigest()


def _is_repeated(call: Call, token: str, members: list[Shape]) -> bool:
    known = call.store.token_get(call.account_id, call.region, token)
    if known is not None and known != _digest(members):
        raise DynamoDBError(
            "IdempotentParameterMismatchException",
            "The client request token was used before with other parameters",
        )
    return known is not None


def _repeated(request: Shape, drafts: Sequence[tuple[Table, Write]]) -> Shape:
    """A repeated request writes nothing; AWS charges for reading what the first one wrote."""
    spent: dict[int, Capacity] = {}
    for table, write in drafts:
        capacity = spent.setdefault(table.id, Capacity(table, "Read"))
        capacity.spend(2 * read_units(values.item_size(write.item), consistent=True))
    return {"Responses": []} | _capacities(request, spent)


def _capacities(request: Shape, spent: dict[int, Capacity]) -> Shape:
    if not wants_capacity(request):
        return {}
    wanted = request["ReturnConsumedCapacity"]
    return {"ConsumedCapacity": [capacity.answer(wanted, split=True) for capacity in spent.values()]}
