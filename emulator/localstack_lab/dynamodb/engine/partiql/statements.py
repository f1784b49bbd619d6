"""What a PartiQL statement says, once parsed: conditions, paths and actions are those of expressions."""

from __future__ import annotations

from typing import Any, NamedTuple

from localstack_lab.dynamodb.engine.expressions.nodes import Action, Condition, Path

Item = dict[str, dict[str, Any]]


class Source(NamedTuple):
    """``"table"`` or ``"table"."index"``."""

    table: str
    index_name: str | None = None


class Select(NamedTuple):
    """``paths`` is None for ``*``; ``order``: attributes of ORDER BY with True for DESC.

    ``calls_for_a_path``: whether its conditions call attribute_exists or attribute_not_exists.
    """

    source: Source
    paths: tuple[Path, ...] | None
    where: Condition | None
    order: tuple[tuple[str, bool], ...] = ()
    calls_for_a_path: bool = False


class Exists(NamedTuple):
    """``EXISTS(SELECT …)``, which stands for a condition check in a transaction."""

    select: Select


class Insert(NamedTuple):
    """A whole item with valid, normal values."""

    source: Source
    item: Item


class Update(NamedTuple):
    """``returning``: such as ``MODIFIED NEW``, or None."""

    source: Source
    actions: tuple[Action, ...]
    where: Condition | None
    returning: str | None = None


class Delete(NamedTuple):
    """``returning``: ``ALL OLD`` or None."""

    source: Source
    where: Condition | None
    returning: str | None = None


type Statement = Select | Exists | Insert | Update | Delete
