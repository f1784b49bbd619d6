"""DELETE, UPDATE and MERGE, read by Trino's grammar (rules `delete`, `update`, `merge` and `mergeCase`).

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
Athena takes none of what later versions added: an alias behind DELETE or UPDATE, WHEN NOT MATCHED BY SOURCE.
"""

from localstack_lab.athena.sql.change_tree import Assignment, Change, Delete, Merge, MergeCase, Update
from localstack_lab.athena.sql.errors import Position, QueryError
from localstack_lab.athena.sql.lexer import ParseError
from localstack_lab.athena.sql.parser import Parser
from localstack_lab.athena.sql.tree import Node, Table


class _Changes(Parser):
    """A parser of one statement that changes rows."""

    def change(self) -> Change:
        """The whole statement."""
        if self.is_("DELETE"):
            return self._delete()
        if self.is_("UPDATE"):
            return self._update()
        if self.is_("MERGE"):
            return self._merge()
        raise self.mismatch()

    def _delete(self) -> Delete:
        position = self.need("DELETE", "FROM").position
        table = Table(position, self.dotted())
        if not (self.is_("WHERE") or self.is_(";") or self.word.kind == "end"):
            raise self._expected("'.', 'WHERE', <EOF>")
        return Delete(position, table, self._where())

    def _update(self) -> Update:
        position = self.need("UPDATE").position
        table = Table(position, self.dotted())
        if not self.take("SET"):
            raise self._expected("'.', 'SET'")
        return Update(position, table, self._assignments(), self._where())

    def _where(self) -> Node | None:
        return self.expression() if self.take("WHERE") else None

    def _assignments(self) -> list[Assignment]:
        found: list[Assignment] = []
        while not found or self.take(","):
            position = self.word.position
            column = self.name()
            self.need("=")
            found.append(Assignment(position, column, self.expression()))
        return found

    def _merge(self) -> Merge:
        position = self.need("MERGE", "INTO").position
        table = Table(position, self.dotted())
        alias = self.name() if self.take("AS") or self.is_name() else None
        if not self.take("USING"):
            raise self._expected("'USING'" if alias else "'.', 'AS', 'USING', <identifier>")
        source = self.relation()
        self.need("ON")
        condition = self.expression()
        cases = [self._case(self.need("WHEN").position)]
        while self.is_("WHEN"):
            cases.append(self._case(self.step().position))
        return Merge(position, table, alias, source, condition, cases)

    def _case(self, position: Position) -> MergeCase:
        matched = not self.take("NOT")
        self.need("MATCHED")
        condition = self.expression() if self.take("AND") else None
        if condition is None and not self.is_("THEN"):
            raise self._expected("'AND', 'THEN'")
        self.need("THEN")
        if not matched:
            return self._insertion(position, condition)
        if self.take("DELETE"):
            return MergeCase(position, "DELETE", condition, [], [])
        if not self.is_("UPDATE"):
            raise self._expected("'DELETE', 'UPDATE'")
        self.need("UPDATE", "SET")
        assigned = self._assignments()
        return MergeCase(
            position, "UPDATE", condition, [a.column for a in assigned], [a.value for a in assigned]
        )

    def _expected(self, words: str) -> ParseError:
        return ParseError(f"mismatched input '{self.word.text}'. Expecting: {words}", self.word.position)

    def _insertion(self, position: Position, condition: Node | None) -> MergeCase:
        self.need("INSERT")
        columns = self.names_in_parentheses() if self.is_("(") else []
        self.need("VALUES", "(")
        values = [self.expression()]
        while self.take(","):
            values.append(self.expression())
        self.need(")")
        return MergeCase(position, "INSERT", condition, columns, values)


def parse_change(text: str) -> Change:
    """A whole text as one DELETE, UPDATE or MERGE.

    :raises ParseError: if it is anything else
    """
    parser = _Changes(text)
    try:
        change = parser.change()
    except RecursionError as error:
        message = "statement is too large (stack overflow while parsing)"
        raise QueryError("STATEMENT_TOO_LARGE", message) from error
    parser.refuse_rest()
    return change
