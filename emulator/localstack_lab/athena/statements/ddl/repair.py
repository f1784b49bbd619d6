"""MSCK REPAIR TABLE: registers the Hive-style folders below a table.

https://docs.aws.amazon.com/athena/latest/ug/msck-repair-table.html: folders are only added, names of
keys are in lower case, and folders in another style are not seen.
"""

from bisect import bisect_left

from localstack_lab.athena.statements.context import Context, Lines, Members, is_view, not_done
from localstack_lab.athena.statements.ddl.partition_names import unescape
from localstack_lab.athena.statements.ddl.partitions import register
from localstack_lab.athena.statements.refused import Refused
from localstack_lab.athena.statements.tree import RepairTable


def repair(context: Context, statement: RepairTable) -> Lines:
    """The lines say what was missing where, and then what was added."""
    held = context.find_table(statement.name)
    if held is None:  # nothing is missing, so that Athena says it and succeeds
        context.existing_database(context.qualified(statement.name)[0])
        return Lines(rows=(f"Tables not in metastore:\t{statement.name.table}",))
    if is_view(held):
        raise not_done("Can not create a Path from an empty string")
    table = context.base_table(statement.name)
    keys = [key["Name"] for key in table.get("PartitionKeys") or []]
    location = str((table.get("StorageDescriptor") or {}).get("Location") or "").rstrip("/") + "/"
    try:
        found = context.objects.list_all(location=location)
    except Refused as refused:
        raise not_done(f"MetaException(message:{refused.message})") from refused
    bucket, _, prefix = location.partition("://")[2].partition("/")
    names = [one[0] for one in found]
    if not names:
        return Lines(rows=(f"Tables missing on filesystem:\t{table['Name']}",))
    if not keys:
        return Lines()
    folders = _folders(keys, prefix, names)
    there = {tuple(p["Values"]): p for p in context.partitions(table)}
    new = {values: folder for values, folder in folders.items() if values not in there}
    register(context, table, [(list(v), f"s3://{bucket}/{prefix}{folder}") for v, folder in new.items()])
    names.sort()
    gone = [v for v, partition in there.items() if not _exists(context, partition, bucket, names)]
    return Lines(rows=tuple(_told(table, keys, new, gone)))


def _folders(keys: list[str], prefix: str, names: list[str]) -> dict[tuple[str, ...], str]:
    """Values of the keys → folder below the table, for every folder that is named as Hive names them."""
    found: dict[tuple[str, ...], str] = {}
    for name in names:
        parts = name[len(prefix) :].split("/")
        if len(parts) <= len(keys) or any(part.startswith(("_", ".")) for part in parts[: len(keys)]):
            continue
        pairs = [part.partition("=") for part in parts[: len(keys)]]
        if all(key == name and value for key, (name, _, value) in zip(keys, pairs, strict=True)):
            values = tuple(unescape(value) for _, _, value in pairs)
            found.setdefault(values, "/".join(parts[: len(keys)]))
    return found


def _exists(context: Context, partition: Members, bucket: str, names: list[str]) -> bool:
    """:param names: of the objects below the table's location, in order"""
    location = str((partition.get("StorageDescriptor") or {}).get("Location") or "").rstrip("/") + "/"
    prefix = location.removeprefix(f"s3://{bucket}/")
    at = bisect_left(names, prefix)
    if prefix != location and at < len(names) and names[at].startswith(prefix):
        return True
    try:
        return bool(context.objects.list_all(location=location))
    except Refused:
        return False  # a bucket that is gone has no such folder either


def _told(
    table: Members, keys: list[str], new: dict[tuple[str, ...], str], gone: list[tuple[str, ...]]
) -> list[str]:
    name = table["Name"]
    lines = []
    if new:
        lines.append(
            "Partitions not in metastore:" + "".join(f"\t{name}:{folder}" for folder in new.values())
        )
    if gone:
        shown = ("/".join(f"{k}={v}" for k, v in zip(keys, values, strict=True)) for values in gone)
        lines.append("Partitions missing from filesystem:" + "".join(f"\t{name}:{one}" for one in shown))
    lines += [f"Repair: Added partition to metastore {name}:{folder}" for folder in new.values()]
    return lines
