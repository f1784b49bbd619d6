"""Update and projection expressions to syntax trees.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from .nodes import Action, Add, Arithmetic, Delete, Function, Operand, Path, Placeholder, Remove, Set
from .parser import deeper, expect_end, parse_list, parse_operand, parse_path
from .tokens import Tokens

KEYWORDS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})


class ParsedUpdate(NamedTuple):
    """Actions in the order of the text, and the section that appears twice, if one does."""

    actions: tuple[Action, ...]
    repeated_section: str | None
    operators: int


@lru_cache(maxsize=2048)
def parse_update(text: str) -> ParsedUpdate:
    """Raises `Refusal` for a syntax error; names, values and types are checked when the tree is bound."""
    return _UpdateParser(text).parse()


@lru_cache(maxsize=2048)
def parse_projection(text: str) -> tuple[Path, ...]:
    """The paths of a projection expression; raises `Refusal` for a syntax error."""
    tokens = Tokens(text)
    paths = parse_list(tokens, lambda: parse_path(tokens, frozenset()))
    expect_end(tokens)
    return paths


class _UpdateParser:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)
        self.operators = 0
        self.depth = 0

    def parse(self) -> ParsedUpdate:
        sections = {"SET": self.set, "REMOVE": self.remove, "ADD": self.add, "DELETE": self.delete}
        actions: list[Action] = []
        seen: set[str] = set()
        repeated: str | None = None
        while not actions or self.tokens.current.kind != "end":
            if not self.tokens.is_keyword(*sections):
                raise self.tokens.syntax_error()
            name = self.tokens.advance().text.upper()
            if name in seen and repeated is None:
                repeated = name
            seen.add(name)
            actions.extend(parse_list(self.tokens, sections[name]))
        return ParsedUpdate(tuple(actions), repeated, self.operators)

    def set(self) -> Action:
        path = self.path()
        self.tokens.expect("=")
        return Set(path, self.value())

    def remove(self) -> Action:
        return Remove(self.path())

    def add(self) -> Action:
        return Add(self.path(), self.placeholder())

    def delete(self) -> Action:
        return Delete(self.path(), self.placeholder())

    def path(self) -> Path:
        return parse_path(self.tokens, KEYWORDS)

    def placeholder(self) -> Placeholder:
        if self.tokens.current.kind != "value":
            raise self.tokens.syntax_error()
        return Placeholder(self.tokens.advance().text)

    def value(self) -> Operand:
        left = self.operand(self.value)
        token = self.tokens.current
        if token.kind == "symbol" and token.text in "+-":
            self.tokens.advance()
            self.operators += 1
            return Arithmetic(token.text, left, self.operand(self.value))
        return left

    def operand(self, inner: Callable[[], Operand]) -> Operand:
        self.depth = deeper(self.depth)
        operand = self.group_or_operand(inner)
        self.depth -= 1
        return operand

    def group_or_operand(self, inner: Callable[[], Operand]) -> Operand:
        if self.tokens.is_symbol("("):
            self.tokens.advance()
            operand = inner()
            self.tokens.expect(")")
            return operand
        operand = parse_operand(self.tokens, KEYWORDS, self.argument)
        if isinstance(operand, Function):
            self.operators += 1
        return operand

    def argument(self) -> Operand:
        return self.operand(self.argument)
