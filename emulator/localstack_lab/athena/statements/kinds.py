"""What kind of statement a text is, before anything of it is run. Standard library only.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html#athena-Type-QueryExecution-SubstatementType
Comments in front of and between the keywords do not count.
"""

from dataclasses import dataclass

from localstack_lab.athena.statements.tokens import Token, tokens

_QUERIES = {"SELECT", "WITH", "VALUES", "TABLE"}
_SHOW = {
    "TABLES": "SHOW_TABLES",
    "DATABASES": "SHOW_DATABASES",
    "SCHEMAS": "SHOW_DATABASES",
    "COLUMNS": "SHOW_COLUMNS",
    "PARTITIONS": "SHOW_PARTITIONS",
    "TBLPROPERTIES": "SHOW_TABLE_PROPERTIES",
    "VIEWS": "SHOW_VIEWS",
    "FUNCTIONS": "SHOW_FUNCTIONS",
}
_PLAIN = {
    "INSERT": ("DML", "INSERT"),
    "UPDATE": ("DML", "UPDATE"),
    "DELETE": ("DML", "DELETE"),
    "MERGE": ("DML", "MERGE"),
    "EXPLAIN": ("DML", "EXPLAIN"),
    "VACUUM": ("DML", "VACUUM_TABLE"),
    "UNLOAD": ("DML", "UNLOAD"),
    "OPTIMIZE": ("DDL", "CREATE_TABLE_AS_SELECT"),
    "DESCRIBE": ("UTILITY", "DESCRIBE_TABLE"),
    "DESC": ("UTILITY", "DESCRIBE_TABLE"),
    "MSCK": ("DDL", "MSCK_REPAIR"),
    "PREPARE": ("DDL", "PREPARE"),
    "EXECUTE": ("DML", "EXECUTE"),
    "DEALLOCATE": ("DDL", "DEALLOCATE"),
}
_ALTER = {
    ("ADD", "COLUMNS"): "ALTER_TABLE_ADD_COLUMN",
    ("ADD", "PARTITION"): "ALTER_TABLE_ADD_PARTITION",
    ("ADD", "IF"): "ALTER_TABLE_ADD_PARTITION",
    ("DROP", "COLUMN"): "ALTER_TABLE_DROP_COLUMN",
    ("DROP", "PARTITION"): "ALTER_TABLE_DROP_PARTITION",
    ("DROP", "IF"): "ALTER_TABLE_DROP_PARTITION",
    ("REPLACE", "COLUMNS"): "ALTER_TABLE_REPLACE_COLUMN",
    ("RENAME", "TO"): "ALTER_TABLE_RENAME",
    ("SET", "TBLPROPERTIES"): "ALTER_TABLE_PROPERTIES",
    ("SET", "LOCATION"): "ALTER_TABLE_SET_LOCATION",
}
_ALTER_PARTITION = {"RENAME": "ALTER_TABLE_RENAME_PARTITION", "SET": "ALTER_PARTITION_SET_LOCATION"}


_LEADING = 64  # tokens that tell what a statement is, however many parentheses it begins with


@dataclass(frozen=True)
class Kind:
    """What GetQueryExecution tells of a statement.

    :ivar statement_type: DDL, DML or UTILITY
    :ivar substatement_type: AWS's name for it; None where AWS gives none that is known
    :ivar result: where the result lies below the output location: ``csv`` and ``txt`` are files
        ``<id>.csv`` and ``<id>.txt``, ``data`` is ``<id>`` (INSERT and UNLOAD), ``table`` is
        ``tables/<id>`` (CTAS)
    :ivar header: whether the result and GetQueryResults begin with the names of the columns
    """

    statement_type: str
    substatement_type: str | None
    result: str
    header: bool

    @property
    def writes_csv(self) -> bool:
        """Whether the rows are a CSV file."""
        return self.result == "csv"

    @property
    def is_query(self) -> bool:
        """A SELECT, WITH, VALUES or TABLE: it changes nothing and its result may be reused."""
        return self.substatement_type == "SELECT"


def kind_of(text: str) -> Kind:
    """The kind of a statement, of broken and unknown ones too."""
    found = tokens(text, most=_LEADING)
    if any(token.upper in ("CREATE", "ALTER") for token in found[:2]):
        found = tokens(text)
    words = [token.upper for token in found]
    at = 0
    while found[at].text == "(":
        at += 1
    first, second, third = (words[i] if i < len(words) else "" for i in (at, at + 1, at + 2))
    if first in _QUERIES:
        return Kind("DML", "SELECT", "csv", header=True)
    if first in _PLAIN:
        return _plain(first)
    if first == "SHOW":
        if second == "CREATE" and third in ("TABLE", "VIEW"):
            return Kind("UTILITY", f"SHOW_CREATE_{third}", "txt", header=False)
        functions = second == "FUNCTIONS"
        return Kind("UTILITY", _SHOW.get(second), "csv" if functions else "txt", header=functions)
    if first == "CREATE":
        return _create(found, at)
    if first == "DROP":
        known = {"TABLE": "DROP_TABLE", "VIEW": "DROP_VIEW"}
        known |= dict.fromkeys(("DATABASE", "SCHEMA"), "DROP_DATABASE")
        return Kind("DDL", known.get(second), "txt", header=False)
    if first == "ALTER":
        return Kind("DDL", _alter(found, at), "txt", header=False)
    return Kind("UTILITY", None, "txt", header=False)


def _plain(first: str) -> Kind:
    statement, substatement = _PLAIN[first]
    result = {"UPDATE": "csv", "DELETE": "csv", "MERGE": "csv", "EXECUTE": "csv"}.get(first, "txt")
    if first in ("INSERT", "UNLOAD"):
        result = "data"
    return Kind(statement, substatement, result, header=first in ("EXPLAIN", "EXECUTE"))


def _create(found: list[Token], at: int) -> Kind:
    words = [token.upper for token in found[at : at + 4]] + [""] * 4
    thing = words[3] if words[1:3] == ["OR", "REPLACE"] else words[1]
    external = thing == "EXTERNAL"
    thing = words[2] if external else thing
    if thing == "VIEW":
        return Kind("DDL", "CREATE_VIEW", "txt", header=False)
    if thing in ("DATABASE", "SCHEMA"):
        return Kind("DDL", "CREATE_DATABASE", "txt", header=False)
    if thing == "TABLE" and not external and is_ctas(found, at):
        return Kind("DDL", "CREATE_TABLE_AS_SELECT", "table", header=False)
    return Kind("DDL", "CREATE_TABLE" if thing == "TABLE" else None, "txt", header=False)


def is_ctas(found: list[Token], at: int = 0) -> bool:
    """Whether CREATE TABLE, at `at`, goes on to AS and a query."""
    depth = 0
    for token, following in zip(found[at:], found[at + 1 :], strict=False):
        if token.text in "()":
            depth += 1 if token.text == "(" else -1
        elif depth == 0 and token.upper == "AS":
            return following.text == "(" or following.upper in _QUERIES
    return False


def _alter(found: list[Token], at: int) -> str | None:
    rest = found[at + 1 :]
    if rest[0].upper != "TABLE":
        return None
    rest = rest[2:]
    while len(rest) > 2 and rest[0].text == ".":
        rest = rest[2:]
    words = [token.upper for token in rest]
    if words[:1] == ["PARTITION"]:
        return next((_ALTER_PARTITION[word] for word in words if word in _ALTER_PARTITION), None)
    if words[:1] == ["CHANGE"]:
        return "ALTER_TABLE_CHANGE_COLUMN"
    return _ALTER.get((words[0], words[1])) if len(words) > 1 else None
