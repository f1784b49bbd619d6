"""Expressions of SQL, read by Trino's grammar (rules `expression` to `primaryExpression`)."""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.errors import unsupported
from localstack_lab.athena.sql.lexer import ParseError, unicode_string, unquoted
from localstack_lab.athena.sql.words import Words

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


class Expressions(Words):
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
            zone = self._interval() if self.is_("INTERVAL") else self._string_literal()
            node = tree.AtTimeZone(position, node, zone)
        return node

    def _string_literal(self) -> tree.Node:
        if self.word.kind not in ("string", "unicode"):
            raise self.mismatch()
        return self._primary()

    def _postfix(self) -> tree.Node:
        node = self._primary()
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

    def _primary(self) -> tree.Node:
        token = self.word
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
        return self._name_or_call()

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
                return self._worded_call(upper)
            if upper in _JSON_WORDS:
                return self._json_call(upper)
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

    def _worded_call(self, upper: str) -> tree.Node:
        """Calls with words between their arguments: POSITION, SUBSTRING, TRIM, NORMALIZE, LISTAGG."""
        position = self.word.position
        if upper == "LISTAGG":
            return self._listagg()
        here = self.at
        self.step()
        self.need("(")
        if upper == "TRIM":
            return self._trim(position)
        first = self.value() if upper == "POSITION" else self.expression()
        if upper == "POSITION" and self.take("IN"):
            arguments = [self.value(), first]
            self.need(")")
            return tree.Call(position, "strpos", arguments)
        if upper == "SUBSTRING" and self.take("FROM"):
            arguments = [first, self.value()]
            if self.take("FOR"):
                arguments.append(self.value())
            self.need(")")
            return tree.Call(position, "substring", arguments)
        if upper == "NORMALIZE":
            form: tree.Node = tree.Literal(position, "string", "NFC")
            if self.take(","):
                if self.word.upper not in ("NFD", "NFC", "NFKD", "NFKC"):
                    raise self.mismatch()
                form = tree.Literal(self.word.position, "string", self.step().upper)
            self.need(")")
            return tree.Call(position, "normalize", [first, form])
        self.at = here
        return self._name_or_call()

    def _trim(self, position: tree.Position) -> tree.Node:
        functions = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}
        side = self.step().upper if self.word.upper in functions and self.ahead(1).upper != ")" else None
        if side and self.take("FROM"):
            arguments = [self.value()]
        else:
            arguments = [self.value()]
            if self.take("FROM"):
                arguments.insert(0, self.value())
            elif self.take(","):
                arguments.append(self.value())
            elif side:
                raise self.mismatch()
        self.need(")")
        return tree.Call(position, functions[side or "BOTH"], arguments)

    def _listagg(self) -> tree.Node:
        position = self.need("LISTAGG").position
        self.need("(")
        distinct = self.take("DISTINCT")
        if not distinct:
            self.take("ALL")
        arguments = [self.expression()]
        arguments.append(
            self._string_literal() if self.take(",") else tree.Literal(self.word.position, "string", "")
        )
        if self.take("ON", "OVERFLOW") and not self.take("ERROR"):
            raise unsupported("listagg with ON OVERFLOW TRUNCATE", self.word.position)
        self.need(")")
        self.need("WITHIN", "GROUP", "(", "ORDER", "BY")
        order = self.sort_items()
        self.need(")")
        return tree.Call(
            position, "listagg", arguments, distinct=distinct, order=order, filter=self._filter()
        )

    def _json_call(self, upper: str) -> tree.Node:
        """The functions of SQL/JSON in their plain form, `json_value(x, 'path')`."""
        position = self.step().position
        self.need("(")
        arguments: list[tree.Node] = []
        if not self.is_(")"):
            arguments.append(self.expression())
            while self.take(","):
                arguments.append(self.expression())
        if not self.is_(")"):
            raise unsupported(f"The clause {self.word.upper} of {upper.lower()}", self.word.position)
        self.need(")")
        return tree.Call(position, upper.lower(), arguments)

    def _name_or_call(self) -> tree.Node:
        token = self.word
        position = token.position
        if not self.is_name():
            raise self.mismatch()
        if self.ahead(1).kind in ("string", "unicode") and token.kind == "word":
            kind = self.name().lower()
            literal = self._primary()
            assert isinstance(literal, tree.Literal)
            return tree.TypedLiteral(position, kind, str(literal.value))
        if token.upper == "DOUBLE" and self.ahead(1).upper == "PRECISION" and self.ahead(2).kind == "string":
            self.at += 2
            return tree.TypedLiteral(position, "double", unquoted(self.step()))
        if self.ahead(1).upper == "->":
            name = self.name()
            self.need("->")
            return tree.Lambda(position, [name], self.expression())
        if self.ahead(1).upper == "(":
            return self._call([self.name()], position)
        offset = 1
        while self.ahead(offset).upper == "." and self.is_name(offset + 1):
            offset += 2
        if offset > 1 and self.ahead(offset).upper == "(":
            return self._call(self.dotted(), position)
        return tree.Identifier(position, self.name(), token.kind == "quoted")

    def _call(self, parts: list[str], position: tree.Position) -> tree.Node:
        if len(parts) > 1:
            raise unsupported(f"The qualified function name {'.'.join(parts)}", position)
        call = tree.Call(position, parts[0].lower(), [])
        self.need("(")
        if self.is_("*", ")"):
            self.step()
            call.star = True
        elif not self.is_(")"):
            call.distinct = self.take("DISTINCT")
            if not call.distinct and self.is_("ALL"):
                self.step()
            call.arguments.append(self.expression())
            while self.take(","):
                call.arguments.append(self.expression())
        if self.take("ORDER"):
            self.need("BY")
            call.order = self.sort_items()
        self.need(")")
        call.filter = self._filter()
        for treatment in ("IGNORE", "RESPECT"):
            if self.take(treatment, "NULLS"):
                call.nulls = treatment
        if self.take("OVER"):
            if self.is_name():
                at_ = self.word.position
                call.over = tree.Window(at_, self.name(), [], [], None, bare=True)
            else:
                self.need("(")
                call.over = self.window()
        return call

    def _filter(self) -> tree.Node | None:
        if not self.take("FILTER"):
            return None
        self.need("(", "WHERE")
        condition = self.expression()
        self.need(")")
        return condition

    def sort_items(self) -> list[tree.SortItem]:
        """What follows ORDER BY."""
        items = []
        while True:
            position = self.word.position
            expression = self.expression()
            descending = self.take("DESC")
            if not descending:
                self.take("ASC")
            first: bool | None = None
            if self.take("NULLS"):
                first = self.take("FIRST")
                if not first:
                    self.need("LAST")
            items.append(tree.SortItem(position, expression, descending, first))
            if not self.take(","):
                return items

    def window(self) -> tree.Window:
        """A window's specification, behind its opening parenthesis."""
        position = self.word.position
        name = None
        if self.is_name() and self.word.upper not in ("PARTITION", "RANGE", "ROWS", "GROUPS", "MEASURES"):
            name = self.name()
        partition: list[tree.Node] = []
        order: list[tree.SortItem] = []
        if self.take("PARTITION", "BY"):
            partition.append(self.expression())
            while self.take(","):
                partition.append(self.expression())
        if self.take("ORDER", "BY"):
            order = self.sort_items()
        frame = None
        if self.word.upper in ("ROWS", "RANGE", "GROUPS"):
            place = self.word.position
            unit = self.step().upper
            if self.take("BETWEEN"):
                start = self._bound()
                self.need("AND")
                frame = tree.Frame(place, unit, start, self._bound())
            else:
                frame = tree.Frame(place, unit, self._bound(), None)
        self.need(")")
        return tree.Window(position, name, partition, order, frame)

    def _bound(self) -> tree.Bound:
        position = self.word.position
        if self.take("CURRENT", "ROW"):
            return tree.Bound(position, "CURRENT ROW")
        value = None if self.take("UNBOUNDED") else self.expression()
        kind = self.word.upper
        if kind not in ("PRECEDING", "FOLLOWING"):
            raise self.mismatch()
        self.step()
        return tree.Bound(position, kind if value is not None else f"UNBOUNDED {kind}", value)
