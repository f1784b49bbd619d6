"""Column lists: names, Hive types, comments."""

from collections.abc import Sequence

from localstack_lab.athena.statements.parsing.cursor import Cursor, DdlSyntaxError
from localstack_lab.athena.statements.tree import Column
from localstack_lab.lake import hive_types

_OPEN, _CLOSE = {"<": ">", "(": ")"}, {">", ")"}


def columns(cursor: Cursor) -> tuple[Column, ...]:
    """(name type [COMMENT 'text'], …).

    :raises DdlSyntaxError:
    """
    cursor.expect("(")
    found: list[Column] = []
    while True:
        found.append(column(cursor))
        if not cursor.takes(","):
            break
    if not cursor.takes(")"):
        raise cursor.nothing_fits()
    unique(found)
    return tuple(found)


def unique(found: Sequence[Column]) -> None:
    """:raises DdlSyntaxError: when two columns have one name"""
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise DdlSyntaxError(f"FAILED: ParseException Duplicate column name: {name}")


def column(cursor: Cursor) -> Column:
    """name type [COMMENT 'text']."""
    name = cursor.name()
    kind = hive_type(cursor)
    comment = cursor.string() if cursor.takes("COMMENT") else None
    return Column(name, kind, comment)


def hive_type(cursor: Cursor) -> str:
    """The type in its plain form, such as ``map<string,array<int>>``.

    Any word is read as a type, with numbers in parentheses or types in ``<>`` behind it, as Athena does; that
    it is none is left in `cursor.wrong`.

    Names of struct fields are in lower case, as Athena writes them to the catalog, which has no room for
    their comments.
    """
    first = cursor.token
    if first.kind != "word":
        raise cursor.nothing_fits()
    cursor.step()
    end = first.end
    if cursor.sees("(") and cursor.ahead().kind != "number":
        cursor.step()
        raise cursor.nothing_fits()
    depth = 0
    start, pieces = first.start, []
    while (cursor.token.kind == "sign" and cursor.token.text in _OPEN) or depth:
        token = cursor.token
        if token.kind == "end":
            raise cursor.mismatch("'>'")
        if token.kind == "sign":
            depth += 1 if token.text in _OPEN else -1 if token.text in _CLOSE else 0
        cursor.step()
        if token.upper == "COMMENT" and cursor.token.kind == "string":
            pieces.append(cursor.text[start:end])
            start = end = cursor.step().end
        else:
            end = token.end
    text = " ".join("".join([*pieces, cursor.text[start:end]]).split())
    try:
        return str(hive_types.parse(text)).lower()
    except hive_types.TypeTextError as error:
        cursor.wrong = cursor.wrong or DdlSyntaxError(f"FAILED: ParseException {error}")
        return text.lower()
