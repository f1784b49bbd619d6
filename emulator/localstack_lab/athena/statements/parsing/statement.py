"""Any statement of Athena's DDL."""

from localstack_lab.athena.statements.kinds import is_ctas
from localstack_lab.athena.statements.parsing.alter import alter_table
from localstack_lab.athena.statements.parsing.cursor import Cursor, DdlSyntaxError, GrammarError
from localstack_lab.athena.statements.parsing.show import describe, show
from localstack_lab.athena.statements.parsing.tables import create_table
from localstack_lab.athena.statements.parsing.trino import REPLACED, instead
from localstack_lab.athena.statements.tokens import tokens
from localstack_lab.athena.statements.tree import (
    AlterDatabase,
    CreateDatabase,
    CreateView,
    DropDatabase,
    DropTable,
    DropView,
    RepairTable,
    ShowCreate,
    Statement,
)

_UNKNOWN = {
    *("GRANT", "REVOKE", "SET", "RESET", "USE", "CALL", "COMMIT", "ROLLBACK", "START", "ANALYZE", "TRUNCATE"),
    *("LOAD", "IMPORT", "EXPORT", "LOCK", "UNLOCK", "REFRESH", "COMMENT", "KILL", "DENY"),
}


_DDL = {"CREATE", "DROP", "ALTER", "MSCK", "SHOW", "DESCRIBE", "DESC"}


def parse(text: str) -> Statement | None:
    """The DDL statement; None for a query or another statement that is not Hive's DDL.

    :raises DdlSyntaxError: as StartQueryExecution refuses it
    """
    words = [token.upper for token in tokens(text, most=2)]
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in _UNKNOWN or (not words[0] and len(words) == 1):
        raise instead(text) or Cursor(text).nothing_fits()
    if first in ("CREATE", "DROP", "SHOW"):
        view = _view(text)
        if view is not None:
            return view
    if first not in _DDL:
        return None
    cursor = Cursor(text)
    try:
        statement = _ddl(cursor, text, first, second)
    except GrammarError as error:
        raise instead(text) or error from error
    if cursor.wrong is not None:
        raise cursor.wrong
    return statement


def _ddl(cursor: Cursor, text: str, first: str, second: str) -> Statement | None:
    statement: Statement | None
    if first == "CREATE" and second in ("DATABASE", "SCHEMA"):
        statement = _create_database(cursor)
    elif first == "DROP" and second in ("DATABASE", "SCHEMA"):
        statement = _drop_database(cursor)
    elif first == "ALTER" and second in ("DATABASE", "SCHEMA"):
        statement = _alter_database(cursor)
    elif first == "CREATE" and second in ("TABLE", "EXTERNAL"):
        if second == "TABLE" and is_ctas(tokens(text)):
            return None
        cursor.expect("CREATE")
        statement = create_table(cursor)
    elif first == "DROP" and second == "TABLE":
        cursor.expect("DROP", "TABLE")
        present = cursor.takes("IF", "EXISTS")
        statement = DropTable(cursor.table_name("drop"), present)
        cursor.takes("PURGE")
    elif first == "ALTER" and second == "TABLE":
        cursor.expect("ALTER", "TABLE")
        statement = alter_table(cursor)
    elif first == "MSCK":
        cursor.expect("MSCK", "REPAIR", "TABLE")
        statement = RepairTable(cursor.table_name())
    elif first == "SHOW":
        cursor.expect("SHOW")
        statement = show(cursor)
        if statement is None:
            return None
    elif first in ("DESCRIBE", "DESC"):
        cursor.step()
        statement = describe(cursor)
    elif first in ("CREATE", "DROP", "ALTER"):
        cursor.step()
        raise cursor.nothing_fits()
    else:
        return None
    cursor.end()
    return statement


def _view(text: str) -> CreateView | DropView | ShowCreate | None:
    cursor = Cursor(text, hive=False)
    replace = cursor.takes("CREATE", "OR", "REPLACE")
    if replace or cursor.takes("CREATE"):
        if replace and not cursor.sees("VIEW"):
            raise DdlSyntaxError(f"{cursor.mismatch('')}".replace(" expecting ", REPLACED))
        if not cursor.takes("VIEW"):
            return None
        name = cursor.table_name()
        cursor.expect("AS")
        if cursor.token.kind == "end":
            raise cursor.mismatch("<query>")
        return CreateView(name, cursor.token.start, replace)
    if cursor.takes("DROP", "VIEW"):
        present = cursor.takes("IF", "EXISTS")
        dropped = DropView(cursor.table_name(), present)
        cursor.end()
        return dropped
    if cursor.takes("SHOW", "CREATE", "VIEW"):
        shown = ShowCreate(cursor.table_name(), view=True)
        cursor.end()
        return shown
    return None


def _create_database(cursor: Cursor) -> CreateDatabase:
    cursor.step()
    cursor.step()
    absent = cursor.takes("IF", "NOT", "EXISTS")
    name = cursor.database_name()
    comment = cursor.string() if cursor.takes("COMMENT") else None
    location = cursor.string() if cursor.takes("LOCATION") else None
    properties = cursor.properties() if cursor.takes("WITH", "DBPROPERTIES") else {}
    return CreateDatabase(name, absent, comment, location, properties)


def _drop_database(cursor: Cursor) -> DropDatabase:
    cursor.step()
    cursor.step()
    present = cursor.takes("IF", "EXISTS")
    name = cursor.database_name()
    cascade = cursor.takes("CASCADE")
    if not cascade:
        cursor.takes("RESTRICT")
    return DropDatabase(name, present, cascade)


def _alter_database(cursor: Cursor) -> AlterDatabase:
    cursor.step()
    cursor.step()
    name = cursor.database_name()
    cursor.expect("SET", "DBPROPERTIES")
    return AlterDatabase(name, cursor.properties())
