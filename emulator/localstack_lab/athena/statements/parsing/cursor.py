"""A place in a statement's tokens, and the errors that Athena's DDL parser reports there."""

from localstack_lab.athena.statements.tokens import Token, hive_text, place, tokens, unquoted
from localstack_lab.athena.statements.tree import TableName

RESERVED = frozenset(
    [
        "ALL",
        "ALTER",
        "AND",
        "ARRAY",
        "AS",
        "AUTHORIZATION",
        "BETWEEN",
        "BIGINT",
        "BINARY",
        "BOOLEAN",
        "BOTH",
        "BY",
        "CASE",
        "CASHE",
        "CAST",
        "CHAR",
        "COLUMN",
        "CONF",
        "CONSTRAINT",
        "COMMIT",
        "CREATE",
        "CROSS",
        "CUBE",
        "CURRENT",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "CURSOR",
        "DATABASE",
        "DATE",
        "DAYOFWEEK",
        "DECIMAL",
        "DELETE",
        "DESCRIBE",
        "DISTINCT",
        "DIV",
        "DOUBLE",
        "DROP",
        "ELSE",
        "END",
        "EXCHANGE",
        "EXISTS",
        "EXTENDED",
        "EXTERNAL",
        "EXTRACT",
        "FALSE",
        "FETCH",
        "FLOAT",
        "FLOOR",
        "FOLLOWING",
        "FOR",
        "FOREIGN",
        "FROM",
        "FULL",
        "FUNCTION",
        "GRANT",
        "GROUP",
        "GROUPING",
        "HAVING",
        "IF",
        "IMPORT",
        "IN",
        "INNER",
        "INSERT",
        "INT",
        "INTEGER",
        "INTERSECT",
        "INTERVAL",
        "INTO",
        "IS",
        "JOIN",
        "LATERAL",
        "LEFT",
        "LESS",
        "LOCAL",
        "MACRO",
        "MAP",
        "MORE",
        "NONE",
        "NOT",
        "NULL",
        "NUMERIC",
        "OF",
        "ON",
        "ONLY",
        "OR",
        "ORDER",
        "OUT",
        "OUTER",
        "OVER",
        "PARTIALSCAN",
        "PARTITION",
        "PERCENT",
        "PRECEDING",
        "PRECISION",
        "PRESERVE",
        "PRIMARY",
        "PROCEDURE",
        "RANGE",
        "READS",
        "REDUCE",
        "REGEXP",
        "REFERENCES",
        "REVOKE",
        "RIGHT",
        "RLIKE",
        "ROLLBACK",
        "ROLLUP",
        "ROW",
        "ROWS",
        "SELECT",
        "SET",
        "SMALLINT",
        "TABLE",
        "TABLESAMPLE",
        "THEN",
        "TIMESTAMP",
        "TO",
        "TRANSFORM",
        "TRIGGER",
        "TRUE",
        "TRUNCATE",
        "UNBOUNDED",
        "UNION",
        "UNIQUEJOIN",
        "UPDATE",
        "USER",
        "USING",
        "UTC_TIMESTAMP",
        "VALUES",
        "VARCHAR",
        "VIEWS",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
    ]
)
"""https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html, but for START and TIME, which are in that
list and which AWS's own statements for logs of flows and of load balancers write as names without backticks:
https://docs.aws.amazon.com/athena/latest/ug/vpc-flow-logs-create-table-statement.html
"""


class DdlSyntaxError(Exception):
    """A DDL statement that Athena refuses when it is started, in the words of its answer."""


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

    def table_name(self) -> TableName:
        """[[catalog.]database.]table; the catalog can only be AwsDataCatalog."""
        parts = [self.name()]
        while self.takes("."):
            parts.append(self.name())
            if len(parts) > 3:
                break
        return table_of(parts)

    def database_name(self) -> str:
        """[catalog.]database."""
        name = self.table_name()
        if name.database not in (None, "awsdatacatalog"):
            raise DdlSyntaxError(f"Catalog '{name.database}' does not exist")
        return name.table

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
        return DdlSyntaxError(
            f"line {line}:{column + 1}: mismatched input '{self._shown()}' expecting {expecting}"
        )

    def nothing_fits(self) -> DdlSyntaxError:
        """No statement of Athena's begins like this."""
        line, column = self.place()
        so_far = self.text[self._tokens[0].start : self.token.end]
        shown = so_far.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
        return DdlSyntaxError(f"line {line}:{column + 1}: no viable alternative at input '{shown}'")

    def place(self) -> tuple[int, int]:
        """Line, from 1, and column, from 0, of what comes next; blanks before the statement do not count."""
        return place(self.text.lstrip(), self.token.start - (len(self.text) - len(self.text.lstrip())))

    def _shown(self) -> str:
        return self.token.text


def table_of(parts: list[str]) -> TableName:
    """The table that a name of these parts means, which are in lower case.

    :raises DdlSyntaxError: more than three, or a catalog that is not there
    """
    if len(parts) > 3:
        raise DdlSyntaxError(f"Invalid table name {'.'.join(parts)}")
    if len(parts) == 3 and parts[0] != "awsdatacatalog":
        raise DdlSyntaxError(f"Catalog '{parts[0]}' does not exist")
    return TableName(parts[-1], parts[-2] if len(parts) > 1 else None)


def _is(token: Token, word: str) -> bool:
    if token.kind == "word":
        return token.upper == word
    return token.kind == "sign" and token.text == word
