"""XML: the elements of a row tag are the rows, their children and attributes the columns.

https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-xml
"""

import re
from typing import Any
from xml.etree import ElementTree

from localstack_lab.glue.crawling import types
from localstack_lab.glue.crawling.formats.delimited import value_type
from localstack_lab.glue.crawling.schema import Format, Schema

_TEXT = "_VALUE"
"""The field for an element's text beside its attributes:
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-format-xml-home.html"""
_START = re.compile(r"[\s\ufeff]*<(\?xml|!DOCTYPE|!--|[A-Za-z_:])")


def classify(
    text: str, row_tag: str = "", *, classification: str = "xml", whole: bool, compression: str = "none"
) -> Schema | None:
    """Columns of the rows; None when the text is no XML or has no such element.

    Without a row tag the document's root element is the row. A self-closing row is not one, as on AWS.
    Attributes are columns with ``_`` in front.
    """
    if not _START.match(text):
        return None
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    columns: tuple[tuple[str, types.Type], ...] = ()
    count = 0
    depth = 0
    root = ""
    try:
        parser.feed(text.removeprefix("\ufeff"))
        if whole:
            parser.close()
    except ElementTree.ParseError:
        if whole:
            return None
    for event, element in _events(parser):
        if event == "start":
            depth += 1
            root = root or _local(element.tag)
            continue
        depth -= 1
        wanted = _local(element.tag) == row_tag if row_tag else depth == 0
        if wanted and (len(element) or (element.text or "").strip()):
            row = _row(element)
            columns = types.merge_columns(columns, row) if count else row
            count += 1
            element.clear()
    if not count:
        return None
    return Schema(
        Format(
            classification,
            input_format="",
            output_format="",
            parameters=(("rowTag", row_tag or root),),
        ),
        columns,
        compression,
        records=count,
        record_bytes=len(text),
        whole=whole,
    )


def _events(parser: Any) -> Any:
    try:
        yield from parser.read_events()
    except ElementTree.ParseError:
        return


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _row(element: Any) -> tuple[tuple[str, types.Type], ...]:
    kind = _type(element)
    return kind[1] if isinstance(kind, tuple) else ((_TEXT, kind),)


def _type(element: Any) -> types.Type:
    """Text, or a struct of the attributes and children; repeated children are arrays."""
    members: dict[str, types.Type] = {}
    for name, value in element.attrib.items():
        members[f"_{_local(name)}"] = _scalar(value)
    seen: dict[str, int] = {}
    for child in element:
        name = _local(child.tag)
        kind = _type(child)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 1:
            members[name] = kind
        elif seen[name] == 2:
            members[name] = ("array", types.merge(members[name], kind))
        else:
            members[name] = types.merge(members[name], ("array", kind))
    if not members:
        return _scalar(element.text or "")
    if text := (element.text or "").strip():
        members[_TEXT] = _scalar(text)
    return ("struct", tuple(members.items()))


def _scalar(text: str) -> str:
    kind = value_type(text.strip())
    if kind == "bigint" and -(2**31) <= int(text) < 2**31:
        return "int"
    return kind
