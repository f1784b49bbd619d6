"""What all expressions have in common: document paths, values, function calls."""

from __future__ import annotations

from collections.abc import Callable

from .nodes import Alias, Function, Operand, Path, Placeholder
from .tokens import Refusal, Tokens

MAX_PATH_DEPTH = 32
# Deeper than any sensible expression of 4 KB, and shallow enough for the interpreter's stack.
MAX_DEPTH = 100


def deeper(depth: int) -> int:
    """One level further down; `Refusal` when that is too deep."""
    if depth >= MAX_DEPTH:
        raise Refusal(f"The expression is nested too deeply; maximum nesting: {MAX_DEPTH}")
    return depth + 1


def parse_path(tokens: Tokens, keywords: frozenset[str]) -> Path:
    """``name``, ``#alias``, then any of ``.name``, ``.#alias``, ``[0]``."""
    elements: list[str | int] = [_path_element(tokens, keywords)]
    while True:
        if tokens.is_symbol("."):
            tokens.advance()
            elements.append(_path_element(tokens, keywords))
        elif tokens.is_symbol("["):
            tokens.advance()
            if tokens.current.kind != "number":
                raise tokens.syntax_error()
            elements.append(int(tokens.advance().text))
            tokens.expect("]")
        else:
            break
    if len(elements) > MAX_PATH_DEPTH:
        raise Refusal(
            "The document path has too many nesting elements; "
            f"nesting levels: {len(elements)}, maximum: {MAX_PATH_DEPTH}"
        )
    return Path(tuple(elements))


def _path_element(tokens: Tokens, keywords: frozenset[str]) -> str:
    token = tokens.current
    if token.kind == "alias":
        return Alias(tokens.advance().text)
    if token.kind == "word" and token.text.upper() not in keywords:
        return tokens.advance().text
    raise tokens.syntax_error()


def parse_operand(tokens: Tokens, keywords: frozenset[str], argument: Callable[[], Operand]) -> Operand:
    """A value, a call, or a path; ``argument`` parses one argument of a call."""
    token = tokens.current
    if token.kind == "value":
        return Placeholder(tokens.advance().text)
    following = tokens.following
    if (
        token.kind == "word"
        and following.kind == "symbol"
        and following.text == "("
        and token.text.upper() not in keywords
    ):
        tokens.advance()
        return Function(token.text, parse_arguments(tokens, argument))
    return parse_path(tokens, keywords)


def parse_arguments[T](tokens: Tokens, argument: Callable[[], T]) -> tuple[T, ...]:
    """``(`` one or more arguments ``)``."""
    tokens.expect("(")
    arguments = parse_list(tokens, argument)
    tokens.expect(")")
    return arguments


def parse_list[T](tokens: Tokens, element: Callable[[], T]) -> tuple[T, ...]:
    """One or more elements with commas between them."""
    elements = [element()]
    while tokens.is_symbol(","):
        tokens.advance()
        elements.append(element())
    return tuple(elements)


def expect_end(tokens: Tokens) -> None:
    """Nothing may follow the expression."""
    if tokens.current.kind != "end":
        raise tokens.syntax_error()
