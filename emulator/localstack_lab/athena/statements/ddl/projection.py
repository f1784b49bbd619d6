"""Partition projection's table properties, checked when a table is made.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

import re

from localstack_lab.athena.statements.context import failed
from localstack_lab.athena.statements.tree import CreateTable

_NEEDED = {"enum": ("values",), "integer": ("range",), "date": ("range", "format"), "injected": ()}


def check(statement: CreateTable) -> None:
    """Check the properties ``projection.*`` of a new table.

    :raises QueryFailed: naming the property
    """
    properties = {key.lower(): value for key, value in statement.properties.items()}
    enabled = properties.get("projection.enabled", "false").lower()
    if enabled not in ("true", "false"):
        raise failed(f"SemanticException projection.enabled is true or false, not '{enabled}'")
    if enabled == "false":
        return
    for column in statement.partitions:
        _column(column.name, properties)
    template = properties.get("storage.location.template")
    if template is not None:
        lacking = [c.name for c in statement.partitions if f"${{{c.name}}}" not in template.lower()]
        if lacking:
            raise failed(
                "SemanticException storage.location.template has no place for the partition column "
                f"'{lacking[0]}': {template}"
            )


def _column(name: str, properties: dict[str, str]) -> None:
    kind = properties.get(f"projection.{name}.type", "").lower()
    if kind not in _NEEDED:
        raise failed(
            f"SemanticException projection.{name}.type is {kind or 'missing'}: partition projection "
            "needs one of enum, integer, date and injected for every partition column"
        )
    for suffix in _NEEDED[kind]:
        if not properties.get(f"projection.{name}.{suffix}"):
            raise failed(
                f"SemanticException projection.{name}.{suffix} is missing for a column of type {kind}"
            )
    if kind == "integer":
        bounds = properties[f"projection.{name}.range"].split(",")
        if len(bounds) != 2 or not all(re.fullmatch(r"\s*-?\d+\s*", bound) for bound in bounds):
            raise failed(
                f"SemanticException projection.{name}.range is two whole numbers: {','.join(bounds)}"
            )
    if kind == "date" and len(properties[f"projection.{name}.range"].split(",")) != 2:
        raise failed(f"SemanticException projection.{name}.range is two dates with a comma between them")
    for suffix in ("interval", "digits"):
        given = properties.get(f"projection.{name}.{suffix}")
        if given is not None and not re.fullmatch(r"[1-9]\d*", given):
            raise failed(
                f"SemanticException projection.{name}.{suffix} is a positive whole number, not '{given}'"
            )
