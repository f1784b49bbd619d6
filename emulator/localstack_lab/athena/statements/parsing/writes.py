"""Statements around a query: CTAS, INSERT, UNLOAD, EXPLAIN, and those for Iceberg tables only.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html and its neighbours
"""

from localstack_lab.athena.sql.change_parser import parse_change
from localstack_lab.athena.statements.kinds import is_ctas
from localstack_lab.athena.statements.parsing.cursor import Cursor, table_of
from localstack_lab.athena.statements.parsing.trino import first_word
from localstack_lab.athena.statements.tokens import place, tokens
from localstack_lab.athena.statements.tree import (
    CreateTableAs,
    Explain,
    Insert,
    Optimize,
    Property,
    RowChange,
    Span,
    Unload,
    Vacuum,
    Write,
)

_FIRST = {"CREATE", "INSERT", "UNLOAD", "EXPLAIN", "DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM"}


def parse(text: str) -> Write | None:
    """The statement, or None when it is none of these.

    :raises DdlSyntaxError: as StartQueryExecution refuses it
    :raises ParseError: DELETE, UPDATE and MERGE, which are Trino's
    """
    found = tokens(text, most=2)
    first, second = found[0].upper, found[1].upper if len(found) > 1 else ""
    if first not in _FIRST:
        return None
    cursor = Cursor(text, hive=False)
    if first == "CREATE":
        return _create_table_as(cursor) if second == "TABLE" and is_ctas(tokens(text)) else None
    if first == "INSERT":
        return _insert(cursor)
    if first == "UNLOAD":
        return _unload(cursor)
    if first == "EXPLAIN":
        return _explain(cursor)
    if first == "OPTIMIZE":
        return _optimize(cursor)
    if first == "VACUUM":
        return _vacuum(cursor)
    return _row_change(text, first)


def _create_table_as(cursor: Cursor) -> CreateTableAs:
    cursor.expect("CREATE", "TABLE")
    absent = cursor.takes("IF", "NOT", "EXISTS")
    name = cursor.table_name()
    aliases: list[str] = []
    if cursor.takes("("):
        aliases.append(cursor.name())
        while cursor.takes(","):
            aliases.append(cursor.name())
        cursor.expect(")")
    if cursor.takes("COMMENT"):
        cursor.string()
    properties = _properties(cursor) if cursor.takes("WITH") else {}
    cursor.expect("AS")
    start = cursor.token.start
    span, with_data = Span(start, cursor.last.end), True
    last = cursor.tail(3)
    if [token.upper for token in last[1:]] == ["WITH", "DATA"]:
        span = Span(start, last[1].start)
    elif [token.upper for token in last] == ["WITH", "NO", "DATA"]:
        span, with_data = Span(start, last[0].start), False
    return CreateTableAs(name, span, absent, properties, with_data, tuple(aliases))


def _insert(cursor: Cursor) -> Insert:
    cursor.expect("INSERT", "INTO")
    where = place(cursor.text, cursor.token.start)
    name = cursor.table_name()
    columns: list[str] = []
    if cursor.sees("(") and not _query_follows(cursor):
        cursor.expect("(")
        columns.append(cursor.name())
        while cursor.takes(","):
            columns.append(cursor.name())
        cursor.expect(")")
    if cursor.token.kind == "end":
        raise cursor.mismatch("<query>")
    return Insert(name, Span(cursor.token.start, cursor.last.end), tuple(columns), (where[0], where[1] + 1))


def _query_follows(cursor: Cursor) -> bool:
    by = 0
    while cursor.ahead(by).text == "(" and cursor.ahead(by).kind == "sign":
        by += 1
    return cursor.ahead(by).upper in ("SELECT", "WITH", "VALUES", "TABLE")


def _unload(cursor: Cursor) -> Unload:
    cursor.expect("UNLOAD")
    if not cursor.sees("("):
        raise cursor.mismatch("'('")
    opening = cursor.step()
    depth = 1
    while depth:
        token = cursor.token
        if token.kind == "end":
            raise cursor.mismatch("')'")
        if token.kind == "sign":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        cursor.step()
        closing = token
    cursor.expect("TO")
    target = cursor.string()
    properties = _properties(cursor) if cursor.takes("WITH") else {}
    cursor.end()
    return Unload(Span(opening.end, closing.start), target, properties)


def _explain(cursor: Cursor) -> Explain:
    cursor.expect("EXPLAIN")
    analyze = cursor.takes("ANALYZE")
    verbose = analyze and cursor.takes("VERBOSE")
    options: dict[str, str] = {}
    if cursor.sees("(") and cursor.ahead().upper in ("FORMAT", "TYPE"):
        cursor.expect("(")
        while True:
            option = cursor.step().upper
            if option not in ("FORMAT", "TYPE") or option in options:
                raise cursor.mismatch("{'FORMAT', 'TYPE'}")
            options[option] = cursor.token.upper
            allowed = _EXPLAIN[option]
            if options[option] not in allowed:
                raise cursor.mismatch("{" + ", ".join(f"'{word}'" for word in allowed) + "}")
            cursor.step()
            if not cursor.takes(","):
                break
        cursor.expect(")")
    if cursor.token.kind == "end":
        raise cursor.mismatch("<statement>")
    return Explain(Span(cursor.token.start, cursor.last.end), analyze, verbose, options)


_EXPLAIN = {
    "FORMAT": ("GRAPHVIZ", "JSON", "TEXT"),
    "TYPE": ("DISTRIBUTED", "IO", "LOGICAL", "VALIDATE"),
}


def _row_change(text: str, verb: str) -> RowChange:
    change = parse_change(text)
    return RowChange(
        verb, table_of([part.lower() for part in change.table.parts], change.table.parts[0]), change
    )


def _optimize(cursor: Cursor) -> Optimize:
    cursor.expect("OPTIMIZE")
    if cursor.token.kind == "quoted":
        raise first_word(cursor.text)  # as on AWS, 2026-09-25: only Hive's grammar has OPTIMIZE
    name = cursor.table_name()
    cursor.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    if not cursor.takes("WHERE"):
        cursor.end()
        return Optimize(name)
    return Optimize(name, Span(cursor.token.start, cursor.last.end))


def _vacuum(cursor: Cursor) -> Vacuum:
    cursor.expect("VACUUM")
    name = cursor.table_name()
    cursor.end()
    return Vacuum(name)


def _properties(cursor: Cursor) -> dict[str, Property]:
    found: dict[str, Property] = {}
    cursor.expect("(")
    while True:
        key = cursor.name()
        cursor.expect("=")
        found[key] = _value(cursor)
        if not cursor.takes(","):
            break
    cursor.expect(")")
    return found


def _value(cursor: Cursor) -> Property:
    token = cursor.token
    if token.kind == "string":
        return cursor.string()
    if token.kind == "number" and token.text.isdecimal():
        return cursor.integer()
    if token.upper in ("TRUE", "FALSE"):
        return cursor.step().upper == "TRUE"
    if cursor.takes("ARRAY"):
        cursor.expect("[")
        values: list[str] = []
        while not cursor.takes("]"):
            if values:
                cursor.expect(",")
            values.append(cursor.string())
        return tuple(values)
    raise cursor.mismatch("<expression>")
