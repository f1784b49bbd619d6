"""Walking over the parts of a statement."""

from dataclasses import fields as dataclass_fields

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.functions import registry

_PARTS: dict[type, tuple[str, ...]] = {}


def walk(node: object) -> list[tree.Node]:
    """A part of a statement and all parts of it."""
    found: list[tree.Node] = []
    waiting: list[object] = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple):
            waiting.extend(each)
        elif isinstance(each, tree.Node):
            found.append(each)
            kind = type(each)
            if kind not in _PARTS:
                _PARTS[kind] = tuple(f.name for f in dataclass_fields(kind) if f.name != "position")
            waiting.extend(getattr(each, name) for name in _PARTS[kind])
    return found


def mentions(node: tree.Node, name: str) -> int:
    """How often a query reads a table by this name alone."""
    return sum(
        1
        for n in walk(node)
        if isinstance(n, tree.Table) and len(n.parts) == 1 and n.parts[0].lower() == name
    )


def has_query(node: tree.Node) -> bool:
    """Whether a query is in it."""
    return any(isinstance(n, tree.Query) for n in walk(node))


def has_windows(node: tree.Select) -> bool:
    """Whether a window function is in a select list."""
    return any(isinstance(n, tree.Call) and n.over is not None for n in walk(node.items))


def is_volatile(node: tree.Node) -> bool:
    """Whether reading it twice may give two answers: it samples, or calls random() and its like."""
    for each in walk(node):
        if isinstance(each, tree.Sampled):
            return True
        if isinstance(each, tree.Call) and registry.is_volatile(each.name):
            return True
    return False
