"""The ``.metadata`` file, byte by byte as the files of AWS that were published."""

from localstack_lab.athena.engine.contract import ResultColumn
from localstack_lab.athena.results.columns import column_info, metadata_file

ID = "0f5a2f0e-0000-4000-8000-000000000000"
HEAD = b"\x0a\x24" + ID.encode()


def _text(field: int, value: bytes) -> bytes:
    return bytes([field << 3 | 2, len(value)]) + value


def test_a_statement_that_writes_tells_its_count_even_of_nothing() -> None:
    rows = ResultColumn("rows", "bigint", "bigint", precision=19)
    column = _text(1, b"hive") + _text(4, b"rows") + _text(5, b"rows") + _text(6, b"bigint")
    column += b"\x38\x13\x40\x00\x48\x03\x50\x00"
    assert len(column) == 0x22
    expected = HEAD + _text(2, b"INSERT") + b"\x18\x00" + _text(4, column)
    assert metadata_file(ID, [rows], "INSERT", 0) == expected


def test_show_create_table_has_88_bytes() -> None:
    assert len(metadata_file(ID, [ResultColumn("createtab_stmt", "string")])) == 88


def test_describe_has_152_bytes() -> None:
    columns = [ResultColumn(name, "string") for name in ("col_name", "data_type", "comment")]
    assert len(metadata_file(ID, columns)) == 152


def test_the_type_says_which_fields_there_are() -> None:
    def tail(column: ResultColumn) -> bytes:
        head = _text(1, b"hive") + _text(4, b"c") + _text(5, b"c") + _text(6, column.type.encode())
        return metadata_file(ID, [column]).removeprefix(HEAD)[2:].removeprefix(head)

    assert tail(ResultColumn("c", "boolean")) == b"\x48\x03\x50\x00"
    assert tail(ResultColumn("c", "date")) == b"\x40\x00\x48\x03\x50\x00"
    assert tail(ResultColumn("c", "array")) == b"\x48\x03"
    varchar = ResultColumn("c", "varchar", precision=2147483647, case_sensitive=True)
    assert tail(varchar) == b"\x38\xff\xff\xff\xff\x07\x40\x00\x48\x03\x50\x01"


def test_a_column_tells_no_schema_and_no_table() -> None:
    told = column_info(ResultColumn("n", "decimal", "decimal(10,2)", 10, 2, schema="db", table="t"))
    assert told == {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": "n",
        "Label": "n",
        "Type": "decimal",
        "Precision": 10,
        "Scale": 2,
        "Nullable": "UNKNOWN",
        "CaseSensitive": False,
    }
