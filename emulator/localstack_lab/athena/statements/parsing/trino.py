"""What Trino's grammar says of a definition that it does not read either.

Athena reads a definition by Hive's grammar; where that fails it tells what Trino's grammar says of the text,
and Hive's own words only where Trino's grammar reads it. Measured on Athena, 2026-09-20 to 2026-09-26
(athena-local's measurements); the text for CREATE EXTERNAL TABLE is in public reports of failed statements.
"""

from localstack_lab.athena.statements.parsing.cursor import Cursor, GrammarError

REPLACED = ". Expecting: 'MATERIALIZED', 'MULTI', 'PROTECTED', 'VIEW'"
"""After CREATE OR REPLACE."""
STATEMENTS = (
    *("ALTER", "ANALYZE", "CALL", "COMMENT", "COMMIT", "CREATE", "DEALLOCATE", "DELETE", "DENY", "DESC"),
    *("DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "GRANT", "INSERT", "MERGE", "PREPARE", "REFRESH", "RESET"),
    *("REVOKE", "ROLLBACK", "SET", "SHOW", "START", "TRUNCATE", "UNLOAD", "UPDATE", "USE"),
)
_FIRST = ", ".join(f"'{word}'" for word in STATEMENTS) + ", <query>"
_EXTERNAL = "'MATERIALIZED', 'MULTI', 'OR', 'PROTECTED', 'ROLE', 'SCHEMA', 'TABLE', 'VIEW'"
_ALTERS, _ALTERS_IF = "'.', 'ADD', 'DROP', 'EXECUTE', 'RENAME', 'SET'", "'.', 'ADD', 'DROP', 'RENAME'"
_FOLLOWING = {
    "ADD": ("COLUMN",),
    "DROP": ("COLUMN",),
    "RENAME": ("TO", "COLUMN"),
    "SET": ("PROPERTIES", "AUTHORIZATION"),
}


def trino_expects(cursor: Cursor, expecting: str) -> GrammarError:
    """What comes next is not what Trino expects there."""
    line, column = cursor.place()
    token = cursor.token
    return GrammarError(f"line {line}:{column + 1}: mismatched input '{token.text}'. Expecting: {expecting}")


def first_word(text: str) -> GrammarError:
    """The text begins with no statement."""
    return trino_expects(Cursor(text, hive=False), _FIRST)


def instead(text: str) -> GrammarError | None:
    """Trino's words for a text that Hive's grammar does not read.

    :return: None where Trino's grammar reads it, and where its words are not known
    """
    cursor = Cursor(text, hive=False)
    first = cursor.token.upper
    if first not in STATEMENTS:
        return trino_expects(cursor, _FIRST)
    if cursor.takes("CREATE", "TABLE"):
        return _create_table(cursor)
    if cursor.sees("CREATE", "EXTERNAL"):
        cursor.step()
        return trino_expects(cursor, _EXTERNAL)
    return _alter(cursor) if cursor.takes("ALTER", "TABLE") else None


def _alter(cursor: Cursor) -> GrammarError | None:
    if tested := cursor.takes("IF", "EXISTS"):
        pass
    if not _passes_name(cursor):
        return None
    action = cursor.token.upper
    known = ("ADD", "DROP", "RENAME") if tested else (*_FOLLOWING, "EXECUTE")
    if action not in known:
        return trino_expects(cursor, _ALTERS_IF if tested else _ALTERS)
    cursor.step()
    if action in _FOLLOWING and cursor.token.upper not in _FOLLOWING[action]:
        return trino_expects(cursor, f"'.', '{action}'")
    return None


def _create_table(cursor: Cursor) -> GrammarError | None:
    cursor.takes("IF", "NOT", "EXISTS")
    if not _passes_name(cursor) or not cursor.sees("("):
        return None
    depth = 0
    while cursor.token.kind != "end":
        token = cursor.token
        if token.kind == "backquoted":
            return None  # no token of Trino's, of which its words are not known
        if token.text == "<":
            return trino_expects(cursor, "')', ','")
        cursor.step()
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            break
    if cursor.token.kind == "end" or cursor.token.upper in ("COMMENT", "WITH"):
        return None
    return trino_expects(cursor, "'COMMENT', 'WITH', <EOF>")


def _passes_name(cursor: Cursor) -> bool:
    """Step over a name, where there is one that Trino's grammar reads."""
    while cursor.token.kind in ("word", "quoted"):
        cursor.step()
        if not cursor.takes("."):
            return True
    return False
