"""Reads names, paths, literals and parameters of a PartiQL statement.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation
from localstack_lab.dynamodb.engine.expressions.nodes import Path
from localstack_lab.dynamodb.engine.operations.layers import older_words

from .tokens import END, Token, malformed, place, tokenize

Value = dict[str, Any]

# Keywords that cannot follow the dot of a path, unless in quotes.
_KEYWORDS = frozenset(
    (
        *("AND", "AS", "BETWEEN", "BY", "CASE", "CROSS", "DELETE", "DISTINCT", "ELSE", "END", "EXISTS"),
        *("FALSE", "FROM", "FULL", "GROUP", "HAVING", "IN", "INNER", "INSERT", "INTO", "IS", "JOIN"),
        *("LEFT", "LIKE", "MISSING", "NOT", "NULL", "ON", "OR", "ORDER", "OUTER", "RIGHT", "SELECT", "SET"),
        *("THEN", "TRUE", "UNION", "UPDATE", "VALUES", "WHEN", "WHERE"),
    )
)


def normal_parameters(parameters: list[Value] | None) -> list[Value]:
    """The parameters of a statement as valid, normal values."""
    with older_words():
        return [values.normalise(parameter) for parameter in parameters or ()]


class LiteralParser:
    """A cursor over the tokens of one statement.

    :param parameters: values for ``?`` in their order, valid and normal
    """

    def __init__(self, text: str, parameters: list[Value]) -> None:
        self._text = text
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

    def place(self, token: Token) -> str:
        """Where in the statement a token is."""
        return place(self._text, token)

    def calls(self, *names: str) -> bool:
        """Whether a function comes next: one of these (in capitals), or any."""
        return (
            self.token.kind == "word"
            and self.following.is_sign("(")
            and (not names or self.token.is_word(*names))
        )

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
                if self.token.is_word(*_KEYWORDS):
                    raise malformed("Invalid path dot component")
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
        if raw is None:
            return None
        with older_words():
            return values.normalise(raw)

    def _raw_value(self, where: str = "root") -> Value | None:
        """:param where: the place inside the whole literal, for messages"""
        token = self.token
        if token.kind == "string":
            return {"S": self.advance().text}
        if token.kind == "number":
            return self._number(self.advance().text, where)
        if token.is_sign("-", "+") and self.following.kind == "number":
            return self._number(self.advance().text + self.advance().text, where)
        if token.is_word("TRUE", "FALSE"):
            return {"BOOL": self.advance().text.upper() == "TRUE"}
        if token.is_word("NULL"):
            self.advance()
            return {"NULL": True}
        if self.accept_sign("?"):
            return self._parameter()
        if self.accept_sign("["):
            return {"L": self._members("]", where)}
        if self.accept_sign("<<"):
            return self._set(where)
        if self.accept_sign("{"):
            return {"M": self.members_of_map(f"{where}.")}
        return None

    @staticmethod
    def _number(text: str, where: str) -> Value:
        try:
            return values.normalise({"N": text})
        except DynamoDBError as error:
            raise validation(f"{error.message} under {where}") from error

    def _member(self, where: str) -> Value:
        member = self._raw_value(where)
        if member is not None:
            return member
        if self.calls():
            token = self.token
            raise validation(f"Unsupported data type: {token.text} under key {where} at {self.place(token)}")
        raise malformed("Expected a literal value")

    def _parameter(self) -> Value:
        self.used_parameters += 1
        if self.used_parameters > len(self._parameters):
            raise validation("Number of parameters in request and statement don't match.")
        return self._parameters[self.used_parameters - 1]

    def _members(self, closing: str, where: str) -> list[Value]:
        members: list[Value] = []
        while not self.accept_sign(closing):
            if members:
                self.expect_sign(",")
            members.append(self._member(f"{where}[{len(members)}]"))
        return members

    def _set(self, where: str) -> Value:
        members = self._members(">>", where)
        if not members:
            raise validation("Empty bags are not supported")
        kinds = {next(iter(member)) for member in members}
        if len(kinds) != 1 or not kinds <= values.ORDERED:
            raise validation(
                "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
            )
        (kind,) = kinds
        return {kind + "S": [member[kind] for member in members]}

    def members_of_map(self, where: str | None = None) -> dict[str, Value]:
        """The inside of ``{'name': value, …}``, after the opening brace.

        :param where: what goes before the name of a member in messages; None for a whole item
        """
        members: dict[str, Value] = {}
        while not self.accept_sign("}"):
            if members:
                self.expect_sign(",")
            token = self.advance()
            if token.kind != "string":
                raise malformed("Expected a string as the name of an attribute")
            self.expect_sign(":")
            members[token.text] = self._member("root" if where is None else where + token.text)
        return members
