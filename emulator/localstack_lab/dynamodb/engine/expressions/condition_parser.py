"""Condition, filter and key condition expressions to syntax trees.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, cast

from .nodes import And, Between, Comparison, Condition, Function, In, Not, Operand, Or, Path, Placeholder
from .parser import deeper, expect_end, parse_arguments, parse_operand
from .tokens import Refusal, Token, Tokens

KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
MAX_OPERATORS = 300
MAX_OPTIONS = 100

type _Node = Condition | Operand


class Parsed(NamedTuple):
    """A tree, whether a bracket in it stands directly in another, and the number of its operators."""

    condition: Condition
    redundant_parentheses: bool
    operators: int


@lru_cache(maxsize=2048)
def parse_condition(text: str) -> Parsed:
    """Raises `Refusal` for a syntax error; names, values and types are checked when the tree is bound."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)
        self.redundant = False
        self.operators = 0
        self.depth = 0
        self.last_group: tuple[int, int] | None = None

    def parse(self) -> Parsed:
        condition = self.disjunction()
        expect_end(self.tokens)
        self.require_condition(condition)
        return Parsed(cast("Condition", condition), self.redundant, self.operators)

    def disjunction(self) -> _Node:
        left = self.conjunction()
        while self.tokens.is_keyword("OR"):
            self.require_condition(left)
            self.operator()
            right = self.conjunction()
            self.require_condition(right)
            left = Or(cast("Condition", left), cast("Condition", right))
        return left

    def conjunction(self) -> _Node:
        left = self.negation()
        while self.tokens.is_keyword("AND"):
            self.require_condition(left)
            self.operator()
            right = self.negation()
            self.require_condition(right)
            left = And(cast("Condition", left), cast("Condition", right))
        return left

    def negation(self) -> _Node:
        if not self.tokens.is_keyword("NOT"):
            return self.relation()
        self.operator()
        self.descend()
        condition = self.negation()
        self.depth -= 1
        self.require_condition(condition)
        return Not(cast("Condition", condition))

    def relation(self) -> _Node:
        left = self.group_or_operand()
        token = self.tokens.current
        if token.kind == "symbol" and token.text in COMPARATORS:
            self.require_operand(left)
            self.operator()
            right = self.operand()
            return Comparison(token.text, cast("Operand", left), right)
        if self.tokens.is_keyword("BETWEEN"):
            self.require_operand(left)
            self.operator()
            low = self.operand()
            if not self.tokens.is_keyword("AND"):
                raise self.tokens.syntax_error()
            self.tokens.advance()
            return Between(cast("Operand", left), low, self.operand())
        if self.tokens.is_keyword("IN"):
            self.require_operand(left)
            self.operator()
            options = parse_arguments(self.tokens, self.operand)
            if len(options) > MAX_OPTIONS:
                raise Refusal(
                    f"The IN operator is provided with too many operands; number of operands: {len(options)}"
                )
            return In(cast("Operand", left), options)
        return left

    def group_or_operand(self) -> _Node:
        if not self.tokens.is_symbol("("):
            operand = parse_operand(self.tokens, KEYWORDS, self.operand)
            if isinstance(operand, Function):
                self.operators += 1
            return operand
        start = self.tokens.at
        self.tokens.advance()
        self.descend()
        inner = self.disjunction()
        self.depth -= 1
        if self.last_group == (start + 1, self.tokens.at - 1):
            self.redundant = True
        self.tokens.expect(")")
        self.last_group = (start, self.tokens.at - 1)
        return inner

    def operand(self) -> Operand:
        self.descend()
        node = self.group_or_operand()
        self.depth -= 1
        self.require_operand(node)
        return cast("Operand", node)

    def operator(self) -> Token:
        self.operators += 1
        return self.tokens.advance()

    def descend(self) -> None:
        self.depth = deeper(self.depth)

    def require_condition(self, node: _Node) -> None:
        """A path or a value alone is no condition: the text ends, or goes on, too early."""
        if isinstance(node, Path | Placeholder):
            raise self.tokens.syntax_error()

    def require_operand(self, node: _Node) -> None:
        if not isinstance(node, Path | Placeholder | Function):
            raise self.tokens.syntax_error()
