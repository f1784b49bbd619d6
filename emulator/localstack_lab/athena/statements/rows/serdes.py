"""How INSERT writes into a table, by its SerDe and properties.

https://docs.aws.amazon.com/athena/latest/ug/insert-into.html#insert-into-supported-formats
"""

from collections.abc import Sequence

from localstack_lab.athena.reading import delimited, json_lines
from localstack_lab.athena.reading.layout import layout_of, serde_properties
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import Members
from localstack_lab.athena.statements.rows.properties import compression
from localstack_lab.athena.writing.options import DEFAULT_COMPRESSION, WriteOptions
from localstack_lab.lake import storage_formats as s

_FORMATS = {
    s.PARQUET: "PARQUET",
    s.ORC: "ORC",
    s.AVRO: "AVRO",
    s.OPENX_JSON: "JSON",
    s.HIVE_JSON: "JSON",
    s.HIVE_JSON_2: "JSON",
    s.LAZY_SIMPLE: "TEXTFILE",
}
_COMPRESSED_BY = {"PARQUET": "parquet.compression", "ORC": "orc.compress"}


def options_of(table: Members) -> WriteOptions:
    """How new files of a table are written.

    :raises QueryError: NOT_SUPPORTED for a SerDe that Athena, or this emulator, does not write
    """
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    library = serde.get("SerializationLibrary", "")
    name = f"{table['DatabaseName']}.{table['Name']}"
    if library not in _FORMATS:
        raise QueryError(
            "NOT_SUPPORTED", f"Inserting into {name} is not supported: its SerDe {library} is only read"
        )
    form = _FORMATS[library]
    if form == "TEXTFILE" and storage.get("InputFormat") != s.TEXTFILE.reads:
        raise QueryError(
            "NOT_SUPPORTED", f"Inserting into {name} is not supported: {storage.get('InputFormat')}"
        )
    of_table = {k.lower(): v for k, v in (table.get("Parameters") or {}).items()}
    told = serde_properties(storage, table.get("Parameters") or {})
    lines = layout_of(storage, table.get("Parameters") or {}, name).header_lines
    if form == "TEXTFILE" and lines > 1:
        message = (
            f"Inserting into Hive table with value of skip.header.line.count property greater than 1: {name}"
        )
        raise QueryError("NOT_SUPPORTED", message)
    if form == "JSON" and lines:
        raise QueryError(
            "NOT_SUPPORTED",
            f"Inserting into a table of JSON with skip.header.line.count is not supported: {name}",
        )
    asked = of_table.get("write.compression") or of_table.get(_COMPRESSED_BY.get(form, ""))
    options = WriteOptions(
        format=form, compression=compression(form, (asked or DEFAULT_COMPRESSION[form]).upper())
    )
    if form != "TEXTFILE":
        return options
    escape = told.get("escape.delim")
    return WriteOptions(
        format=form,
        compression=options.compression,
        separators=tuple(delimited.separators(told)),
        null=told.get("serialization.null.format", "\\N"),
        escape=delimited.byte(escape) if escape else None,
        header=lines == 1,
    )


def names_in_files(table: Members, names: Sequence[str]) -> list[str]:
    """What the columns are called in the files: the OpenX SerDe may map them to other keys."""
    storage = table.get("StorageDescriptor") or {}
    if (storage.get("SerdeInfo") or {}).get("SerializationLibrary") != s.OPENX_JSON:
        return list(names)
    told = json_lines.mapping(serde_properties(storage, table.get("Parameters") or {}))
    return [told.get(name, name) for name in names]
