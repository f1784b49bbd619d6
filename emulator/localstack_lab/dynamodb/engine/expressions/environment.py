"""ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them were used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localstack_lab.dynamodb.engine import values
from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

from .nodes import Alias, Literal, Path, Placeholder
from .reserved import is_reserved
from .tokens import Refusal

_ALIAS = re.compile(r"#[0-9a-zA-Z_]+")
_PLACEHOLDER = re.compile(r":[0-9a-zA-Z_]+")


class Environment:
    """Resolves aliases and placeholders, and remembers the use of each.

    :param names: ``{"#n": "name"}`` or None
    :param literals: ``{":v": {"S": "…"}}`` or None
    :raises DynamoDBError: ValidationException, when either is malformed
    """

    def __init__(self, names: Mapping[str, str] | None, literals: Mapping[str, Any] | None) -> None:
        self.names = names or {}
        self.values: dict[str, dict[str, Any]] = {}
        self.unused_names: dict[str, None] = {}
        self.unused_values: dict[str, None] = {}
        if names is not None:
            self._take_names(names)
        if literals is not None:
            self._take_values(literals)

    def _take_names(self, names: Mapping[str, str]) -> None:
        if not names:
            raise validation("ExpressionAttributeNames must not be empty")
        for alias, name in names.items():
            if not _ALIAS.fullmatch(alias):
                raise validation(
                    f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{alias}"'
                )
            if not name:
                raise validation(
                    "ExpressionAttributeNames contains invalid value: "
                    f"The attribute name must not be empty for key {alias}"
                )
        self.unused_names = dict.fromkeys(names)

    def _take_values(self, literals: Mapping[str, Any]) -> None:
        if not literals:
            raise validation("ExpressionAttributeValues must not be empty")
        for placeholder in literals:
            if not _PLACEHOLDER.fullmatch(placeholder):
                raise validation(
                    f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{placeholder}"'
                )
        for placeholder, value in literals.items():
            try:
                self.values[placeholder] = values.normalise(value)
            except DynamoDBError as error:
                reason = error.older or error.message
                raise validation(
                    error.message,
                    f"ExpressionAttributeValues contains invalid value: {reason} for key {placeholder}",
                ) from error
        self.unused_values = dict.fromkeys(literals)

    def path(self, path: Path) -> Path:
        """The path with attribute names in place of aliases; `Refusal` when one is not defined."""
        if not any(isinstance(element, Alias) for element in path.elements):
            return path
        return Path(tuple(self._name(e) if isinstance(e, Alias) else e for e in path.elements))

    def _name(self, alias: Alias) -> str:
        name = self.names.get(alias)
        if name is None:
            raise Refusal(
                "An expression attribute name used in the document path is not defined; "
                f"attribute name: {alias}"
            )
        self.unused_names.pop(alias, None)
        return name

    def literal(self, placeholder: Placeholder) -> Literal:
        """The value for a placeholder; `Refusal` when it is not defined."""
        value = self.values.get(placeholder.name)
        if value is None:
            raise Refusal(
                "An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder.name}"
            )
        self.unused_values.pop(placeholder.name, None)
        return Literal(value)

    def refuse_unused(self) -> None:
        """To be called when all expressions are bound: everything that was given must have been used."""
        if self.unused_names:
            raise validation(
                "Value provided in ExpressionAttributeNames unused in expressions: "
                f"keys: {{{', '.join(self.unused_names)}}}"
            )
        if self.unused_values:
            raise validation(
                "Value provided in ExpressionAttributeValues unused in expressions: "
                f"keys: {{{', '.join(self.unused_values)}}}"
            )


def refuse_reserved(path: Path) -> None:
    """No element that is written out may be a reserved word."""
    for element in path.elements:
        if isinstance(element, str) and not isinstance(element, Alias) and is_reserved(element):
            raise Refusal(f"Attribute name is a reserved keyword; reserved keyword: {element}")
