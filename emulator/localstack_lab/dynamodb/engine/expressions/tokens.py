"""Expression text to tokens, and the words of a syntax error."""

from __future__ import annotations

import re
from typing import NamedTuple

from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<alias>\#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|"
    r"(?P<number>[0-9]+)|(?P<symbol><>|<=|>=|[=<>()\[\],.+-])|(?P<other>[^ \t\r\n])|(?P<end>$))"
)


class Token(NamedTuple):
    """``kind``: word, alias, value, number, symbol, other (nothing that an expression may hold) or end."""

    kind: str
    text: str
    start: int
    stop: int


class Refusal(Exception):
    """What is wrong with an expression, without the name of the parameter that holds it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def of(self, parameter: str) -> DynamoDBError:
        """The ValidationException that names the parameter, such as ``FilterExpression``."""
        return validation(f"Invalid {parameter}: {self.reason}")


class Tokens:
    """A cursor over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.at = 0
        position = 0
        while True:
            match = _TOKEN.match(text, position)
            if match is None:  # only blanks are left
                self.tokens.append(Token("end", "<EOF>", len(text), len(text)))
                break
            kind = match.lastgroup or "end"
            token = Token(kind, match[kind] or "<EOF>", match.start(kind), match.end(kind))
            self.tokens.append(token)
            if kind == "end":
                break
            position = match.end()

    @property
    def current(self) -> Token:
        return self.tokens[self.at]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def is_symbol(self, text: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "symbol" and token.text == text

    def is_keyword(self, *words: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "word" and token.text.upper() in words

    def expect(self, symbol: str) -> Token:
        if not self.is_symbol(symbol):
            raise self.syntax_error()
        return self.advance()

    def syntax_error(self) -> Refusal:
        """The current token is wrong; AWS shows it between its neighbours."""
        before = self.tokens[max(self.at - 1, 0)]
        near = self.text[before.start : self.following.stop]
        return Refusal(f'Syntax error; token: "{self.current.text}", near: "{near}"')
