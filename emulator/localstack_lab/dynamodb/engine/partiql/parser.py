"""Parses PartiQL statements.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import validation
from localstack_lab.dynamodb.engine.expressions.nodes import (
    Action,
    Add,
    Arithmetic,
    Condition,
    Function,
    Literal,
    Operand,
    Path,
    Remove,
    Set,
)
from localstack_lab.dynamodb.engine.expressions.nodes import Delete as DeleteMembers
from localstack_lab.dynamodb.engine.operations.layers import older_words

from .statements import Delete, Exists, Insert, Select, Source, Statement, Update
from .terms import TermParser, wrong_operand
from .tokens import END, malformed

Value = dict[str, Any]

# Words that go on after a table; any other word would be a name for it.
_CLAUSES = ("WHERE", "ORDER", "GROUP", "HAVING", "LIMIT", "SET", "REMOVE", "RETURNING")


def parse(text: str, parameters: list[Value] | None = None) -> Statement:
    """The statement that the text says.

    :param parameters: values for its question marks, valid and normal
    :raises DynamoDBError: ValidationException, for all that is wrong whatever tables there are
    """
    parser = _StatementParser(text, parameters or [])
    statement = parser.statement()
    if parser.used_parameters != len(parameters or []):
        raise validation("Number of parameters in request and statement don't match.")
    return statement


class _StatementParser(TermParser):
    def statement(self) -> Statement:
        found = self._statement()
        self.accept_sign(";")
        if self.token is not END:
            raise malformed("Unexpected token after expression")
        return found

    def _statement(self) -> Statement:
        if self.token.is_word("SELECT"):
            return self._select()
        if self.accept_word("INSERT"):
            return self._insert()
        if self.accept_word("UPDATE"):
            return self._update()
        if self.accept_word("DELETE"):
            return self._delete()
        if self.accept_word("FROM"):
            return self._update_from()
        if self.token.is_word("EXISTS") and self.following.is_sign("("):
            self.advance()
            self.expect_sign("(")
            select = self._select()
            self.expect_sign(")")
            return Exists(select)
        raise malformed("Expected data manipulation")

    def _source(self) -> Source:
        parts = [self._component()]
        while self.accept_sign("."):
            parts.append(self._component())
        if len(parts) > 2:
            raise validation("A path may contain at most 2 components in the FROM clause")
        return Source(*parts)

    def _read_source(self) -> Source:
        source = self._source()
        named = self.token.kind == "quoted" or (
            self.token.kind == "word" and not self.token.is_word(*_CLAUSES)
        )
        if named:
            raise validation("Aliasing is not supported")
        return source

    def _component(self) -> str:
        name = self.name()
        if not name:
            raise validation("Path component cannot be an empty string")
        return name

    def _select(self) -> Select:
        self.expect_word("SELECT")
        paths: tuple[Path, ...] | None = None
        if not self.accept_sign("*"):
            listed = [self._selected()]
            while self.accept_sign(","):
                listed.append(self._selected())
            paths = tuple(listed)
        self.expect_word("FROM")
        if self.token.kind not in ("word", "quoted"):
            raise malformed("Unexpected term")
        source = self._read_source()
        where = self._where()
        order: list[tuple[str, bool]] = []
        if self.accept_word("ORDER"):
            self.expect_word("BY")
            order.append(self._ordering())
            while self.accept_sign(","):
                order.append(self._ordering())
        return Select(source, paths, where, tuple(order), self.calls_for_a_path)

    def _selected(self) -> Path:
        if self.calls():
            raise validation(f"Unexpected path component at {self.place(self.token)}")
        return self.path()

    def _ordering(self) -> tuple[str, bool]:
        name = self.name()
        return name, self.accept_word("ASC", "DESC") == "DESC"

    def _where(self) -> Condition | None:
        return self.condition() if self.accept_word("WHERE") else None

    def _insert(self) -> Insert:
        self.expect_word("INTO")
        source = self._source()
        if source.index_name is not None:
            raise validation("FROM clause may only contain a single table name")
        if self.token.kind == "word" and not self.token.is_word("VALUE"):
            raise malformed("Unexpected token after expression")
        self.expect_word("VALUE")
        if self.accept_sign("{"):
            with older_words():
                return Insert(source, values.normalise({"M": self.members_of_map()})["M"])
        value = self.value()
        if value is None or "M" not in value:
            raise malformed("Expected a map of attributes after VALUE")
        return Insert(source, value["M"])

    def _update(self) -> Update:
        source = self._read_source()
        actions = self._actions()
        where = self._where()
        return Update(source, actions, where, self._returning())

    def _update_from(self) -> Update:
        """``FROM "t" WHERE … SET …``: an update with its clauses the other way round."""
        source = self._read_source()
        where = self._where()
        actions = self._actions()
        return Update(source, actions, where, self._returning())

    def _actions(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        while (verb := self.accept_word("SET", "REMOVE")) is not None:
            action = self._assignment if verb == "SET" else self._removal
            actions.append(action())
            while self.accept_sign(","):
                actions.append(action())
        if not actions:
            raise malformed("Expected SET or REMOVE")
        return tuple(actions)

    def _removal(self) -> Action:
        return Remove(self.path())

    def _assignment(self) -> Action:
        path = self.path()
        self.expect_sign("=")
        if self.calls("SET_ADD", "SET_DELETE"):
            return self._set_function(path)
        return Set(path, self._sum())

    def _set_function(self, path: Path) -> Action:
        """``set_add(path, <<…>>)`` and ``set_delete``: members into and out of the set assigned to."""
        token = self.advance()
        name = token.text.upper()
        self.expect_sign("(")
        first, operands = self.token, [self._assigned()]
        while self.accept_sign(","):
            operands.append(self._assigned())
        self.expect_sign(")")
        if len(operands) != 2:
            raise validation(f"{name} must have exactly two arguments at {self.place(token)}")
        source, members = operands
        if source != path:
            raise validation(
                f"The first argument to {name} must equal the assignment value at {self.place(token)}"
            )
        if not isinstance(members, Literal) or values.type_of(members.value) not in values.SETS:
            raise validation(
                f"The second argument to {name} must be a value with type SET at {self.place(first)}"
            )
        return (Add if name == "SET_ADD" else DeleteMembers)(path, members)

    def _sum(self) -> Operand:
        left = self._assigned()
        sign = self.accept_sign("+", "-")
        if sign is None:
            return left
        right = self._assigned()
        for operand in (left, right):
            if isinstance(operand, Literal) and "N" not in operand.value:
                raise wrong_operand(sign, values.type_of(operand.value))
        return Arithmetic(sign, left, right)

    def _assigned(self) -> Operand:
        if self.accept_sign("("):
            inner = self._sum()
            self.expect_sign(")")
            return inner
        if self.calls("LIST_APPEND", "IF_NOT_EXISTS"):
            name = self.advance().text.lower()
            self.expect_sign("(")
            first = self._assigned()
            self.expect_sign(",")
            second = self._assigned()
            self.expect_sign(")")
            if name == "list_append":
                for operand in (first, second):
                    if isinstance(operand, Literal) and "L" not in operand.value:
                        raise wrong_operand(name, values.type_of(operand.value))
            elif not isinstance(first, Path):
                raise malformed("Unexpected term")
            return Function(name, (first, second))
        literal = self.value()
        if literal is not None:
            return Literal(literal)
        if self.token.kind not in ("word", "quoted"):
            raise malformed("Unexpected term")
        return self.path()

    def _delete(self) -> Delete:
        self.expect_word("FROM")
        if self.token.kind not in ("word", "quoted") or self.token.is_word("WHERE"):
            raise malformed("Expected identifier for simple path")
        source = self._read_source()
        where = self._where()
        returning = self._returning()
        if returning not in (None, "ALL OLD"):
            raise validation(
                f"Invalid returning clause: RETURNING {returning} *. "
                "Only RETURNING ALL OLD * is allowed in DELETE statements."
            )
        return Delete(source, where, returning)

    def _returning(self) -> str | None:
        if not self.accept_word("RETURNING"):
            return None
        scope = self.expect_word("ALL", "MODIFIED")
        image = self.expect_word("OLD", "NEW")
        self.expect_sign("*")
        return f"{scope} {image}"
