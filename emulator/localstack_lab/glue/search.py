"""SearchTables: tables of all databases by their texts and properties.

https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
"""

import operator
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.operations import operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import invalid, lacking
from localstack_lab.glue.store import copied
from localstack_lab.glue.tables import Tables

_TEXTS = ("Name", "DatabaseName", "Description", "Owner", "TableType", "CreatedBy", "CatalogId")
_TIMES = ("CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime")
_COMPARATORS: dict[str, Callable[[datetime, datetime], bool]] = {
    "EQUALS": operator.eq,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_EQUALS": operator.ge,
    "LESS_THAN_EQUALS": operator.le,
}
_BETWEEN_TOKENS = re.compile(r"[^\w]+")


class Search(Tables):
    """The operation SearchTables."""

    @operation
    def search_tables(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html

        SearchText is found anywhere in a table's names, descriptions, columns and parameters; in double
        quotes it is the whole of one of them. A filter on a text compares the property's tokens, so that
        Name = link finds customer-link and not customerlink; a filter on a time takes a Comparator.
        """
        if request.get("ResourceShareType") in ("FOREIGN", "FEDERATED"):
            return {"TableList": []}
        filters = [_filter(given) for given in request.get("Filters") or []]
        text = _text_filter(request.get("SearchText"))
        found = [
            table.members
            for _, database in sorted(self.store.databases.items())
            for _, table in sorted(database.tables.items())
            if text(table.members) and all(wanted(table.members) for wanted in filters)
        ]
        for criterion in reversed(request.get("SortCriteria") or []):
            field = criterion.get("FieldName") or "Name"
            if field not in (*_TEXTS, *_TIMES):
                raise lacking(f"SearchTables sorted by {field}")
            found.sort(
                key=lambda members: _sortable(members.get(field)), reverse=criterion.get("Sort") == "DESC"
            )
        return page("TableList", enumerate(copied(found)), request)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else "")


def _filter(given: Members) -> Callable[[Members], bool]:
    key, value = given.get("Key"), given.get("Value") or ""
    if key in _TIMES:
        compare = _COMPARATORS[given.get("Comparator") or "EQUALS"]
        moment = _moment(value)
        return lambda members: key in members and compare(members[key], moment)
    if key in _TEXTS:
        return lambda members: value.lower() in _tokens(str(members.get(key, "")))
    raise lacking(f"SearchTables with a filter on {key}")


def _tokens(text: str) -> list[str]:
    return [text.lower(), *_BETWEEN_TOKENS.split(text.lower())]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"{text} is not a time of ISO 8601.") from error
    if moment.tzinfo is None:
        raise invalid(f"{text} has no offset from UTC.")
    return moment


def _text_filter(text: str | None) -> Callable[[Members], bool]:
    if not text:
        return lambda members: True
    wanted = text.lower()
    if len(wanted) > 1 and wanted[0] == wanted[-1] == '"':
        return lambda members: wanted[1:-1] in {found.lower() for found in _all_texts(members)}
    return lambda members: any(wanted in found.lower() for found in _all_texts(members))


def _all_texts(members: Members) -> Iterator[str]:
    for key in ("Name", "DatabaseName", "Description", "Owner"):
        if members.get(key):
            yield members[key]
    descriptor = members.get("StorageDescriptor") or {}
    for column in [*(descriptor.get("Columns") or []), *(members.get("PartitionKeys") or [])]:
        yield column["Name"]
        yield column.get("Comment") or ""
    for key, value in (members.get("Parameters") or {}).items():
        yield key
        yield value
