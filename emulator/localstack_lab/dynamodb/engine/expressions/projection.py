"""Projection expressions: which parts of an item are handed back.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .conditions import check_size
from .environment import Environment, refuse_reserved
from .nodes import Path
from .tokens import Refusal
from .update_parser import parse_projection

Item = dict[str, Any]

# A path ends where the tree has nothing below it.
type _Tree = dict[str | int, "_Tree"]


def bind_projection(text: str, environment: Environment) -> tuple[Path, ...]:
    """The paths of a ProjectionExpression; ValidationException in AWS's words."""
    check_size("ProjectionExpression", text)
    try:
        paths = parse_projection(text)
        for path in paths:
            refuse_reserved(path)
        bound = tuple(environment.path(path) for path in paths)
        refuse_overlaps(bound)
    except Refusal as refusal:
        raise refusal.of("ProjectionExpression") from refusal
    return bound


def refuse_overlaps(paths: Sequence[Path]) -> None:
    """No path may be another's beginning, and no two may take one thing for a map and for a list."""
    conflict: Refusal | None = None
    for position, second in enumerate(paths):
        for first in paths[:position]:
            verb = _clash(first.elements, second.elements)
            if verb is None:
                continue
            refusal = Refusal(
                f"Two document paths {verb} with each other; must remove or rewrite one of these paths; "
                f"path one: {first}, path two: {second}"
            )
            if verb == "overlap":
                raise refusal
            conflict = conflict or refusal
    if conflict is not None:
        raise conflict


def _clash(first: tuple[str | int, ...], second: tuple[str | int, ...]) -> str | None:
    for a, b in zip(first, second, strict=False):
        if isinstance(a, int) != isinstance(b, int):
            return "conflict"
        if a != b:
            return None
    return "overlap"


def project(item: Item, paths: Iterable[Path]) -> Item:
    """A new item with what the paths point at; list elements close ranks in their order."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for element in path.elements:
            branch = branch.setdefault(element, {})
    return _members(item, tree)


def _part(value: dict[str, Any], tree: _Tree) -> dict[str, Any] | None:
    if not tree:
        return value
    if isinstance(next(iter(tree)), int):
        members = value.get("L")
        if members is None:
            return None
        indexes = sorted(index for index in tree if isinstance(index, int) and index < len(members))
        parts = [_part(members[index], tree[index]) for index in indexes]
        kept = [part for part in parts if part is not None]
        return {"L": kept} if kept else None
    kept_members = _members(value.get("M", {}), tree)
    return {"M": kept_members} if kept_members else None


def _members(members: Item, tree: _Tree) -> Item:
    kept = {}
    for name, branch in tree.items():
        if isinstance(name, str) and name in members:
            part = _part(members[name], branch)
            if part is not None:
                kept[name] = part
    return kept
