"""The functions of SQL/JSON, read by Trino's grammar.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.json_tree import JsonInput, SqlJson
from localstack_lab.athena.sql.lexer import unquoted
from localstack_lab.athena.sql.words import Words

_ENCODINGS = ("UTF8", "UTF16", "UTF32")
_ON_ERROR = {
    "JSON_EXISTS": ("TRUE", "FALSE", "UNKNOWN", "ERROR"),
    "JSON_QUERY": ("ERROR", "NULL", "EMPTY ARRAY", "EMPTY OBJECT"),
    "JSON_VALUE": ("ERROR", "NULL", "DEFAULT"),
}


class JsonFunctions(Words):
    """The part of the parser that reads JSON_EXISTS, JSON_QUERY, JSON_VALUE, JSON_ARRAY and JSON_OBJECT."""

    def expression(self) -> tree.Node:
        """Any expression (another part of the parser)."""
        raise NotImplementedError

    def string_literal(self) -> tree.Node:
        """A string (another part of the parser)."""
        raise NotImplementedError

    def json_call(self, upper: str) -> tree.Node:
        """A function of SQL/JSON with its clauses."""
        node = SqlJson(self.step().position, upper.lower(), [])
        self.need("(")
        if upper in _ON_ERROR:
            self._invocation(node)
        elif not self.is_("RETURNING") and not self.is_(")"):
            self._elements(node, upper == "JSON_OBJECT")
        if upper != "JSON_EXISTS" and self.take("RETURNING"):
            node.returning = self.type_()
            if upper != "JSON_VALUE":
                node.output = self._format()
        if upper == "JSON_QUERY":
            self._json_query(node)
        if upper in _ON_ERROR:
            self._behaviours(node, upper)
        self.need(")")
        return node

    def _format(self) -> str | None:
        if not self.take("FORMAT"):
            return None
        self.need("JSON")
        if not self.take("ENCODING"):
            return "JSON"
        if self.word.upper not in _ENCODINGS:
            raise self.mismatch()
        return self.step().upper

    def _input(self) -> JsonInput:
        value = self.expression()
        return JsonInput(value.position, value, self._format())

    def _invocation(self, node: SqlJson) -> None:
        node.inputs.append(self._input())
        self.need(",")
        path = self.string_literal()
        assert isinstance(path, tree.Literal)
        node.path = path
        if not self.take("PASSING"):
            return
        while True:
            node.inputs.append(self._input())
            self.need("AS")
            token = self.word
            name = self.name()
            # Names are in upper case unless they are quoted; the path's variables are as they are written.
            node.names.append(unquoted(token) if token.kind == "quoted" else name.upper())
            if not self.take(","):
                return

    def _elements(self, node: SqlJson, keyed: bool) -> None:
        while True:
            if keyed:
                self._key(node)
            node.inputs.append(self._input())
            if not self.take(","):
                break
        for word in ("NULL", "ABSENT"):
            if self.take(word, "ON", "NULL"):
                node.nulls = word
        if keyed and self.word.upper in ("WITH", "WITHOUT") and self.ahead(1).upper == "UNIQUE":
            node.unique = self.step().upper == "WITH"
            self.need("UNIQUE")
            self.take("KEYS")

    def _key(self, node: SqlJson) -> None:
        following = self.ahead(1)
        named = following.kind == "operator" and following.text != "("
        keyword = self.is_("KEY") and not named and following.upper != "VALUE"
        if keyword:
            self.step()
        node.keys.append(self.expression())
        if not keyword and self.take(":"):
            return
        self.need("VALUE")

    def _json_query(self, node: SqlJson) -> None:
        if self.take("WITHOUT"):
            self.take("ARRAY")
            self.need("WRAPPER")
        elif self.take("WITH"):
            node.wrapper = "CONDITIONAL" if self.take("CONDITIONAL") else "UNCONDITIONAL"
            if node.wrapper == "UNCONDITIONAL":
                self.take("UNCONDITIONAL")
            self.take("ARRAY")
            self.need("WRAPPER")
        for word in ("KEEP", "OMIT"):
            if self.take(word, "QUOTES"):
                node.quotes = word
                if self.take("ON", "SCALAR") and not self.take("STRING"):
                    self.need("TEXT")

    def _behaviours(self, node: SqlJson, upper: str) -> None:
        while not self.is_(")"):
            behaviour = self._behaviour(_ON_ERROR[upper])
            default = self.expression() if behaviour == "DEFAULT" else None
            self.need("ON")
            if upper != "JSON_EXISTS" and not node.empty and not node.error and self.take("EMPTY"):
                node.empty, node.empty_default = behaviour, default
            else:
                self.need("ERROR")
                node.error, node.error_default = behaviour, default
                return

    def _behaviour(self, allowed: tuple[str, ...]) -> str:
        for each in allowed:
            if self.take(*each.split()):
                return each
        raise self.mismatch()
