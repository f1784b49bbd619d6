"""PartiQL text to tokens.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

_TOKEN = re.compile(
    r"""(?P<blank>\s+|--[^\n]*)
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<word>[A-Za-z_$][\w$]*)
      | (?P<sign><<|>>|<=|>=|<>|!=|[=<>()\[\]{},:.?*+;-])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """``kind``: string, quoted, number, word, sign or end; ``text``: without quotes, words as written."""

    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords (given in capitals)."""
        return self.kind == "word" and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether this is one of the signs."""
        return self.kind == "sign" and self.text in signs


END = Token("end", "")


def malformed(detail: str = "") -> DynamoDBError:
    """A statement that cannot be read, in AWS's words."""
    envelope = "Statement wasn't well formed, can't be processed"
    return validation(f"{envelope}: {detail}" if detail else envelope)


def tokenize(text: str) -> list[Token]:
    """The tokens of a statement, `END` last; ValidationException for what is no token."""
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise malformed() if text[at] in "'\"" else malformed(f"Unexpected character: {text[at]}")
        at = match.end()
        kind, found = match.lastgroup or "", match.group()
        if kind == "string" or kind == "quoted":
            quote = found[0]
            found = found[1:-1].replace(quote * 2, quote)
        if kind != "blank":
            tokens.append(Token(kind, found))
    return [*tokens, END]
