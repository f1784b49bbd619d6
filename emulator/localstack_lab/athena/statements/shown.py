"""The text and the database that GetQueryExecution tells of a definition whose table is named in full.

Measured on Athena, 2026-09-26 (athena-local's measurements): in the default catalog Athena takes
``awsdatacatalog.``, in any capitals, out of DESCRIBE, SHOW, ALTER, DROP and MSCK REPAIR, and makes
the database of the name that of the context; out of DESCRIBE of a table it takes the database too. Queries,
writes, CREATE VIEW, SHOW VIEWS and what means a view stay as they were written.
"""

from localstack_lab.athena.statements.tokens import Token, tokens

_DEFAULT = "AWSDATACATALOG"
_HEADS = (
    ("DESCRIBE", "EXTENDED"),
    ("DESCRIBE", "FORMATTED"),
    ("DESC", "EXTENDED"),
    ("DESC", "FORMATTED"),
    ("DESCRIBE",),
    ("DESC",),
    ("SHOW", "COLUMNS", "FROM"),
    ("SHOW", "COLUMNS", "IN"),
    ("SHOW", "CREATE", "TABLE"),
    ("SHOW", "TABLES", "IN"),
    ("SHOW", "TABLES", "FROM"),
    ("SHOW", "TBLPROPERTIES"),
    ("SHOW", "PARTITIONS"),
    ("ALTER", "TABLE"),
    ("DROP", "TABLE", "IF", "EXISTS"),
    ("DROP", "TABLE"),
    ("MSCK", "REPAIR", "TABLE"),
)


def shown(text: str) -> tuple[str, str | None]:
    """The text that is told, and the database that becomes the context's, as it is written; None for none."""
    found = tokens(text, hive=True, most=10)
    words = [token.upper for token in found]
    head = next((head for head in _HEADS if tuple(words[: len(head)]) == head), None)
    if head is None:
        return text, None
    name = _name(found[len(head) :])
    describes, lists = head[0] in ("DESCRIBE", "DESC"), head[1:2] == ("TABLES",)
    whole = 2 if lists else 3  # parts of a name with its catalog
    database = None
    if len(name) == whole and name[0].upper == _DEFAULT:
        text, database = _without(text, name[0], name[1]), name[1].text
        name = [_moved(token, name[1].start - name[0].start) for token in name[1:]]
    if describes and len(name) == 2:
        text, database = _without(text, name[0], name[1]), name[0].text
    return text, database


def _name(found: list[Token]) -> list[Token]:
    """The parts of the plain name that the tokens begin with; none where one is in quotes."""
    parts: list[Token] = []
    for part, after in zip(found[::2], found[1::2], strict=False):
        if part.kind != "word":
            return []
        parts.append(part)
        if after.text != ".":
            break
    return parts


def _without(text: str, part: Token, following: Token) -> str:
    """The text without a part, its point and the blanks after it; a comment there stays."""
    point = text.index(".", part.end)
    rest = text[point + 1 : following.start]
    return text[: part.start] + rest.lstrip() + text[following.start :]


def _moved(token: Token, by: int) -> Token:
    return Token(token.kind, token.text, token.start - by, token.end - by)
