"""The Configuration of a crawler: versioned JSON that goes beyond its policies.

https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html
"""

import json
from dataclasses import dataclass
from typing import Any


class BadConfiguration(ValueError):
    """What the Configuration says is not of its form; the text says where."""


@dataclass(frozen=True)
class Configuration:
    """
    :param inherit: partitions take columns and formats from their table (InheritFromTable)
    :param merge_columns: tables only gain columns (MergeNewColumns)
    :param combine: one schema for each include path (CombineCompatibleSchemas)
    :param level: depth of the folders that are tables, the bucket is 1 (TableLevelConfiguration)
    :param index: partitioned tables get a partition index (CreatePartitionIndex; AWS's default)
    :param threshold: most tables of a run (TableThreshold)
    """

    inherit: bool = False
    merge_columns: bool = False
    combine: bool = False
    level: int | None = None
    index: bool = True
    threshold: int | None = None


def parse(text: str | None) -> Configuration:
    """Read a Configuration.

    :raises BadConfiguration: for text that is no JSON, and for settings that Glue does not have
    """
    if not text:
        return Configuration()
    try:
        given = json.loads(text)
    except ValueError as error:
        raise BadConfiguration(f"Configuration is no JSON: {error}") from error
    top = _object(given, "Configuration", ("Version", "CrawlerOutput", "Grouping", "CreatePartitionIndex"))
    if top.get("Version") != 1:
        raise BadConfiguration("Configuration must have the Version 1.0.")
    output = _object(top.get("CrawlerOutput", {}), "CrawlerOutput", ("Partitions", "Tables"))
    partitions = _object(output.get("Partitions", {}), "Partitions", ("AddOrUpdateBehavior",))
    tables = _object(output.get("Tables", {}), "Tables", ("AddOrUpdateBehavior", "TableThreshold"))
    grouping = _object(
        top.get("Grouping", {}), "Grouping", ("TableGroupingPolicy", "TableLevelConfiguration")
    )
    index = top.get("CreatePartitionIndex", True)
    if not isinstance(index, bool):
        raise BadConfiguration("CreatePartitionIndex must be true or false.")
    return Configuration(
        inherit=_is(partitions, "AddOrUpdateBehavior", "InheritFromTable"),
        merge_columns=_is(tables, "AddOrUpdateBehavior", "MergeNewColumns"),
        combine=_is(grouping, "TableGroupingPolicy", "CombineCompatibleSchemas"),
        level=_whole(grouping, "TableLevelConfiguration"),
        index=index,
        threshold=_whole(tables, "TableThreshold"),
    )


def _object(value: Any, where: str, members: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadConfiguration(f"{where} must be an object.")
    for name in value:
        if name not in members:
            raise BadConfiguration(f"{where} has no member {name}; it has {', '.join(members)}.")
    return value


def _is(given: dict[str, Any], member: str, wanted: str) -> bool:
    value = given.get(member)
    if value is not None and value != wanted:
        raise BadConfiguration(f"{member} can be {wanted}, not {value}.")
    return value == wanted


def _whole(given: dict[str, Any], member: str) -> int | None:
    value = given.get(member)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadConfiguration(f"{member} must be a whole number from 1.")
    return value
