"""Parses PartiQL terms: literals, paths, parameters, and the conditions of WHERE.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.html
"""

from __future__ import annotations

from typing import Any

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

from .tokens import END, Token, malformed, tokenize

Value = dict[str, Any]

_COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
_ORDERINGS = frozenset({"<", "<=", ">", ">="})
_CONDITION_FUNCTIONS = {"begins_with": 2, "contains": 2, "attribute_type": 2}
_MAX_IN = 100


def wrong_operand(operator: str, kind: str) -> DynamoDBError:
    """An operand of a type that the operator does not take, in AWS's words."""
    return validation(
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {kind}"
    )


class TermParser:
    """A cursor over the tokens of one statement.

    :param parameters: values for ``?`` in their order, in wire form
    """

    def __init__(self, text: str, parameters: list[Value]) -> None:
        self._tokens = tokenize(text)
        self._at = 0
        self._parameters = parameters
        self.used_parameters = 0

    # Tokens

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    @property
    def following(self) -> Token:
        return self._tokens[self._at + 1] if self.token is not END else END

    def advance(self) -> Token:
        token = self.token
        if token is not END:
            self._at += 1
        return token

    def accept_word(self, *words: str) -> str | None:
        """The keyword, in capitals, if it comes next."""
        return self.advance().text.upper() if self.token.is_word(*words) else None

    def accept_sign(self, *signs: str) -> str | None:
        return self.advance().text if self.token.is_sign(*signs) else None

    def expect_word(self, *words: str) -> str:
        found = self.accept_word(*words)
        if found is None:
            raise malformed(f"Expected {' or '.join(words)}")
        return found

    def expect_sign(self, sign: str) -> None:
        if self.accept_sign(sign) is None:
            raise malformed(f"Expected '{sign}'")

    # Paths and values

    def name(self) -> str:
        """An identifier, quoted or not."""
        if self.token.kind not in ("word", "quoted"):
            raise malformed("Expected identifier")
        return self.advance().text

    def path(self) -> Path:
        """``a.b[0]``, ``"a"."b"`` and ``a['b']``."""
        elements: list[str | int] = [self.name()]
        while True:
            if self.accept_sign("."):
                elements.append(self.name())
            elif self.accept_sign("["):
                token = self.advance()
                if token.kind == "number" and token.text.isdigit():
                    elements.append(int(token.text))
                elif token.kind == "string":
                    elements.append(token.text)
                else:
                    raise malformed("Unexpected path component")
                self.expect_sign("]")
            else:
                return Path(tuple(elements))

    def value(self) -> Value | None:
        """A literal or parameter as a valid, normal value; None when neither comes next."""
        raw = self._raw_value()
        return None if raw is None else values.normalise(raw)

    def _raw_value(self) -> Value | None:
        token = self.token
        if token.kind == "string":
            return {"S": self.advance().text}
        if token.kind == "number":
            return {"N": self.advance().text}
        if token.is_sign("-", "+") and self.following.kind == "number":
            return {"N": self.advance().text + self.advance().text}
        if token.is_word("TRUE", "FALSE"):
            return {"BOOL": self.advance().text.upper() == "TRUE"}
        if token.is_word("NULL"):
            self.advance()
            return {"NULL": True}
        if self.accept_sign("?"):
            return self._parameter()
        if self.accept_sign("["):
            return {"L": self._members("]")}
        if self.accept_sign("<<"):
            return self._set()
        if self.accept_sign("{"):
            return {"M": self.members_of_map()}
        return None

    def _parameter(self) -> Value:
        self.used_parameters += 1
        if self.used_parameters > len(self._parameters):
            raise validation("Number of parameters in request and statement don't match.")
        return self._parameters[self.used_parameters - 1]

    def _members(self, closing: str) -> list[Value]:
        members: list[Value] = []
        while not self.accept_sign(closing):
            if members:
                self.expect_sign(",")
            member = self._raw_value()
            if member is None:
                raise malformed("Expected a literal value")
            members.append(member)
        return members

    def _set(self) -> Value:
        members = self._members(">>")
        kinds = {next(iter(member)) for member in members}
        if len(kinds) != 1 or not kinds <= values.ORDERED:
            raise validation("Sets must hold members of one type: strings, numbers or binaries")
        (kind,) = kinds
        return {kind + "S": [member[kind] for member in members]}

    def members_of_map(self) -> dict[str, Value]:
        """The inside of ``{'name': value, …}``, after the opening brace."""
        members: dict[str, Value] = {}
        while not self.accept_sign("}"):
            if members:
                self.expect_sign(",")
            token = self.advance()
            if token.kind != "string":
                raise malformed("Expected a string as the name of an attribute")
            self.expect_sign(":")
            member = self._raw_value()
            if member is None:
                raise malformed("Expected a literal value")
            members[token.text] = member
        return members

    # Conditions

    def condition(self) -> Condition:
        """OR binds weakest, then AND, then NOT."""
        left = self._conjunction()
        while self.accept_word("OR"):
            left = Or(left, self._conjunction())
        return left

    def _conjunction(self) -> Condition:
        left = self._negation()
        while self.accept_word("AND"):
            left = And(left, self._negation())
        return left

    def _negation(self) -> Condition:
        if self.accept_word("NOT"):
            return Not(self._negation())
        return self._predicate()

    def _predicate(self) -> Condition:
        if self.accept_sign("("):
            inner = self.condition()
            self.expect_sign(")")
            return inner
        if self.token.kind == "word" and self.following.is_sign("("):
            name = self.token.text.lower()
            if name in _CONDITION_FUNCTIONS:
                return self._function(name)
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
        what = self.expect_word("MISSING", "NULL")
        if not isinstance(operand, Path):
            raise malformed("Unexpected term")
        found: Condition = Function("attribute_not_exists", (operand,))
        if what == "NULL":
            found = Function("attribute_type", (operand, Literal({"S": "NULL"})))
        return Not(found) if negated else found

    def _function(self, name: str) -> Condition:
        self.advance()
        self.expect_sign("(")
        operands = [self._operand()]
        while self.accept_sign(","):
            operands.append(self._operand())
        self.expect_sign(")")
        if len(operands) != _CONDITION_FUNCTIONS[name]:
            raise validation(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(operands)}"
            )
        if name == "begins_with":
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
        if self.token.is_word("SIZE") and self.following.is_sign("("):
            self.advance()
            self.expect_sign("(")
            path = self.path()
            self.expect_sign(")")
            return Function("size", (path,))
        literal = self.value()
        if literal is not None:
            return Literal(literal)
        if self.token.kind not in ("word", "quoted"):
            raise malformed("Unexpected term")
        return self.path()

    @staticmethod
    def _require(operator: str, operands: tuple[Operand, ...], allowed: frozenset[str]) -> None:
        for operand in operands:
            if isinstance(operand, Literal) and values.type_of(operand.value) not in allowed:
                raise wrong_operand(operator, values.type_of(operand.value))
