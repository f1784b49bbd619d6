"""Branches that OR joins: AWS refuses those that read the same items of a partition twice.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.nodes import Comparison, Condition, Not, Or, Path
from localstack_lab.dynamodb.engine.operations.parameters import paths_of
from localstack_lab.dynamodb.engine.operations.query import sort_range
from localstack_lab.dynamodb.engine.reading import Bound
from localstack_lab.dynamodb.engine.schema import Index, Table

from .predicates import conjuncts, partitions, sort_condition


class _Branch(NamedTuple):
    """The partitions that a branch reads, and the range of sort keys in them."""

    partitions: list[bytes]
    lower: Bound | None
    upper: Bound | None


def refuse_overlaps(where: Condition | None, source: Table | Index) -> None:
    """Refuse a clause of branches by key that overlap; one that scans, or excludes sort keys, may.

    :raises DynamoDBError: ValidationException
    """
    if not isinstance(where, Or):
        return
    branches: list[_Branch] = []
    for condition in _alternatives(where):
        asked = partitions(condition, source.hash_key)
        if asked is None:
            return
        if _is_simple(condition, source):
            bounds = sort_range(sort_condition(condition, source.range_key))
            branches.append(_Branch([values.key_bytes(value) for value in asked], *bounds))
    for one, other in combinations(branches, 2):
        if set(one.partitions) & set(other.partitions) and _meet(one, other) and _meet(other, one):
            raise validation("Overlapping conditions with range keys are not supported in where clause")


def _alternatives(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Or):
        yield from _alternatives(condition.left)
        yield from _alternatives(condition.right)
    else:
        yield condition


def _is_simple(branch: Condition, source: Table | Index) -> bool:
    """Whether the branch says at most one thing of the sort key, and that as a range."""
    if source.range_key is None:
        return True
    own = Path((source.range_key.name,))
    about = [condition for condition in conjuncts(branch) if own in paths_of(condition)]
    if not about:
        return True
    excludes = isinstance(about[0], Not) or (isinstance(about[0], Comparison) and about[0].operator == "<>")
    return len(about) == 1 and not excludes and sort_condition(branch, source.range_key) is not None


def _meet(one: _Branch, other: _Branch) -> bool:
    """Whether the one's range begins before the other's ends."""
    if one.lower is None or other.upper is None:
        return True
    (first, has_first), (last, has_last) = one.lower, other.upper
    return first < last or (first == last and has_first and has_last)
