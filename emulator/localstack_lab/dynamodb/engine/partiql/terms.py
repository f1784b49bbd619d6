"""Parses PartiQL conditions: the WHERE clause.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.html
"""

from __future__ import annotations

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.expressions.nodes import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
)

from .literals import LiteralParser
from .tokens import END, malformed

_COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
_ORDERINGS = frozenset({"<", "<=", ">", ">="})
_PATH_FUNCTIONS = frozenset({"attribute_exists", "attribute_not_exists"})
_CONDITION_FUNCTIONS = {"begins_with": 2, "contains": 2, "attribute_type": 2} | dict.fromkeys(
    _PATH_FUNCTIONS, 1
)
_MAX_IN = 100
# What IS may ask for, and the type of an attribute that answers.
_TYPES = {
    **{"NULL": "NULL", "BOOL": "BOOL", "BOOLEAN": "BOOL", "STRING": "S", "NUMERIC": "N", "BLOB": "B"},
    **{"STRUCT": "M", "TUPLE": "M", "LIST": "L"},
}
_OTHER_TYPES = frozenset(
    (
        *("ANY", "BAG", "BIGINT", "CHAR", "CHARACTER", "CLOB", "DATE", "DEC", "DECIMAL", "DOUBLE", "FLOAT"),
        *("INT", "INT2", "INT4", "INT8", "INTEGER", "REAL", "SEXP", "SMALLINT", "SYMBOL", "TIME"),
        *("TIMESTAMP", "VARCHAR"),
    )
)


def wrong_operand(operator: str, kind: str) -> DynamoDBError:
    """An operand of a type that the operator does not take, in AWS's words."""
    return validation(
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {kind}"
    )


def _joined(join: type[And | Or], parts: list[Condition]) -> Condition:
    """The conditions joined in their order, as a tree that is no deeper than it has to be."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(_joined(join, parts[:middle]), _joined(join, parts[middle:]))


class TermParser(LiteralParser):
    """Reads conditions and their operands."""

    calls_for_a_path = False  # whether a condition called attribute_exists or attribute_not_exists

    # Conditions

    def condition(self) -> Condition:
        """OR binds weakest, then AND, then NOT."""
        branches = [self._conjunction()]
        while self.accept_word("OR"):
            self._check_right_side()
            branches.append(self._conjunction())
        return _joined(Or, branches)

    def _conjunction(self) -> Condition:
        parts = [self._negation()]
        while self.accept_word("AND"):
            self._check_right_side()
            parts.append(self._negation())
        return _joined(And, parts)

    def _check_right_side(self) -> None:
        if self.token is END or self.token.is_sign(";"):
            raise malformed("Missing right-hand side expression of infix operator")

    def _negation(self) -> Condition:
        negations = 0
        while self.accept_word("NOT"):
            negations += 1
        found = self._predicate()
        return Not(found) if negations % 2 else found

    def _predicate(self) -> Condition:
        if self.accept_sign("("):
            inner = self.condition()
            self.expect_sign(")")
            return inner
        if self.calls() and (name := self.token.text.lower()) in _CONDITION_FUNCTIONS:
            found = self._function(name)
            if not self.accept_sign("="):
                return found
            return found if self.expect_word("TRUE", "FALSE") == "TRUE" else Not(found)
        operand = self._operand()
        negated = self.accept_word("NOT") is not None
        found = self._comparison(operand, negated)
        return Not(found) if negated else found

    def _comparison(self, operand: Operand, negated: bool) -> Condition:
        if self.accept_word("BETWEEN"):
            low = self._operand()
            self.expect_word("AND")
            return self._between(operand, low, self._operand())
        if self.accept_word("IN"):
            return In(operand, self._options())
        if negated:
            raise malformed("Unexpected term")
        if self.accept_word("IS"):
            return self._is(operand)
        operator = self.accept_sign(*_COMPARISONS)
        if operator is None:
            raise malformed("Unexpected token after expression")
        right = self._operand()
        if operator in _ORDERINGS:
            self._require(operator, (operand, right), values.ORDERED)
        return Comparison("<>" if operator == "!=" else operator, operand, right)

    def _between(self, operand: Operand, low: Operand, high: Operand) -> Condition:
        self._require("BETWEEN", (operand, low, high), values.ORDERED)
        return Between(operand, low, high)

    def _options(self) -> tuple[Operand, ...]:
        closing = ")" if self.accept_sign("(") else "]" if self.accept_sign("[") else None
        if closing is None:
            literal = self.value()
            members = None if literal is None else literal.get("L")
            if members is None:
                raise malformed("Expected a list after IN")
            options: tuple[Operand, ...] = tuple(Literal(member) for member in members)
        else:
            listed: list[Operand] = []
            while not self.accept_sign(closing):
                if listed:
                    self.expect_sign(",")
                listed.append(self._operand())
            options = tuple(listed)
        if not 1 <= len(options) <= _MAX_IN:
            raise validation(f"The IN operator takes 1 to {_MAX_IN} values")
        return options

    def _is(self, operand: Operand) -> Condition:
        negated = self.accept_word("NOT") is not None
        what = self.advance().text.upper() if self.token.kind == "word" else ""
        if what in _OTHER_TYPES:
            raise validation(
                f"Unsupported data type for IS operator: {what}. Supported data types are "
                "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]"
            )
        if what != "MISSING" and what not in _TYPES:
            raise malformed("Expected type name")
        if not isinstance(operand, Path):
            raise malformed("Unexpected term")
        if what == "MISSING":
            found: Condition = Function("attribute_not_exists", (operand,))
        else:
            found = Function("attribute_type", (operand, Literal({"S": _TYPES[what]})))
        return Not(found) if negated else found

    def _function(self, name: str) -> Condition:
        self.advance()
        self.expect_sign("(")
        operands: list[Operand] = []
        while not self.accept_sign(")"):
            if operands:
                self.expect_sign(",")
            operands.append(self._operand())
        if len(operands) != _CONDITION_FUNCTIONS[name]:
            raise validation(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(operands)}"
            )
        if name in _PATH_FUNCTIONS:
            if not isinstance(operands[0], Path):
                raise validation(
                    f"Operator or function requires a document path; operator or function: {name}"
                )
            self.calls_for_a_path = True
        elif name == "begins_with":
            self._require(name, tuple(operands), frozenset({"S", "B"}))
        elif name == "attribute_type":
            self._require(name, (operands[1],), frozenset({"S"}))
            kind = operands[1]
            if isinstance(kind, Literal) and kind.value["S"] not in values.TYPES:
                raise validation(
                    f"Invalid attribute type name found; type: {kind.value['S']}, "
                    "valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
                )
        return Function(name, tuple(operands))

    def _operand(self) -> Operand:
        if self.calls("SIZE"):
            self.advance()
            self.expect_sign("(")
            path = self.path()
            self.expect_sign(")")
            return Function("size", (path,))
        literal = self.value()
        if literal is not None:
            return Literal(literal)
        if self.calls():
            name = self.token.text.lower()
            raise validation(f"Unrecognized function: {name} at {self.place(self.token)}")
        if self.token.is_word("IS", "LIKE", "IN", "BETWEEN"):
            raise malformed("Unexpected operator")
        if self.token.is_word("ORDER") and self.following.is_word("BY"):
            raise malformed("Unexpected keyword")
        if self.token.kind not in ("word", "quoted"):
            raise malformed("Unexpected term")
        return self.path()

    @staticmethod
    def _require(operator: str, operands: tuple[Operand, ...], allowed: frozenset[str]) -> None:
        for operand in operands:
            if isinstance(operand, Literal) and values.type_of(operand.value) not in allowed:
                raise wrong_operand(operator, values.type_of(operand.value))
