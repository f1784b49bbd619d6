"""PartiQL text to tokens.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<number>(?:\d+(?:\.(?P<decimals>\d*))?|\.(?P<fraction>\d+))(?:[eE](?P<exponent>[+-]?\d+))?)
      | (?P<word>[A-Za-z_$][\w$]*)
      | (?P<sign><<|>>|<=|>=|<>|!=|[=<>()\[\]{},:.?*+;-])
    """,
    re.VERBOSE | re.DOTALL,
)
_INTEGERS = range(-(2**31), 2**31)  # what the exponent and the scale of a number have to be in
_OPENING, _CLOSING = frozenset({"(", "[", "{", "<<"}), frozenset({")", "]", "}", ">>"})
_MAX_DEPTH = 64  # brackets around brackets: documents end at 32, and Python's stack somewhere behind


class Token(NamedTuple):
    """``kind``: string, quoted, number, word, sign or end; ``text``: without quotes, words as written.

    ``start`` and ``length`` say where it is in the statement.
    """

    kind: str
    text: str
    start: int = 0
    length: int = 0

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords (given in capitals)."""
        return self.kind == "word" and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether this is one of the signs."""
        return self.kind == "sign" and self.text in signs


END = Token("end", "")


def malformed(detail: str = "") -> DynamoDBError:
    """A statement that cannot be read, in AWS's words."""
    return validation(f"Statement wasn't well formed, can't be processed: {detail}")


def place(text: str, token: Token) -> str:
    """Line, column and length of a token, as AWS's messages tell them."""
    line = text.count("\n", 0, token.start) + 1
    return f"{line}:{token.start - text.rfind(chr(10), 0, token.start)}:{token.length}"


def tokenize(text: str) -> list[Token]:
    """The tokens of a statement, `END` last; ValidationException for what is no token."""
    tokens = []
    at = depth = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise malformed()
        kind, found = _kind(match), match.group()
        if kind == "string" or kind == "quoted":
            quote = found[0]
            found = found[1:-1].replace(quote * 2, quote)
        if kind != "blank":
            tokens.append(Token(kind, found, at, match.end() - at))
            depth += found in _OPENING and kind == "sign"
            depth -= found in _CLOSING and kind == "sign"
            if depth > _MAX_DEPTH:
                raise malformed("Too many brackets inside each other")
        at = match.end()
    return [*tokens, END]


def _kind(match: re.Match[str]) -> str:
    """The kind of a token; a number has to be one that Java could read."""
    if match["number"] is None:
        return match.lastgroup or ""
    exponent = int(match["exponent"] or 0)
    scale = len(match["decimals"] or match["fraction"] or "") - exponent
    if exponent not in _INTEGERS or scale not in _INTEGERS:
        raise malformed()
    return "number"
