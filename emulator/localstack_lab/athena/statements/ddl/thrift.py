"""Tables and partitions as the text of Hive's Thrift structures, which DESCRIBE EXTENDED shows."""

from typing import Any

from localstack_lab.athena.statements.context import Members


def table(told: Members) -> str:
    """``Table(tableName:…)``."""
    storage = told.get("StorageDescriptor") or {}
    keys = told.get("PartitionKeys") or []
    return (
        f"Table(tableName:{told['Name']}, dbName:{told['DatabaseName']}, owner:{_shown(told.get('Owner'))}, "
        f"createTime:{_seconds(told.get('CreateTime'))}, lastAccessTime:0, "
        f"retention:{told.get('Retention', 0)}, "
        f"sd:{_storage(storage, [*(storage.get('Columns') or []), *keys])}, partitionKeys:{_fields(keys)}, "
        f"parameters:{_map(told.get('Parameters') or {})}, "
        f"viewOriginalText:{_shown(told.get('ViewOriginalText'))}, "
        f"viewExpandedText:{_shown(told.get('ViewExpandedText'))}, tableType:{told.get('TableType', '')})"
    )


def partition(owner: Members, told: Members) -> str:
    """``Partition(values:…)``."""
    storage = told.get("StorageDescriptor") or {}
    columns = [*(storage.get("Columns") or []), *(owner.get("PartitionKeys") or [])]
    return (
        f"Partition(values:[{', '.join(told['Values'])}], dbName:{owner['DatabaseName']}, "
        f"tableName:{owner['Name']}, createTime:{_seconds(told.get('CreationTime'))}, lastAccessTime:0, "
        f"sd:{_storage(storage, columns)}, parameters:{_map(told.get('Parameters') or {})})"
    )


def order(sorted_by: Members) -> str:
    """``Order(col:…, order:…)``."""
    return f"Order(col:{sorted_by['Column']}, order:{sorted_by['SortOrder']})"


def _storage(storage: Members, columns: list[Members]) -> str:
    serde = storage.get("SerdeInfo") or {}
    sorted_by = ", ".join(order(one) for one in storage.get("SortColumns") or [])
    return (
        f"StorageDescriptor(cols:{_fields(columns)}, location:{_shown(storage.get('Location'))}, "
        f"inputFormat:{_shown(storage.get('InputFormat'))}, "
        f"outputFormat:{_shown(storage.get('OutputFormat'))}, "
        f"compressed:{str(bool(storage.get('Compressed'))).lower()}, "
        f"numBuckets:{storage.get('NumberOfBuckets', -1)}, "
        f"serdeInfo:SerDeInfo(name:{_shown(serde.get('Name'))}, "
        f"serializationLib:{_shown(serde.get('SerializationLibrary'))}, "
        f"parameters:{_map(serde.get('Parameters') or {})}), "
        f"bucketCols:[{', '.join(storage.get('BucketColumns') or [])}], sortCols:[{sorted_by}], "
        f"parameters:{_map(storage.get('Parameters') or {})}, skewedInfo:SkewedInfo(skewedColNames:[], "
        "skewedColValues:[], skewedColValueLocationMaps:{}), "
        f"storedAsSubDirectories:{str(bool(storage.get('StoredAsSubDirectories'))).lower()})"
    )


def _fields(columns: list[Members]) -> str:
    shown = (
        f"FieldSchema(name:{c['Name']}, type:{c.get('Type', 'string')}, comment:{_shown(c.get('Comment'))})"
        for c in columns
    )
    return f"[{', '.join(shown)}]"


def _map(pairs: Members) -> str:
    return "{" + ", ".join(f"{key}={value}" for key, value in pairs.items()) + "}"


def _shown(value: Any) -> str:
    return "null" if value is None else str(value)


def _seconds(moment: Any) -> int:
    return int(moment.timestamp()) if hasattr(moment, "timestamp") else 0
