"""Queries of SQL, read by Trino's grammar (rules `query` to `relation`).

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

import sys

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.errors import QueryError, at, unsupported
from localstack_lab.athena.sql.expression_parser import Expressions
from localstack_lab.athena.sql.lexer import ParseError

_SET_OPERATORS = ("UNION", "EXCEPT", "INTERSECT")
# Words that are not reserved, and what comes behind them where they begin a clause and are no alias.
_CLAUSES = {
    "LIMIT": ("integer", "ALL", "?"),
    "OFFSET": ("integer", "?"),
    "FETCH": ("FIRST", "NEXT"),
    "TABLESAMPLE": ("BERNOULLI", "SYSTEM"),
    "MATCH_RECOGNIZE": ("(",),
}


class Parser(Expressions):
    """A parser of one statement."""

    def starts_query(self) -> bool:
        """Whether a query follows here, perhaps behind parentheses."""
        first = self.inside[min(self.at, len(self.words) - 1)]
        token = self.words[first]
        if token.kind != "word" or token.upper not in ("SELECT", "WITH", "VALUES", "TABLE"):
            return False
        if first == self.at:
            return True
        # ((SELECT 1) + 1) is a value: a query if what closes the inner parentheses is more of a query.
        closing = self.closing.get(self.at)
        if closing is None:
            return True
        following = self.words[closing + 1]
        more = (*_SET_OPERATORS, "ORDER", "LIMIT", "OFFSET", "FETCH", ")")
        return following.upper in more or following.kind == "end"

    def query(self) -> tree.Query:
        """A query with its WITH, ORDER BY, OFFSET and LIMIT."""
        position = self.word.position
        named: list[tree.Named] = []
        recursive = False
        if self.take("WITH"):
            recursive = self.take("RECURSIVE")
            while True:
                named.append(self._named())
                if not self.take(","):
                    break
        result = tree.Query(position, named, recursive, self._union(), [])
        here = self.word.position
        if self.take("ORDER"):
            result.clauses["ORDER"] = here
            self.need("BY")
            result.order = self.sort_items()
        here = self.word.position
        if self.take("OFFSET"):
            result.clauses["OFFSET"] = here
            result.offset = self._count()
            if not self.take("ROWS"):
                self.take("ROW")
        here = self.word.position
        if self.take("LIMIT"):
            result.clauses["LIMIT"] = here
            if not self.take("ALL"):
                result.limit = self._count()
        elif self.take("FETCH"):
            result.clauses["LIMIT"] = here
            self._fetch(result)
        return result

    def _fetch(self, result: tree.Query) -> None:
        if not self.take("FIRST"):
            self.need("NEXT")
        position = self.word.position
        result.fetch = True
        if self.word.upper in ("ROW", "ROWS"):
            result.limit = tree.Literal(position, "integer", "1")
        else:
            result.limit = self._count()
        if not self.take("ROW"):
            self.need("ROWS")
        if self.take("WITH", "TIES"):
            result.ties = True
        else:
            self.need("ONLY")

    def _count(self) -> tree.Node:
        if self.word.kind == "integer" or self.is_("?"):
            return self.primary()
        raise self.mismatch()

    def _named(self) -> tree.Named:
        position = self.word.position
        name = self.name()
        here = self.at
        columns = self.names_in_parentheses() if self.is_("(") else None
        positions = [w.position for w in self.words[here + 1 : self.at : 2]]
        self.need("AS", "(")
        query = self.query()
        self.need(")")
        return tree.Named(position, name, columns, query, positions)

    def _union(self) -> tree.Node:
        left = self._intersect()
        while self.word.upper in ("UNION", "EXCEPT") and self.word.kind == "word":
            token = self.step()
            left = tree.SetOperation(token.position, token.upper, self._all(), left, self._intersect())
        return left

    def _intersect(self) -> tree.Node:
        left = self._query_primary()
        while self.is_("INTERSECT"):
            token = self.step()
            left = tree.SetOperation(token.position, "INTERSECT", self._all(), left, self._query_primary())
        return left

    def _all(self) -> bool:
        if self.take("ALL"):
            return True
        self.take("DISTINCT")
        return False

    def _query_primary(self) -> tree.Node:
        position = self.word.position
        if self.is_("SELECT"):
            return self._select()
        if self.take("VALUES"):
            rows = [self.expression()]
            while self.take(","):
                rows.append(self.expression())
            return tree.Values(position, rows)
        if self.take("TABLE"):
            place = self.word.position
            return tree.TableBody(position, tree.Table(place, self.dotted()))
        if self.take("("):
            if self.is_("WITH"):
                raise self.mismatch()  # only in FROM and in expressions may WITH stand in parentheses
            inner = self.query()
            self.need(")")
            return inner
        raise self.mismatch()

    def _select(self) -> tree.Select:
        position = self.need("SELECT").position
        distinct = self.take("DISTINCT")
        if not distinct:
            if self.word.kind == "end":
                expecting = "'*', 'ALL', 'DISTINCT', <expression>"
                message = f"mismatched input '{self.word.text}'. Expecting: {expecting}"
                raise ParseError(message, self.word.position)
            self.take("ALL")
        items = [self._item()]
        while self.take(","):
            items.append(self._item())
        result = tree.Select(position, distinct, items, None, None, None, False, None, [])
        if self.take("FROM"):
            source = self.relation()
            while self.is_(","):
                place = self.step().position
                source = tree.Join(place, "IMPLICIT", source, self.relation())
            result.source = source
        if self.take("WHERE"):
            result.where = self.expression()
        if self.take("GROUP"):
            self.need("BY")
            result.group_distinct = self.take("DISTINCT")
            if not result.group_distinct and self.is_("ALL") and self.ahead(1).kind != "end":
                self.step()
            result.group = [self._group_element()]
            while self.take(","):
                result.group.append(self._group_element())
        if self.take("HAVING"):
            result.having = self.expression()
        if self.take("WINDOW"):
            while True:
                name = self.name()
                self.need("AS", "(")
                result.windows.append((name, self.window()))
                if not self.take(","):
                    break
        return result

    def _item(self) -> tree.Node:
        position = self.word.position
        if self.take("*"):
            return tree.AllColumns(position, None)
        expression = self.expression()
        if self.is_(".", "*"):
            self.at += 2
            aliases = self.names_in_parentheses() if self.take("AS") else None
            return tree.AllColumns(position, expression, aliases)
        alias = None
        if self.take("AS") or self._is_alias():
            alias = self.name()
        return tree.SelectItem(position, expression, alias)

    def _is_alias(self) -> bool:
        """Whether a name without AS comes next, and not a clause that begins with a word like a name."""
        word, following = self.word, self.ahead(1)
        if not self.is_name():
            return False
        if word.kind == "quoted":
            return True
        if word.upper == "WINDOW":
            return not (self.is_name(1) and self.ahead(2).upper == "AS")
        begins = _CLAUSES.get(word.upper, ())
        return following.upper not in begins and following.kind not in begins

    def _group_element(self) -> tree.GroupElement:
        position = self.word.position
        for word in ("ROLLUP", "CUBE"):
            if self.is_(word, "("):
                self.step()
                self.need("(")
                sets: list[list[tree.Node]] = []
                if not self.is_(")"):
                    sets.append(self._grouping_set())
                    while self.take(","):
                        sets.append(self._grouping_set())
                self.need(")")
                return tree.GroupElement(position, word, sets)
        if self.take("GROUPING", "SETS"):
            self.need("(")
            sets = [self._grouping_set()]
            while self.take(","):
                sets.append(self._grouping_set())
            self.need(")")
            return tree.GroupElement(position, "SETS", sets)
        return tree.GroupElement(position, "SIMPLE", [self._grouping_set()])

    def _grouping_set(self) -> list[tree.Node]:
        if self.is_("(") and self.ahead(1).upper == ")":
            self.at += 2
            return []
        expression = self.expression()
        return expression.items if isinstance(expression, tree.RowOf) else [expression]

    # Relations

    def relation(self) -> tree.Node:
        """What may stand in FROM, with its joins."""
        left = self._sampled()
        while True:
            position = self.word.position
            if self.take("CROSS", "JOIN"):
                left = tree.Join(position, "CROSS", left, self._sampled())
                continue
            if self.is_("NATURAL"):
                raise at(left.position, "NOT_SUPPORTED", "Natural join not supported")
            kind = self._join_kind()
            if kind is None:
                return left
            join = tree.Join(position, kind, left, self.relation())
            if self.take("ON"):
                join.on = self.expression()
            else:
                self.need("USING")
                here = self.at
                join.using = self.names_in_parentheses()
                join.using_positions = [w.position for w in self.words[here + 1 : self.at : 2]]
            left = join

    def _join_kind(self) -> str | None:
        if self.take("JOIN") or self.take("INNER", "JOIN"):
            return "INNER"
        for kind in ("LEFT", "RIGHT", "FULL"):
            if self.take(kind, "JOIN") or self.take(kind, "OUTER", "JOIN"):
                return kind
        return None

    def _sampled(self) -> tree.Node:
        relation = self._aliased()
        position = self.word.position
        if self.take("TABLESAMPLE"):
            if self.word.upper not in ("BERNOULLI", "SYSTEM"):
                raise self.mismatch()
            method = self.step().upper
            self.need("(")
            percentage = self.expression()
            self.need(")")
            return tree.Sampled(position, relation, method, percentage)
        return relation

    def _aliased(self) -> tree.Node:
        position = self.word.position
        relation = self._relation_primary()
        if self.is_("MATCH_RECOGNIZE", "("):
            raise unsupported("MATCH_RECOGNIZE", self.word.position)
        if self.take("AS") or self._is_alias():
            name = self.name()
            columns = self.names_in_parentheses() if self.is_("(") else None
            return tree.Aliased(position, relation, name, columns)
        return relation

    def _relation_primary(self) -> tree.Node:
        position = self.word.position
        if self.take("UNNEST", "("):
            items = [self.expression()]
            while self.take(","):
                items.append(self.expression())
            self.need(")")
            return tree.Unnest(position, items, self.take("WITH", "ORDINALITY"))
        if self.is_("LATERAL", "("):
            self.step()
            self.need("(")
            query = self.query()
            self.need(")")
            return tree.Derived(position, query, lateral=True)
        if self.is_("JSON_TABLE", "("):
            raise unsupported("JSON_TABLE", position)
        if self.is_("TABLE", "("):
            raise unsupported("A table function", position)
        if self.is_("("):
            if self._query_after_parenthesis():
                self.need("(")
                query = self.query()
                self.need(")")
                return tree.Derived(position, query)
            self.need("(")
            relation = self.relation()
            while self.is_(","):
                raise self.mismatch()
            self.need(")")
            return relation
        return tree.Table(position, self.dotted(), self._period())

    def _period(self) -> tree.Period | None:
        """FOR TIMESTAMP AS OF, or FOR VERSION AS OF (rule `queryPeriod`)."""
        if not self.is_("FOR"):
            return None
        position = self.step().position
        if not (self.is_("TIMESTAMP") or self.is_("VERSION")):
            found = self.word
            message = f"mismatched input '{found.text}'. Expecting: 'TIMESTAMP', 'VERSION'"
            raise ParseError(message, found.position)
        kind = self.step().upper
        self.need("AS", "OF")
        return tree.Period(position, kind, self.value())


# Deep enough for a statement of a thousand nested calls: Python's own calls take no stack of the machine's.
_DEPTH = 20_000
sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH))


def parse_query(text: str) -> tree.Query:
    """A whole text as one query; raises `ParseError` if it is anything else."""
    parser = Parser(text)
    try:
        query = parser.query()
    except RecursionError as error:
        message = "statement is too large (stack overflow while parsing)"
        raise QueryError("STATEMENT_TOO_LARGE", message) from error
    parser.refuse_rest()
    return query


def parse_expression(text: str) -> tree.Node:
    """A whole text as one expression, such as a parameter's."""
    parser = Parser(text)
    node = parser.expression()
    parser.refuse_rest()
    return node
