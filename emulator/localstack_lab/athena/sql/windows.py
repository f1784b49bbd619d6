"""OVER: partitions, orders and frames of window functions.

https://trino.io/docs/current/functions/window.html
https://trino.io/docs/current/sql/select.html#window-clause
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from localstack_lab.athena.sql import operators, tree
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, at, unsupported
from localstack_lab.athena.sql.functions.emitting import bind
from localstack_lab.athena.sql.functions.values import Value, fail, fail_with
from localstack_lab.athena.sql.ordering import term
from localstack_lab.athena.sql.printing import shown

if TYPE_CHECKING:
    from localstack_lab.athena.sql.expressions import Context

_BAD = "INVALID_WINDOW_FRAME"
_KINDS = ("UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING")


def extended(window: tree.Window, named_windows: Sequence[tuple[str, tree.Window]]) -> tree.Window:
    """A window with the named one that it refers to put in."""
    if window.name is None:
        return window
    found = dict(named_windows).get(window.name.lower())
    if found is None:
        message = f"Cannot resolve WINDOW name {window.name}"
        raise at(window.position, "INVALID_WINDOW_REFERENCE", message)
    if window.bare:
        return found
    if window.partition:
        message = "WINDOW specification with named WINDOW reference cannot specify PARTITION BY"
        raise at(window.partition[0].position, "INVALID_PARTITION_BY", message)
    if window.order and found.order:
        message = "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY"
        raise at(window.order[0].position, "INVALID_ORDER_BY", message)
    if found.frame is not None:
        message = "Cannot reference named WINDOW containing frame specification"
        raise at(window.position, "INVALID_WINDOW_REFERENCE", message)
    return tree.Window(window.position, None, found.partition, window.order or found.order, window.frame)


def check(node: tree.Call, window: tree.Window) -> None:
    """What Trino asks of a window function and its window."""
    assert node.over is not None
    if node.filter is not None:
        raise at(node.position, "NOT_SUPPORTED", "FILTER is not yet supported for window functions")
    if node.name in ("lag", "lead"):
        if not window.order:
            message = f"{node.name} function requires an ORDER BY window clause"
            raise at(node.over.position, "MISSING_ORDER_BY", message)
        if window.frame is not None:
            raise at(window.frame.position, _BAD, f"Cannot specify window frame for {node.name} function")
    if node.distinct:
        message = f"DISTINCT in window function parameters not yet supported: {shown(node)}"
        raise at(node.position, "NOT_SUPPORTED", message)
    if node.order:
        raise at(node.position, "NOT_SUPPORTED", "Window function with ORDER BY is not supported")


class Windows:
    """The part of the analysis that handles windows."""

    value: Callable[[tree.Node, "Context"], Value]

    def over(self, window: tree.Window, context: "Context", node: tree.Node) -> str:
        """What stands in OVER's parentheses; `node` is told of where an ORDER BY is missing."""
        parts = []
        if window.partition:
            keys = []
            for each in window.partition:
                value = self._grouped("PARTITION BY", each, context)
                if not t.comparable(value.type):
                    message = (
                        f"{value.type} is not comparable, and therefore cannot be used in window function "
                        "PARTITION BY"
                    )
                    raise at(each.position, "TYPE_MISMATCH", message)
                keys.append(operators.group_key(value.sql, value.type))
            parts.append("PARTITION BY " + ", ".join(keys))
        if window.order:
            terms = []
            for item in window.order:
                value = self._grouped("ORDER BY", item.expression, context)
                if not t.orderable(value.type):
                    message = (
                        f"{value.type} is not orderable, and therefore cannot be used in window function "
                        "ORDER BY"
                    )
                    raise at(item.position, "TYPE_MISMATCH", message)
                terms.append(term(value.sql, value.type, item.descending, bool(item.nulls_first)))
            parts.append("ORDER BY " + ", ".join(terms))
        if window.frame is not None:
            parts.append(self._frame(window.frame, window, context, node))
        return " ".join(parts)

    def _grouped(self, clause: str, node: tree.Node, context: "Context") -> Value:
        """An expression of a window, whose fault is told of as a whole where the query groups."""
        try:
            return self.value(node, context)
        except QueryError as error:
            if error.name != "EXPRESSION_NOT_AGGREGATE":
                raise
            message = (
                f"{clause} expression '{shown(node)}' must be an aggregate expression or appear in GROUP BY "
                "clause"
            )
            raise at(node.position, error.name, message) from error

    def _frame(self, frame: tree.Frame, window: tree.Window, context: "Context", node: tree.Node) -> str:
        start = frame.start.kind
        end = "CURRENT ROW" if frame.end is None else frame.end.kind
        if start == "UNBOUNDED FOLLOWING":
            raise at(frame.position, _BAD, "Window frame start cannot be UNBOUNDED FOLLOWING")
        if end == "UNBOUNDED PRECEDING":
            raise at(frame.position, _BAD, "Window frame end cannot be UNBOUNDED PRECEDING")
        if _KINDS.index(start) > _KINDS.index(end):
            message = f"Window frame starting from {start} cannot end with {end}"
            raise at(frame.position, _BAD, message)
        first = self._bound(frame.start, "start", frame, window, context, node)
        if frame.end is None:
            return f"{frame.unit} {first}"
        last = self._bound(frame.end, "end", frame, window, context, node)
        return f"{frame.unit} BETWEEN {first} AND {last}"

    def _bound(
        self,
        bound: tree.Bound,
        side: str,
        frame: tree.Frame,
        window: tree.Window,
        context: "Context",
        node: tree.Node,
    ) -> str:
        if bound.value is None:
            return bound.kind
        if frame.unit == "RANGE":
            return f"{self._distance(bound, bound.value, window, context, node)} {bound.kind}"
        if frame.unit == "GROUPS" and not window.order:
            message = "Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY"
            raise at(node.position, "MISSING_ORDER_BY", message)
        value = self.value(bound.value, context)
        exact = isinstance(value.type, t.DecimalType) and value.type.scale == 0
        if not (exact or t.is_integer(value.type)):
            message = (
                f"Window frame {frame.unit} {side} value type must be exact numeric type with scale 0 "
                f"(actual {value.type})"
            )
            raise at(bound.value.position, "TYPE_MISMATCH", message)
        if isinstance(value.constant, int) and value.constant >= 0:
            return f"{value.sql} {bound.kind}"
        null = fail(_BAD, f"Window frame {side}ing offset must not be null")

        def checked(v: str) -> str:
            negative = fail_with(_BAD, "'Window frame '", v, "' offset must not be negative'")
            return f"(CASE WHEN {v} IS NULL THEN {null} WHEN {v} < 0 THEN {negative} ELSE {v} END)"

        return f"CAST({bind(checked, value.sql)} AS BIGINT) {bound.kind}"

    def _distance(
        self,
        bound: tree.Bound,
        offset: tree.Node,
        window: tree.Window,
        context: "Context",
        node: tree.Node,
    ) -> str:
        """The offset of a RANGE frame."""
        what = "Window frame of type RANGE PRECEDING or FOLLOWING requires"
        if not window.order:
            raise at(node.position, "MISSING_ORDER_BY", f"{what} ORDER BY")
        if len(window.order) != 1:
            message = f"{what} single sort item in ORDER BY (actual: {len(window.order)})"
            raise at(window.order[0].position, "INVALID_ORDER_BY", message)
        key = window.order[0].expression
        ordered, value = self.value(key, context).type, self.value(offset, context)
        timed = ordered == t.DATE or isinstance(ordered, t.TimestampType | t.TimeType)
        if not (t.is_numeric(ordered) or timed):
            message = f"{what} that sort item type be numeric, datetime or interval (actual: {ordered})"
            raise at(key.position, "TYPE_MISMATCH", message)
        spans = (t.INTERVAL_DAY, t.INTERVAL_YEAR)
        if not (value.type in spans if timed else t.is_numeric(value.type)):
            message = (
                f"Window frame RANGE value type ({value.type}) not compatible with sort item type ({ordered})"
            )
            raise at(offset.position, "TYPE_MISMATCH", message)
        negative = fail(_BAD, "Window frame offset value must not be negative or null")
        hours = fail("INVALID_FUNCTION_ARGUMENT", "Cannot add hour, minutes or seconds to a date")

        def checked_(v: str) -> str:
            of_days = ordered == t.DATE and value.type == t.INTERVAL_DAY
            partial = f"WHEN {v} % 86400000 <> 0 THEN {hours} " if of_days else ""
            return f"(CASE WHEN coalesce({v} < 0, TRUE) THEN {negative} {partial}ELSE {v} END)"

        checked = bind(checked_, value.sql)
        if t.is_numeric(value.type):
            return value.sql if _plain(value) else checked
        zoned = isinstance(ordered, t.TimestampType) and ordered.zoned
        if isinstance(ordered, t.TimeType) or (zoned and value.type == t.INTERVAL_YEAR):
            raise unsupported(f"A RANGE frame of {value.type} over {ordered}", bound.position)
        if value.type == t.INTERVAL_DAY:
            return f"to_milliseconds({checked})"
        return f"to_months({checked})"


def _plain(value: Value) -> bool:
    """Whether it is a literal that no check can refuse."""
    return isinstance(value.constant, int | float) and value.constant >= 0
