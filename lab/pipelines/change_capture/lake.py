"""What Athena tells of the changes, held against the files and the table."""

from collections import Counter
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.queries import queries
from bootstrap.session import Session
from lab import athena
from lab.pipelines.base import Difference, Progress, Step, Verification, quiet
from lab.pipelines.change_capture.hops import Hops

_COMPARED = ("product_name", "quantity", "price")


def account(
    session: Session,
    spec: ChangeCapture,
    hops: Hops,
    items: dict[str, dict[str, Any]],
    progress: Progress = quiet,
    *,
    prefix: str = "",
) -> Verification:
    """Every line of every file must be a row, and the orders as the rows tell them those of the table.

    Files in folders that the catalog does not know are no difference, but a note: they came after the crawl.

    :param items: the table's items by key
    :param prefix: only orders whose id begins so count; `hops` sees no others either
    """
    if _table(session, spec) is None:
        note = f"Athena has no table of the files yet: `lab crawl {spec.slug}` makes it."
        return Verification({}, [], [note] if hops.lines else [])
    progress(Step("asking Athena"))
    rows = _rows_in(session, spec, prefix)
    known = _folders(session, spec)
    differences, unknown = [], 0
    for key, lines in sorted(hops.lines_in.items()):
        if rows[key] != lines and key.rpartition("/")[0] not in known and not rows[key]:
            unknown += 1
        elif rows[key] != lines:
            differences.append(
                Difference(f"{spec.bucket}/{key}", f"it has {lines} lines, and Athena reads {rows[key]} rows")
            )
    notes = (
        [f"{unknown} files lie in folders that the catalog does not know: `lab crawl {spec.slug}`."]
        if unknown
        else []
    )
    counts = {"rows in Athena": sum(rows.values())}
    if not unknown or spec.changes_table:  # that one needs no crawler
        orders = _orders(session, spec, hops)
        counts["orders as Athena tells them"] = len(orders)
        differences += _differing(spec, hops, items, orders)
    return Verification(counts, differences, notes)


def _table(session: Session, spec: ChangeCapture) -> dict[str, Any] | None:
    glue = session.client("glue")
    try:
        table: dict[str, Any] = glue.get_table(DatabaseName=spec.database, Name=spec.lake.table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return None
    return table


def _rows_in(session: Session, spec: ChangeCapture, prefix: str) -> Counter[str]:
    """How many rows each object gives, by its key."""
    where = f"WHERE substr({spec.key}, 1, {len(prefix)}) = '{prefix}' " if prefix else ""
    text = f'SELECT "$path", count(*) FROM {spec.lake.table} {where}GROUP BY 1'
    start = f"s3://{spec.bucket}/"
    return Counter(
        {str(path).removeprefix(start): int(str(count)) for path, count in _ask(session, spec, text).rows}
    )


def _folders(session: Session, spec: ChangeCapture) -> set[str]:
    """The folders that the catalog has as partitions, as keys without the slash at the end."""
    glue = session.client("glue")
    pages = glue.get_paginator("get_partitions").paginate(
        DatabaseName=spec.database, TableName=spec.lake.table, ExcludeColumnSchema=True
    )
    start = f"s3://{spec.bucket}/"
    return {
        partition["StorageDescriptor"]["Location"].removeprefix(start).rstrip("/")
        for page in pages
        for partition in page["Partitions"]
    }


def _orders(session: Session, spec: ChangeCapture, hops: Hops) -> dict[str, dict[str, str | None]]:
    """The orders that there are, by key, as the saved query tells them."""
    [text] = [
        query.text
        for query in queries(table=spec.lake.changes, key=spec.key)
        if query.name == "current_state"
    ]
    found = _ask(session, spec, text).dicts()
    return {str(row[spec.key]): row for row in found if hops.mine(str(row[spec.key]))}


def _ask(session: Session, spec: ChangeCapture, text: str) -> athena.Answer:
    return athena.query(session, text, work_group=spec.lake.work_group, database=spec.database)


def _differing(
    spec: ChangeCapture,
    hops: Hops,
    items: dict[str, dict[str, Any]],
    orders: dict[str, dict[str, str | None]],
) -> list[Difference]:
    refused = {mark.key for mark, _, _ in hops.refused.values()}
    found = []
    for key in sorted((items.keys() | orders.keys()) - refused):  # those are told of already
        item, order = items.get(key), orders.get(key)
        if item is None or order is None:
            problem = "Athena has it, the table has not" if item is None else "the table has it, Athena not"
        elif names := [name for name in _COMPARED if not _same(item.get(name), order[name])]:
            problem = f"the table and Athena differ in {', '.join(names)}"
        else:
            continue
        found.append(Difference(key, problem))
    return found


def _same(attribute: dict[str, str] | None, told: str | None) -> bool:
    """Whether a typed value of DynamoDB's is what Athena prints; Athena's doubles have 53 bits."""
    if attribute is None or told is None:
        return attribute is None and told is None
    return float(attribute["N"]) == float(told) if "N" in attribute else attribute.get("S") == told
