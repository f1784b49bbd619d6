"""How a table or a partition is stored, as its storage descriptor says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.athena.reading.errors import lacking
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake import hive_types
from localstack_lab.lake.hive_types import HiveType

type Members = Mapping[str, Any]

FILE = "lab\x1ffile"
"""The column that says which file a row is from: a name that no column of a table or a file has."""

KINDS = {
    "org.openx.data.jsonserde.JsonSerDe": "openx",
    "org.apache.hive.hcatalog.data.JsonSerDe": "hive-json",
    "org.apache.hadoop.hive.serde2.JsonSerDe": "hive-json",
    "org.apache.hadoop.hive.serde2.OpenCSVSerde": "csv",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": "delimited",
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe": "parquet",
    "org.apache.hadoop.hive.ql.io.orc.OrcSerde": "orc",
    "org.apache.hadoop.hive.serde2.avro.AvroSerDe": "avro",
    "org.apache.hadoop.hive.serde2.RegexSerDe": "regex",
    "org.apache.hadoop.hive.contrib.serde2.RegexSerDe": "regex",
    "com.amazonaws.glue.serde.GrokSerDe": "grok",
}


_SERDE_PROPERTIES = frozenset(
    {
        *(
            "field.delim",
            "collection.delim",
            "colelction.delim",
            "mapkey.delim",
            "escape.delim",
            "line.delim",
        ),
        *("serialization.null.format", "serialization.last.column.takes.rest", "timestamp.formats"),
        *("separatorChar", "quoteChar", "escapeChar", "input.regex", "input.regex.case.insensitive"),
        *("input.format", "input.grokCustomPatterns", "ignore.malformed.json", "case.insensitive"),
        *("dots.in.keys", "parquet.column.index.access", "orc.column.index.access"),
    }
)
_TEXT = frozenset({"openx", "hive-json", "csv", "delimited", "regex", "grok"})
_LINES = (
    "",
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.mapreduce.lib.input.TextInputFormat",
)
_LISTS = ("SymlinkTextInputFormat", "HoodieParquetInputFormat", "HoodieParquetRealtimeInputFormat")


@dataclass(frozen=True)
class Layout:
    """What a reader needs to know besides the files.

    :param kind: see KINDS
    :param columns: (name in lower case, type), the partition keys not among them
    :param serde: the SerDe's parameters
    :param parameters: the table's own
    """

    kind: str
    columns: tuple[tuple[str, HiveType], ...]
    serde: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_name(self) -> bool:
        """Whether a partition's columns are the table's of the same name, and not those of the same place.

        https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
        """
        if self.kind == "orc":
            return str(self.serde.get("orc.column.index.access", "true")).lower() == "false"
        return self.kind in ("parquet", "openx", "hive-json", "avro", "grok")

    @property
    def header_lines(self) -> int:
        """Lines that each file begins with and that are no data."""
        text = (
            self.parameters.get("skip.header.line.count") or self.serde.get("skip.header.line.count") or "0"
        )
        try:
            return max(0, int(text))
        except ValueError as error:
            raise QueryError(
                "HIVE_INVALID_METADATA", f"Invalid value for skip.header.line.count property: {text}"
            ) from error

    @property
    def mark(self) -> tuple[Any, ...]:
        """Equal for layouts that are read in one go."""
        return (self.kind, self.columns, tuple(sorted(self.serde.items())), self.header_lines)


def layout_of(storage: Members, parameters: Mapping[str, str], what: str) -> Layout:
    """The layout that a storage descriptor describes.

    :param what: the table, for messages
    :raises QueryError: for a SerDe or a type that is not here
    """
    serde = storage.get("SerdeInfo") or {}
    library = str(serde.get("SerializationLibrary") or "")
    if not library:
        raise QueryError(
            "HIVE_UNSUPPORTED_FORMAT", f"Unable to create input format: table {what} names no SerDe"
        )
    if library not in KINDS:
        raise lacking(f"The SerDe {library} (table {what})")
    _check_format(KINDS[library], str(storage.get("InputFormat") or ""), parameters, what)
    footer = str(parameters.get("skip.footer.line.count") or "0")
    if footer != "0":
        raise lacking(f"skip.footer.line.count = {footer} (table {what})")
    return Layout(
        KINDS[library],
        columns_of(storage.get("Columns") or [], what),
        serde_properties(storage, parameters),
        parameters,
    )


def serde_properties(storage: Members, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """What a table's SerDe is told: its own properties and, before these, those of the table.

    https://github.com/trinodb/trino/blob/400/plugin/trino-hive/src/main/java/io/trino/plugin/hive/metastore/MetastoreUtil.java
    """
    own: Mapping[str, str] = (storage.get("SerdeInfo") or {}).get("Parameters") or {}
    told = {
        name: value
        for name, value in parameters.items()
        if name in _SERDE_PROPERTIES or name.startswith("mapping.")
    }
    return {**own, **told}


def _check_format(kind: str, reads: str, parameters: Mapping[str, str], what: str) -> None:
    """Refuse what would be misread: other containers of lines, and tables whose files are not all current."""
    lake = str(parameters.get("table_type") or parameters.get("spark.sql.sources.provider") or "").upper()
    if lake in ("DELTA", "HUDI"):
        raise lacking(f"Reading tables of {lake} (table {what})")
    if reads.endswith(_LISTS) or (kind in _TEXT and reads not in _LINES):
        raise lacking(f"The input format {reads} (table {what})")


def columns_of(columns: Sequence[Members], what: str) -> tuple[tuple[str, HiveType], ...]:
    """Glue's columns with their types parsed."""
    answer = []
    for column in columns:
        try:
            answer.append((str(column["Name"]).lower(), hive_types.parse(str(column.get("Type") or ""))))
        except hive_types.TypeTextError as error:
            raise QueryError(
                "HIVE_INVALID_METADATA",
                f"Glue table {what} column '{column['Name']}' has an invalid data type: {error}",
            ) from error
    return tuple(answer)
