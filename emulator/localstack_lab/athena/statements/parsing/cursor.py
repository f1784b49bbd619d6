"""A place in a statement's tokens, and the errors that Athena's DDL parser reports there."""

from localstack_lab.athena.statements.parsing.reserved import RESERVED
from localstack_lab.athena.statements.tokens import Token, hive_text, place, tokens, unquoted
from localstack_lab.athena.statements.tree import TableName


class DdlSyntaxError(Exception):
    """A DDL statement that Athena refuses when it is started, in the words of its answer."""


class GrammarError(DdlSyntaxError):
    """What Hive's grammar does not read; where Trino's does not either, Athena tells what Trino's says."""


class Cursor:
    """Reads tokens one after another.

    :param hive: strings and names as in Hive's grammar; otherwise as in Trino's, whose double quotes make
        names
    """

    def __init__(self, text: str, *, hive: bool = True) -> None:
        self.text = text
        self._hive = hive
        self._tokens = tokens(text, hive=hive)
        last = len(self._tokens) - 2
        if last >= 0 and self._tokens[last].text == ";":
            del self._tokens[last]
        self._at = 0
        self.refused: DdlSyntaxError | None = None  # what is said of the table's name unless it means a view
        self.wrong: DdlSyntaxError | None = None  # of a type; what is wrong further on is said before it

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self._tokens[self._at]

    def ahead(self, by: int = 1) -> Token:
        """The token `by` places further on, or the end."""
        return self._tokens[min(self._at + by, len(self._tokens) - 1)]

    @property
    def last(self) -> Token:
        """The statement's last token."""
        return self._tokens[max(len(self._tokens) - 2, 0)]

    def tail(self, count: int) -> list[Token]:
        """The statement's last tokens."""
        return self._tokens[:-1][-count:]

    def step(self) -> Token:
        """Take the next token whatever it is."""
        token = self.token
        if token.kind != "end":
            self._at += 1
        return token

    def copy(self) -> "Cursor":
        """Another cursor at the same place."""
        made = Cursor(self.text, hive=self._hive)
        made._at = self._at
        return made

    def sees(self, *words: str) -> bool:
        """Whether these words, or signs, come next."""
        found = self._tokens[self._at : self._at + len(words)]
        return len(found) == len(words) and all(_is(t, w) for t, w in zip(found, words, strict=True))

    def takes(self, *words: str) -> bool:
        """Take these words if they come next."""
        if not self.sees(*words):
            return False
        self._at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Take these words.

        :raises DdlSyntaxError: when something else comes
        """
        for word in words:
            if not self.takes(word):
                raise self.mismatch(f"'{word}'")

    def end(self) -> None:
        """:raises DdlSyntaxError: when the statement goes on"""
        if self.token.kind != "end":
            raise self.mismatch("<EOF>")

    def name(self) -> str:
        """An identifier, in lower case."""
        token = self.token
        if token.kind == "word":
            fits = not self._hive or not (token.text.startswith("_") or token.upper in RESERVED)
        else:
            fits = token.kind == ("backquoted" if self._hive else "quoted")
        if not fits:
            raise self.nothing_fits()
        self.step()
        return unquoted(token).lower()

    def table_name(self, style: str = "") -> TableName:
        """[[catalog.]database.]table; the catalog can only be AwsDataCatalog.

        :param style: how a part in double quotes and a fourth part are refused: ``describe``, ``columns``,
            ``show create``, ``drop``, ``alter`` or ``create``
        """
        start = self._at
        parts = [self._part(style, start, 1)]
        while self.sees("."):
            if len(parts) == 3 and style in _FOURTH:
                raise self.nothing_fits() if style == "alter" else self.mismatch(_FOURTH[style])
            self.step()
            parts.append(self._part(style, start, len(parts) + 1))
            if len(parts) > 3 and style not in _LOOKED_UP:
                break
        if style == "show create" and len(parts) < 4 and self.refused is not None:
            raise self.refused
        if style in ("describe", "columns") and len(parts) < 4 and parts[0].lower().startswith(_S3_TABLES):
            raise DdlSyntaxError("Unsupported DDL with 2 catalogs")
        return table_of([part.lower() for part in parts], written=parts[0])

    def _part(self, style: str, start: int, number: int) -> str:
        """One part of a table's name, as it is written."""
        token = self.token
        if not (
            self._hive and style in _QUOTED and token.text.startswith('"') and token.end > token.start + 1
        ):
            self.name()
            return unquoted(token)
        if self.refused is None:
            self.refused = self._quoted(style, start, number)
        if style not in _LOOKED_UP:
            raise self.refused
        self.step()
        return token.text[1:-1].replace('""', '"')

    def _quoted(self, style: str, start: int, number: int) -> DdlSyntaxError:
        """What is said of a part in double quotes; AWS lists after some of it what it expected."""
        if style == "show create":
            return DdlSyntaxError("Queries of this type are not supported")
        line, column = self.place()
        if number == 2 and style != "tables":
            return self._no_alternative(start)
        if number == 1 and style == "describe":
            return self.nothing_fits()
        return GrammarError(f"line {line}:{column + 1}: mismatched input '{self.token.text}'")

    def database_name(self) -> str:
        """[catalog.]database."""
        first = self.token
        parts = [self._part("tables", self._at, 1)]
        if self.takes("."):
            parts.append(self._part("tables", self._at, 2))
        if self.sees(".") and self._hive:
            error = self.mismatch("{<EOF>, 'LIKE', STRING}")
            raise (
                GrammarError(str(error).replace("mismatched", "extraneous"))
                if self._string_follows()
                else error
            )
        if len(parts) == 2 and parts[0].lower() != "awsdatacatalog":
            raise DdlSyntaxError(f"Catalog '{unquoted(first)}' does not exist")
        return parts[-1].lower()

    def _string_follows(self) -> bool:
        return self.ahead().text.startswith('"')

    def string(self) -> str:
        """A string, unescaped."""
        token = self.token
        if token.kind != "string":
            raise self.mismatch("STRING")
        self.step()
        return hive_text(token) if self._hive else unquoted(token)

    def integer(self) -> int:
        """Digits."""
        if not self.token.text.isdecimal():
            raise self.mismatch("Number")
        return int(self.step().text)

    def properties(self) -> dict[str, str]:
        """('key' = 'value', …)."""
        found: dict[str, str] = {}
        self.expect("(")
        while True:
            key = self.string()
            self.expect("=")
            found[key] = self.string()
            if not self.takes(","):
                break
        self.expect(")")
        return found

    def mismatch(self, expecting: str) -> DdlSyntaxError:
        """What comes next is not what has to."""
        line, column = self.place()
        return GrammarError(
            f"line {line}:{column + 1}: mismatched input '{self._shown()}' expecting {expecting}"
        )

    def nothing_fits(self) -> DdlSyntaxError:
        """No statement of Athena's begins like this."""
        return self._no_alternative(0)

    def _no_alternative(self, start: int) -> DdlSyntaxError:
        """:param start: the number of the token that the text shown begins with"""
        line, column = self.place()
        so_far = self.text[self._tokens[start].start : self.token.end]
        shown = so_far.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
        return GrammarError(f"line {line}:{column + 1}: no viable alternative at input '{shown}'")

    def place(self) -> tuple[int, int]:
        """Line, from 1, and column, from 0, of what comes next; blanks before the statement do not count."""
        return place(self.text.lstrip(), self.token.start - (len(self.text) - len(self.text.lstrip())))

    def _shown(self) -> str:
        return self.token.text


_FOURTH = {
    "drop": "{<EOF>, 'PURGE'}",
    "alter": "",
    "create": "{<EOF>, '(', 'SELECT', 'FROM', 'AS', 'ROW', 'WITH', 'VALUES', 'TABLE', 'INSERT', 'MAP', "
    "'COMMENT', 'REDUCE', 'TBLPROPERTIES', 'SKEWED', 'STORED', 'LOCATION', 'CLUSTERED', 'PARTITIONED'}",
}
"""What these statements expect in the place of the point before a fourth part. It was measured on Athena, as
was what is said of names in quotes, 2026-09-25 (athena-local's measurements)."""
_S3_TABLES = "s3tablescatalog/"
_LOOKED_UP = frozenset(("describe", "columns", "show create"))
_QUOTED = _LOOKED_UP | {"drop", "tables"}


def table_of(parts: list[str], written: str | None = None) -> TableName:
    """The table that a name of these parts means, which are in lower case.

    :param written: the first part as it is written
    :raises DdlSyntaxError: more than three, or a catalog that is not there
    """
    if len(parts) > 3:
        raise DdlSyntaxError(f"Invalid table name {'.'.join(parts)}")
    if len(parts) == 3 and parts[0] != "awsdatacatalog":
        raise DdlSyntaxError(f"Catalog '{written or parts[0]}' does not exist")
    return TableName(parts[-1], parts[-2] if len(parts) > 1 else None)


def _is(token: Token, word: str) -> bool:
    if token.kind == "word":
        return token.upper == word
    return token.kind == "sign" and token.text == word
