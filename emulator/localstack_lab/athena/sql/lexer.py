"""The words of a statement, with their places.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

import re
from dataclasses import dataclass

from localstack_lab.athena.sql.errors import Position, QueryError

RESERVED = frozenset(
    [
        "ALTER",
        "AND",
        "AS",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "CONSTRAINT",
        "CREATE",
        "CROSS",
        "CUBE",
        "CURRENT_CATALOG",
        "CURRENT_DATE",
        "CURRENT_PATH",
        "CURRENT_ROLE",
        "CURRENT_SCHEMA",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "DEALLOCATE",
        "DELETE",
        "DESCRIBE",
        "DISTINCT",
        "DROP",
        "ELSE",
        "END",
        "ESCAPE",
        "EXCEPT",
        "EXECUTE",
        "EXISTS",
        "EXTRACT",
        "FALSE",
        "FOR",
        "FROM",
        "FULL",
        "GROUP",
        "GROUPING",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "JSON_ARRAY",
        "JSON_EXISTS",
        "JSON_OBJECT",
        "JSON_QUERY",
        "JSON_TABLE",
        "JSON_VALUE",
        "LEFT",
        "LIKE",
        "LISTAGG",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "NATURAL",
        "NORMALIZE",
        "NOT",
        "NULL",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "PREPARE",
        "RECURSIVE",
        "RIGHT",
        "ROLLUP",
        "SELECT",
        "SKIP",
        "TABLE",
        "THEN",
        "TRIM",
        "TRUE",
        "UESCAPE",
        "UNION",
        "UNNEST",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WITH",
    ]
)

_PATTERN = r"""
    (?P<space>(?:\s+|--[^\r\n]*{comment})+)
  | (?P<unicode>[uU]&'(?:[^']|'')*')
  | (?P<binary>[xX]'[^']*')
  | (?P<string>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
  | (?P<decimal>\d+\.\d*|\.\d+)
  | (?P<digitword>\d+[A-Za-z_]\w*)
  | (?P<integer>\d+)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<backquoted>`[^`]*`)
  | (?P<operator><>|!=|<=|>=|\|\||->|=>|[-+*/%=<>().,\[\]?;:|{{}}^])
    """
_TOKEN, _LAST_TOKEN = (
    re.compile(_PATTERN.format(comment=comment), re.VERBOSE | re.DOTALL) for comment in (r"|/\*.*?\*/", "")
)
"""The second is for what comes after the last end of a comment: no ``/*`` there is to be searched for one, or
a text of many takes time by the square of its length."""
_MOST_DIGITS = 1_000  # none of Trino's numbers has so many; Python reads no whole number of more than 4300


class ParseError(QueryError):
    """A statement that is no SQL. Athena prints these without a name: `line 1:8: mismatched input …`."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__("SYNTAX_ERROR", message, position.line, position.column)

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}: {self.message}"


@dataclass(slots=True)
class Token:
    """One word. `kind` is a group of the pattern above, or `end`; `upper` the text, a word in upper case."""

    kind: str
    text: str
    upper: str
    start: int
    position: Position


def tokens(text: str) -> list[Token]:
    """The words of a statement, ended by one of kind `end`; raises `ParseError` at what is no word."""
    if "\x00" in text:
        raise ParseError("The character U+0000 cannot stand in a statement", Position(1, 1))
    ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", text)]
    ends.append(len(text) + 1)
    line, began = 1, 0
    result: list[Token] = []
    place = 0
    last = text.rfind("*/")
    while place < len(text):
        found = (_TOKEN if place < last else _LAST_TOKEN).match(text, place)
        while place >= ends[line - 1]:
            began = ends[line - 1]
            line += 1
        position = Position(line, place - began + 1)
        if found is None or found.lastgroup is None:
            raise ParseError(f"mismatched input '{text[place]}'", position)
        kind, word = found.lastgroup, found.group()
        if kind == "digitword":
            raise ParseError(
                "identifiers must not start with a digit; surround the identifier with double quotes",
                position,
            )
        if kind == "backquoted":
            raise ParseError(
                "backquoted identifiers are not supported; use double quotes to quote identifiers", position
            )
        if kind == "integer" and len(word) > _MOST_DIGITS:
            raise ParseError(f"Invalid numeric literal: {word}", position)
        if kind != "space":
            upper = word.upper() if kind == "word" else word
            result.append(Token(kind, word, upper, place, position))
        place = found.end()
    while len(text) >= ends[line - 1]:
        began = ends[line - 1]
        line += 1
    result.append(Token("end", "<EOF>", "<EOF>", len(text), Position(line, len(text) - began + 1)))
    return result


def unquoted(token: Token) -> str:
    """The name that a quoted identifier means, or the text of a string."""
    mark = token.text[0]
    return token.text[1:-1].replace(mark * 2, mark)


def unicode_string(text: str, escape: str, position: Position) -> str:
    """The value of `U&'…'`: `\\0041` and `\\+01F600` are code points."""
    body = text[3:-1].replace("''", "'")
    marks = re.escape(escape)
    pattern = re.compile(f"{marks}{marks}|{marks}\\+([0-9a-fA-F]{{6}})|{marks}([0-9a-fA-F]{{4}})|{marks}")

    def one(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits:
            return chr(int(digits, 16))
        if found.group() == escape * 2:
            return escape
        raise ParseError(f"Incomplete escape sequence: {found.group()}", position)

    return pattern.sub(one, body)
