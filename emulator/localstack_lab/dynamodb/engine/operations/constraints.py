"""What AWS checks against its service model, before all else: "N validation errors detected: …"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from localstack_lab.dynamodb.engine.errors import validation

RETURN_CONSUMED_CAPACITY = ("INDEXES", "TOTAL", "NONE")
RETURN_ITEM_COLLECTION_METRICS = ("SIZE", "NONE")
RETURN_VALUES = ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
RETURN_ON_FAILURE = ("ALL_OLD", "NONE")
CONDITIONAL_OPERATOR = ("OR", "AND")
SELECT = ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")

_NAME = re.compile(r"[a-zA-Z0-9_.-]+", re.ASCII)
_TABLE_ARN = re.compile(
    r"arn:[^:]+:dynamodb:(?P<region>[^:]*):(?P<account>\d*):table/(?P<name>[a-zA-Z0-9_.-]+)"
)
_MAX_NAME = 255


class Constraints:
    """Collects what breaks the model, so that all of it can be reported at once."""

    def __init__(self) -> None:
        self._failures: list[str] = []

    def require(
        self, fulfilled: bool, shown: str | None, where: str, constraint: str, subject: str = "Member"
    ) -> None:
        """``shown`` is the value as AWS echoes it (None: null), ``where`` the member's path."""
        if not fulfilled:
            value = "null" if shown is None else f"'{shown}'"
            self._failures.append(
                f"Value {value} at '{where}' failed to satisfy constraint: {subject} must {constraint}"
            )

    def present(self, request: dict[str, Any], *members: str) -> None:
        """Members that may not be missing."""
        for member in members:
            self.require(request.get(member) is not None, None, _lower_first(member), "not be null")

    def one_of(self, request: dict[str, Any], member: str, allowed: Iterable[str]) -> None:
        """An optional member with an enumerated type."""
        value = request.get(member)
        allowed = tuple(allowed)
        self.require(
            value is None or value in allowed,
            value,
            _lower_first(member),
            f"satisfy enum value set: [{', '.join(allowed)}]",
        )

    def table_name(self, name: str | None) -> None:
        """``TableName``, which may be an ARN as well."""
        where = "tableName"
        self.require(name is not None, None, where, "not be null")
        if name is None or _TABLE_ARN.fullmatch(name):
            return
        self.require(bool(name), name, where, "have length greater than or equal to 1")
        longest = f"have length less than or equal to {_MAX_NAME}"
        self.require(len(name) <= _MAX_NAME, name, where, longest)
        if name:
            pattern = f"satisfy regular expression pattern: {_NAME.pattern}"
            self.require(_NAME.fullmatch(name) is not None, name, where, pattern)

    def table_names(self, request_items: dict[str, Any], echo: Callable[[Any], str]) -> None:
        """The keys of ``RequestItems``; ``echo`` writes the map as AWS does."""
        for name in request_items:
            if not _TABLE_ARN.fullmatch(name) and not (3 <= len(name) <= _MAX_NAME and _NAME.fullmatch(name)):
                rules = (
                    f"[Member must have length less than or equal to {_MAX_NAME}, "
                    "Member must have length greater than or equal to 3, "
                    f"Member must satisfy regular expression pattern: {_NAME.pattern}]"
                )
                self.require(
                    False, echo(request_items), "requestItems", f"satisfy constraint: {rules}", "Map keys"
                )
                return

    def at_least(self, request: dict[str, Any], member: str, least: int) -> None:
        """An optional number with a lower bound."""
        value = request.get(member)
        self.require(
            value is None or value >= least,
            str(value),
            _lower_first(member),
            f"have value greater than or equal to {least}",
        )

    def extend(self, others: Constraints) -> None:
        """Report what the others collected, behind one's own."""
        self._failures += others._failures

    def raise_failures(self, at_most: int | None = None) -> None:
        """Raise ValidationException if anything was collected, with the first ``at_most`` failures."""
        failures = self._failures[:at_most]
        if failures:
            plural = "s" if len(failures) > 1 else ""
            raise validation(f"{len(failures)} validation error{plural} detected: {'; '.join(failures)}")


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


def check_table_name(name: str | None) -> None:
    """A name or an ARN; AWS looks at nothing else when it is neither."""
    constraints = Constraints()
    constraints.table_name(name)
    constraints.raise_failures()


def check_conditional_operator(request: dict[str, Any]) -> None:
    """ConditionalOperator is AND or OR; AWS's words for it are these, with ALL for AND."""
    if request.get("ConditionalOperator") not in (None, *CONDITIONAL_OPERATOR):
        raise validation("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")


def check_index_name(constraints: Constraints, request: dict[str, Any]) -> None:
    """3 to 255 letters, digits and ``_.-``."""
    name = request.get("IndexName")
    if name is None:
        return
    constraints.require(
        _NAME.fullmatch(name) is not None,
        name,
        "indexName",
        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    )
    constraints.require(len(name) >= 3, name, "indexName", "have length greater than or equal to 3")
    constraints.require(
        len(name) <= _MAX_NAME, name, "indexName", f"have length less than or equal to {_MAX_NAME}"
    )


def table_of_arn(name: str) -> tuple[str | None, str | None, str]:
    """Account, region and name from an ARN; both None for a plain name."""
    match = _TABLE_ARN.fullmatch(name)
    return (match["account"], match["region"], match["name"]) if match else (None, None, name)
