"""Expressions of SQL, read by Trino's grammar (rules `expression` to `primaryExpression`)."""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.call_parser import Calls
from localstack_lab.athena.sql.lexer import ParseError, unicode_string, unquoted

_PLAIN = frozenset(("integer", "decimal", "double", "string"))
_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SPECIALS = frozenset(
    [
        "CURRENT_DATE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "CURRENT_USER",
        "CURRENT_CATALOG",
        "CURRENT_SCHEMA",
        "CURRENT_PATH",
    ]
)
_UNITS = frozenset(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"])
# Words that are the name of a type before a string: `DATE '2024-01-01'`.
_JSON_WORDS = frozenset(("JSON_EXISTS", "JSON_VALUE", "JSON_QUERY", "JSON_OBJECT", "JSON_ARRAY"))
_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "||"))


class Expressions(Calls):
    """The part of the parser that reads expressions."""

    def query(self) -> tree.Query:
        """A query (the other half of the parser)."""
        raise NotImplementedError

    def starts_query(self) -> bool:
        """Whether a query follows here, perhaps behind parentheses."""
        raise NotImplementedError

    def expression(self) -> tree.Node:
        """Any expression."""
        token, following = self.words[self.at], self.ahead(1)
        if token.kind in _PLAIN and following.kind == "operator" and following.text in (",", ")"):
            # Long lists of literals are common enough for a short way.
            self.at += 1
            value = unquoted(token) if token.kind == "string" else token.text
            return tree.Literal(token.position, token.kind, value)
        position = token.position
        terms = [self._and()]
        while self.take("OR"):
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else tree.Logical(position, "OR", terms)

    def _and(self) -> tree.Node:
        position = self.word.position
        terms = [self._not()]
        while self.take("AND"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else tree.Logical(position, "AND", terms)

    def _not(self) -> tree.Node:
        position = self.word.position
        if self.take("NOT"):
            return tree.Not(position, self._not())
        return self._predicate()

    def _predicate(self) -> tree.Node:
        left = self.value()
        token = self.word
        if token.kind == "operator" and token.upper in _COMPARISONS:
            self.step()
            operator = _COMPARISONS[token.upper]
            for quantifier in ("ALL", "ANY", "SOME"):
                if self.is_(quantifier, "("):
                    self.step()
                    return tree.Quantified(
                        token.position, operator, quantifier, left, self._query_in_parens()
                    )
            return tree.Comparison(token.position, operator, left, self.value())
        negated = self.is_("NOT") and self.ahead(1).upper in ("BETWEEN", "IN", "LIKE")
        if negated:
            self.step()
        found = self._tail(left)
        if found is None:
            return left
        return tree.Not(found.position, found) if negated else found

    def _tail(self, left: tree.Node) -> tree.Node | None:
        position = self.word.position
        if self.take("BETWEEN"):
            low = self.value()
            self.need("AND")
            return tree.Between(position, left, low, self.value())
        if self.take("IN"):
            if self.is_("(") and self._query_after_parenthesis():
                return tree.InQuery(position, left, self._query_in_parens())
            self.need("(")
            options = [self.expression()]
            while self.take(","):
                options.append(self.expression())
            self.need(")")
            return tree.InList(position, left, options)
        if self.take("LIKE"):
            pattern = self.value()
            escape = self.value() if self.take("ESCAPE") else None
            return tree.Like(position, left, pattern, escape)
        if self.take("IS"):
            negated = self.take("NOT")
            if self.take("DISTINCT"):
                self.need("FROM")
                node: tree.Node = tree.Comparison(position, "IS DISTINCT FROM", left, self.value())
            else:
                self.need("NULL")
                node = tree.IsNull(position, left)
            return tree.Not(position, node) if negated else node
        return None

    def _query_after_parenthesis(self) -> bool:
        here = self.at
        self.at += 1
        found = self.starts_query()
        self.at = here
        return found

    def _query_in_parens(self) -> tree.Query:
        self.need("(")
        query = self.query()
        self.need(")")
        return query

    def value(self) -> tree.Node:
        """An expression without AND, OR, NOT and predicates (rule `valueExpression`)."""
        left = self._sum()
        while self.is_("||"):
            position = self.step().position
            left = tree.Binary(position, "||", left, self._sum())
        return left

    def _sum(self) -> tree.Node:
        left = self._product()
        while self.word.kind == "operator" and self.word.upper in ("+", "-"):
            token = self.step()
            left = tree.Binary(token.position, token.upper, left, self._product())
        return left

    def _product(self) -> tree.Node:
        left = self._unary()
        while self.word.kind == "operator" and self.word.upper in ("*", "/", "%"):
            token = self.step()
            left = tree.Binary(token.position, token.upper, left, self._unary())
        return left

    def _unary(self) -> tree.Node:
        if self.word.kind == "operator" and self.word.upper in ("+", "-"):
            token = self.step()
            return tree.Unary(token.position, token.upper, self._unary())
        node = self._postfix()
        while self.is_("AT"):
            position = self.need("AT").position
            self.need("TIME", "ZONE")
            zone = self._interval() if self.is_("INTERVAL") else self.string_literal()
            node = tree.AtTimeZone(position, node, zone)
        return node

    def string_literal(self) -> tree.Node:
        """A string."""
        if self.word.kind not in ("string", "unicode"):
            raise self.mismatch()
        return self.primary()

    def _postfix(self) -> tree.Node:
        node = self.primary()
        while True:
            position = self.word.position
            if self.is_("["):
                self.step()
                index = self.value()
                self.need("]")
                node = tree.Subscript(position, node, index)
            elif self.is_(".") and self.ahead(1).upper != "*":
                self.step()
                node = tree.Dereference(node.position, node, self.name())
            else:
                return node

    def primary(self) -> tree.Node:
        """An expression without operators (rule `primaryExpression`)."""
        token = self.word
        if token.kind == "end" and self.at and self.words[self.at - 1].upper in _ARITHMETIC:
            raise ParseError(f"mismatched input '{token.text}'. Expecting: <expression>", token.position)
        position = token.position
        if token.kind in ("integer", "decimal", "double"):
            return tree.Literal(position, token.kind, self.step().text)
        if token.kind == "string":
            return tree.Literal(position, "string", unquoted(self.step()))
        if token.kind == "unicode":
            self.step()
            escape = "\\"
            if self.take("UESCAPE"):
                escape = unquoted(self.step())
            return tree.Literal(position, "string", unicode_string(token.text, escape, position))
        if token.kind == "binary":
            digits = "".join(self.step().text[2:-1].split())
            if len(digits) % 2 or any(c not in "0123456789abcdefABCDEF" for c in digits):
                raise ParseError(
                    "Binary literal must contain an even number of digits"
                    if len(digits) % 2
                    else "Binary literal can only contain hexadecimal digits",
                    position,
                )
            return tree.Literal(position, "binary", bytes.fromhex(digits))
        if token.kind == "operator":
            if token.upper == "(":
                return self._parenthesis()
            if token.upper == "?":
                self.step()
                self.parameters += 1
                return tree.Parameter(position, self.parameters - 1)
            raise self.mismatch()
        if token.kind == "word":
            found = self._keyword()
            if found is not None:
                return found
        return self.name_or_call()

    def _parenthesis(self) -> tree.Node:
        position = self.word.position
        if self._is_lambda():
            self.need("(")
            names: list[str] = []
            if not self.is_(")"):
                names.append(self.name())
                while self.take(","):
                    names.append(self.name())
            self.need(")", "->")
            return tree.Lambda(position, names, self.expression())
        if self._query_after_parenthesis():
            return tree.Subquery(position, self._query_in_parens())
        self.need("(")
        items = [self.expression()]
        while self.take(","):
            items.append(self.expression())
        self.need(")")
        return items[0] if len(items) == 1 else tree.RowOf(position, items)

    def _is_lambda(self) -> bool:
        offset = 1
        while self.is_name(offset) or self.ahead(offset).upper == ",":
            offset += 1
        return self.ahead(offset).upper == ")" and self.ahead(offset + 1).upper == "->"

    def _keyword(self) -> tree.Node | None:
        """An expression that begins with a word that is no plain name here; None if it is one."""
        token = self.word
        upper, position = token.upper, token.position
        following = self.ahead(1)
        if upper == "NULL":
            self.step()
            return tree.Null(position)
        if upper in ("TRUE", "FALSE"):
            self.step()
            return tree.Literal(position, "boolean", upper == "TRUE")
        if upper in _SPECIALS:
            return self._special()
        if upper == "CASE":
            return self._case()
        if upper in ("CAST", "TRY_CAST") and following.upper == "(":
            self.need(upper, "(")
            value = self.expression()
            self.need("AS")
            written = self.type_()
            self.need(")")
            return tree.Cast(position, value, written, upper == "TRY_CAST")
        if upper == "EXISTS":
            self.step()
            return tree.Exists(position, self._query_in_parens())
        if upper == "EXTRACT":
            self.need("EXTRACT", "(")
            field = self.name().upper()
            self.need("FROM")
            value = self.value()
            self.need(")")
            return tree.Extract(position, field, value)
        if upper == "INTERVAL" and (following.kind == "string" or following.upper in ("+", "-")):
            return self._interval()
        if upper == "ROW" and following.upper == "(":
            self.need("ROW", "(")
            items = [self.expression()]
            while self.take(","):
                items.append(self.expression())
            self.need(")")
            return tree.RowOf(position, items)
        if upper == "ARRAY" and following.upper == "[":
            self.need("ARRAY", "[")
            items = []
            if not self.is_("]"):
                items.append(self.expression())
                while self.take(","):
                    items.append(self.expression())
            self.need("]")
            return tree.ArrayOf(position, items)
        if upper == "GROUPING":
            self.need("GROUPING", "(")
            columns: list[tree.Node] = []
            if not self.is_(")"):
                columns.append(self.expression())
                while self.take(","):
                    columns.append(self.expression())
            self.need(")")
            return tree.Grouping(position, columns)
        if following.upper == "(":
            if upper in ("POSITION", "SUBSTRING", "TRIM", "NORMALIZE", "LISTAGG"):
                return self.worded_call(upper)
            if upper in _JSON_WORDS:
                return self.json_call(upper)
        return None

    def _special(self) -> tree.Node:
        token = self.step()
        precision = None
        timed = ("CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
        if token.upper in timed and self.take("("):
            precision = self.whole()
            self.need(")")
        return tree.Special(token.position, token.upper, precision)

    def _case(self) -> tree.Node:
        position = self.need("CASE").position
        operand = None if self.is_("WHEN") else self.expression()
        whens: list[tuple[tree.Node, tree.Node]] = []
        while self.take("WHEN"):
            condition = self.expression()
            self.need("THEN")
            whens.append((condition, self.expression()))
        if not whens:
            raise self.mismatch()
        default = self.expression() if self.take("ELSE") else None
        self.need("END")
        return tree.Case(position, operand, whens, default)

    def _interval(self) -> tree.Node:
        position = self.need("INTERVAL").position
        negative = False
        if self.word.upper in ("+", "-"):
            negative = self.step().upper == "-"
        if self.word.kind != "string":
            raise self.mismatch()
        value = unquoted(self.step())
        start, end = self._unit(), None
        if self.take("TO"):
            end = self._unit()
        return tree.IntervalLiteral(position, value, negative, start, end)

    def _unit(self) -> str:
        if self.word.upper not in _UNITS:
            raise self.mismatch()
        return self.step().upper
