"""Function calls, read by Trino's grammar, with their ORDER BY, FILTER and OVER."""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.errors import unsupported
from localstack_lab.athena.sql.json_parser import JsonFunctions
from localstack_lab.athena.sql.lexer import unquoted


class Calls(JsonFunctions):
    """The part of the parser that reads function calls."""

    def expression(self) -> tree.Node:
        """Any expression (another part of the parser)."""
        raise NotImplementedError

    def value(self) -> tree.Node:
        """An expression without AND, OR, NOT and predicates (another part of the parser)."""
        raise NotImplementedError

    def primary(self) -> tree.Node:
        """An expression without operators (another part of the parser)."""
        raise NotImplementedError

    def string_literal(self) -> tree.Node:
        """A string (another part of the parser)."""
        raise NotImplementedError

    def worded_call(self, upper: str) -> tree.Node:
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
        return self.name_or_call()

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
            self.string_literal() if self.take(",") else tree.Literal(self.word.position, "string", "")
        )
        if self.take("ON", "OVERFLOW") and not self.take("ERROR"):
            arguments.extend(self._truncation())
        self.need(")")
        self.need("WITHIN", "GROUP", "(", "ORDER", "BY")
        order = self.sort_items()
        self.need(")")
        return tree.Call(
            position, "listagg", arguments, distinct=distinct, order=order, filter=self._filter()
        )

    def _truncation(self) -> list[tree.Node]:
        """TRUNCATE of LISTAGG as arguments: no error, the filler, whether what is left out is counted."""
        position = self.need("TRUNCATE").position
        filler: tree.Node = tree.Literal(position, "string", "...")
        if self.word.kind in ("string", "unicode"):
            filler = self.string_literal()
        counting = self.take("WITH")
        if not counting and not self.take("WITHOUT"):
            raise self.mismatch()
        self.need("COUNT")
        return [
            tree.Literal(position, "boolean", False),
            filler,
            tree.Literal(position, "boolean", counting),
        ]

    def name_or_call(self) -> tree.Node:
        """A name, a call, a literal behind its type's name, or a lambda of one parameter."""
        token = self.word
        position = token.position
        if not self.is_name():
            raise self.mismatch()
        if self.ahead(1).kind in ("string", "unicode") and token.kind == "word":
            kind = self.name().lower()
            literal = self.primary()
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
