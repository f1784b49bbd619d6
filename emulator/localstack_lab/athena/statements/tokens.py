"""Words, names, literals and signs of a statement, with their places. Standard library only."""

import re
from dataclasses import dataclass

_PATTERN = r"""
      (?P<space>\s+)
    | (?P<comment>--[^\r\n]*{comment})
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<backquoted>`(?:[^`]|``)*`)
    | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[A-Za-z_0-9$]*|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<sign><=|>=|<>|!=|\|\||=>|->|.)
    """
_TOKEN, _LAST_TOKEN = (
    re.compile(_PATTERN.format(comment=comment), re.VERBOSE | re.DOTALL) for comment in (r"|/\*.*?\*/", "")
)
"""The second is for what comes after the last end of a comment: no ``/*`` there is searched for one."""
_HIVE_STRINGS = re.compile(r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")+""", re.DOTALL)


@dataclass(frozen=True)
class Token:
    """`kind` is word, string, quoted, backquoted, number, sign or end; `start` and `end` count characters."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in capitals; nothing for what is not a plain word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str, *, hive: bool = False, most: int | None = None) -> list[Token]:
    """The tokens without blanks and comments, ending with one of the kind ``end``.

    :param hive: strings as Hive writes them: in either quotes, with backslashes
    :param most: stop after so many, as if the text ended there
    """
    found: list[Token] = []
    at = 0
    last = text.rfind("*/")
    unended = ""  # quotes that began one of Hive's strings without an end: no later one has an end either
    while at < len(text) and (most is None or len(found) < most):
        kind, end = "", at + 1
        if hive and text[at] in "'\"":
            match = None if text[at] in unended else _HIVE_STRINGS.match(text, at)
            if match is None:
                unended += text[at]
                kind = "sign"
            else:
                kind, end = "string", match.end()
        if not kind:
            match = (_TOKEN if at < last else _LAST_TOKEN).match(text, at)
            if match is None:
                raise ValueError(f"no token at {at}")
            kind, end = match.lastgroup or "sign", match.end()
        if kind not in ("space", "comment"):
            found.append(Token(kind, text[at:end], at, end))
        at = end
    found.append(Token("end", "<EOF>", len(text), len(text)))
    return found


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character, both from 0 for the column and 1 for the line, as parsers count."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1)


def unquoted(token: Token) -> str:
    """The name or text that a token stands for, without its quotes."""
    if token.kind == "string":
        return token.text[1:-1].replace("''", "'")
    if token.kind == "quoted":
        return token.text[1:-1].replace('""', '"')
    if token.kind == "backquoted":
        return token.text[1:-1].replace("``", "`")
    return token.text


_OCTAL, _POINT = re.compile(r"[0-1][0-7]{2}"), re.compile(r"u([0-9A-Fa-f]{4})")
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "\\": "\\"}


def hive_text(token: Token) -> str:
    r"""What a string of Hive's stands for: ``\t``, ``\001`` and ``\u0041`` are characters.

    Strings without a blank between them are one: ``'it''s'`` is ``its``.
    https://github.com/apache/hive: BaseSemanticAnalyzer.unescapeSQLString
    """
    inner, out, at, quote = token.text, [], 0, ""
    while at < len(inner):
        character = inner[at]
        if character == quote or not quote:
            quote = "" if quote else character
            at += 1
            continue
        if character != "\\" or at + 1 >= len(inner):
            out.append(character)
            at += 1
            continue
        if octal := _OCTAL.match(inner, at + 1):
            out.append(chr(int(octal.group(), 8)))
            at += 4
        elif point := _POINT.match(inner, at + 1):
            out.append(chr(int(point.group(1), 16)))
            at += 6
        else:
            following = inner[at + 1]
            if following in "%_":  # patterns of LIKE keep their escapes
                out.append("\\" + following)
            else:
                out.append(_ESCAPES.get(following, following))
            at += 2
    return "".join(out)
