"""Comments ``/* … */`` that Hive's part of Athena does not read, where it runs the statement.

Measured on Athena, 2026-09-18 to 2026-09-27 (athena-local's measurements): the statement is started as what
it is, and fails; that of an Iceberg table, and DESCRIBE of a view, runs. Comments in other places than those
that were measured, and ``-- …`` everywhere, are read.
"""

import re

from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.engine.lakehouse import is_iceberg
from localstack_lab.athena.statements.context import Context, is_view
from localstack_lab.athena.statements.tokens import Token, place, tokens, unquoted
from localstack_lab.athena.statements.tree import (
    AddColumns,
    ChangeColumn,
    Describe,
    DropColumn,
    RenameTable,
    RepairTable,
    ShowCreate,
    Statement,
)

_COMMENT = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|--[^\r\n]*|(?P<block>/\*.*?\*/)", re.DOTALL)
_INSIDE = re.compile(
    r"(?:[^\x21-\x7e]|'(?![^']*')|\"(?![^\"]*\"))*"
    r"('(?:[^']|'')*'|\"[^\"]*\"|\d+\.\d+|\w+|<=|>=|!=|<>|[\x21-\x7e])",
    re.ASCII,
)
_NOT_BY_HIVE = "Query type not supported by DDL engine."


def fault(context: Context, statement: Statement, text: str) -> QueryFailed | None:
    """How the statement fails for its first comment, if it does."""
    if "/*" not in text or not isinstance(
        statement, ShowCreate | Describe | RepairTable | AddColumns | RenameTable | DropColumn | ChangeColumn
    ):
        return None
    text = re.sub(r"\s{2,}", " ", text)  # as Athena counts places
    found = next((one for one in _COMMENT.finditer(text) if one["block"]), None)
    said = _said(statement, text, found) if found else None
    if said is None:
        return None
    table = context.find_table(statement.name)
    if table is not None and (is_iceberg(table) or (is_view(table) and isinstance(statement, Describe))):
        return None
    return QueryFailed("", f"FAILED: ParseException {said}", told=_told(statement, text))


def _told(statement: Statement, text: str) -> str | None:
    """The ErrorMessage of what Hive could not have done without the comment either."""
    if isinstance(statement, DropColumn):
        at = next(token for token in tokens(text, hive=True) if token.upper == "COLUMN")
        line, column = place(text, at.start)
        return f"line {line}:{column + 1}: mismatched input '{at.text}' expecting 'PARTITION'"
    replaces = isinstance(statement, AddColumns) and statement.replace
    return _NOT_BY_HIVE if replaces or isinstance(statement, RenameTable | ChangeColumn) else None


def _said(statement: Statement, text: str, comment: re.Match[str]) -> str | None:
    """Hive's words for a comment; None where it reads it."""
    before = tokens(text[: comment.start()], hive=True)[:-1]
    words = [token.upper for token in before]
    last = before[-1].text if before else ""
    line, column = place(text, comment.start())
    at = f"line {line}:{column}"
    inside = _INSIDE.match(text, comment.start() + 2)
    here = f"'/' '*' '{inside[1] if inside else '*'}'"
    changes = isinstance(statement, ChangeColumn) or (isinstance(statement, AddColumns) and statement.replace)
    if changes and words != ["ALTER"]:
        return None
    if not words:
        return f"{at} cannot recognize input near {here}"
    match statement:
        case Describe(form=form):
            if len(words) == 1:
                return f"line 1:0 cannot recognize input near '{last}' '/' '*' in describe statement"
            if form and len(words) == 2:
                return f"{at} cannot recognize input near {here} in specifying describe table types"
            if len(words) == 3 and last == ".":  # Athena has taken the database out of the text by then
                return (
                    f"line 1:0 cannot recognize input near '{before[0].text}' '/' '*' in describe statement"
                )
            return None
        case ShowCreate(view=True):
            return None
        case ShowCreate():
            said = {
                1: f"{at} cannot recognize input near '{last}' '/' '*' in ddl statement",
                2: f"{at} mismatched input '/' expecting TABLE near '{last}' in show statement",
                3: f"{at} cannot recognize input near {here} in table name",
            }.get(len(words))
            if len(words) == 5 and last == ".":
                said = f"{at} cannot recognize input near '{before[3].text}' '.' '/' in table name"
            return said
        case RepairTable():
            if len(words) == 3:
                return f"{at} cannot recognize input near {here} in table name"
            whole = len(words) < 3 or _is_named(before, statement.name.table)
            return f"{at} missing EOF at '/' near '{last}'" if whole else None
    if len(words) == 1:
        return f"line 1:0 cannot recognize input near '{last}' '/' '*' in alter statement"
    if len(words) == 2:
        return f"{at} cannot recognize input near {here} in table name"
    if isinstance(statement, AddColumns) and len(words) < 6 and _is_named(before, statement.name.table):
        return f"{at} cannot recognize input near {here} in alter table statement"
    return None


def _is_named(before: list[Token], name: str) -> bool:
    """Whether what stands before a comment ends with the name of the table."""
    return unquoted(before[-1]).lower() == name
