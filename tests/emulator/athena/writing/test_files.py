"""Files of every format, read back by another library."""

import bz2
import gzip
import itertools
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import fastavro
import pyarrow.parquet
import pytest
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.writing import files
from localstack_lab.athena.writing.files import Written
from localstack_lab.athena.writing.options import COMPRESSIONS, WriteOptions
from pyarrow import orc

_COLUMNS: list[tuple[str, t.Type]] = [
    ("i", t.INTEGER),
    ("s", t.VARCHAR),
    ("d", t.decimal(10, 2)),
    ("ts", t.timestamp(3)),
    ("dt", t.DATE),
    ("b", t.VARBINARY),
    ("l", t.array(t.row(("c", t.char(4)), ("b", t.VARBINARY)))),
    ("m", t.map_of(t.VARCHAR, t.BIGINT)),
    ("p", t.VARCHAR),
]
_ROW = """SELECT 1::INTEGER, 'a"b,c' || chr(9), 12.50::DECIMAL(10,2), TIMESTAMP '2024-01-31 12:00:00.125',
DATE '2024-01-31', 'xy'::BLOB, [{'c': 'ab  ', 'b': 'z'::BLOB}, NULL], MAP {'k': 7::BIGINT}, 'eu'"""
_NULLS = "SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
_EXPECTED = {
    "i": 1,
    "s": 'a"b,c\t',
    "d": Decimal("12.50"),
    "ts": datetime(2024, 1, 31, 12, 0, 0, 125000),
    "dt": date(2024, 1, 31),
    "b": b"xy",
    "l": [{"c": "ab", "b": b"z"}, None],
    "m": {"k": 7},
    "p": "eu",
}
_ABSENT = dict.fromkeys(_EXPECTED)


def _write(
    folder: Path, options: WriteOptions, sql: str = f"{_ROW} UNION ALL {_NULLS}", keys: int = 0
) -> list[Written]:
    numbers = itertools.count()
    with duckdb.connect() as connection:
        columns = (
            _COLUMNS
            if sql.count("NULL") or sql.startswith("SELECT 1::")
            else [("a", t.INTEGER), ("k", t.VARCHAR)]
        )
        return files.write(connection, sql, columns, keys, options, str(folder), lambda: f"f{next(numbers)}")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    row = dict(row)
    if isinstance(row["m"], list):
        row["m"] = dict(row["m"])
    if row["ts"] is not None:
        row["ts"] = row["ts"].replace(tzinfo=None)
    return row


@pytest.mark.parametrize("compression", COMPRESSIONS["PARQUET"])
def test_parquet_is_exact(tmp_path: Path, compression: str) -> None:
    (written,) = _write(tmp_path, WriteOptions("PARQUET", compression))
    assert [_plain(row) for row in pyarrow.parquet.read_table(written.path).to_pylist()] == [
        _EXPECTED,
        _ABSENT,
    ]
    metadata = pyarrow.parquet.read_metadata(written.path)
    assert metadata.row_group(0).column(0).compression == {"NONE": "UNCOMPRESSED"}.get(
        compression, compression
    )
    assert (written.rows, Path(written.path).suffix) == (2, "")


@pytest.mark.parametrize("compression", COMPRESSIONS["ORC"])
def test_orc_is_exact(tmp_path: Path, compression: str) -> None:
    (written,) = _write(tmp_path, WriteOptions("ORC", compression))
    assert [_plain(row) for row in orc.read_table(written.path).to_pylist()] == [_EXPECTED, _ABSENT]
    assert orc.ORCFile(written.path).compression == {"NONE": "UNCOMPRESSED"}.get(compression, compression)


@pytest.mark.parametrize("compression", COMPRESSIONS["AVRO"])
def test_avro_is_exact(tmp_path: Path, compression: str) -> None:
    (written,) = _write(tmp_path, WriteOptions("AVRO", compression))
    with open(written.path, "rb") as file:
        reader = fastavro.reader(file)
        rows: list[Any] = list(reader)
        assert reader.codec == {"NONE": "null"}.get(compression, compression.lower())
    assert rows[0]["ts"] == datetime(2024, 1, 31, 12, 0, 0, 125000, tzinfo=UTC)
    assert [_plain(row) for row in rows] == [_EXPECTED, _ABSENT]


@pytest.mark.parametrize(
    ("compression", "opened"), [("GZIP", gzip.open), ("BZIP2", bz2.open), ("NONE", open)]
)
def test_json_has_a_document_on_a_line(tmp_path: Path, compression: str, opened: Any) -> None:
    (written,) = _write(tmp_path, WriteOptions("JSON", compression))
    with opened(written.path, "rt") as file:
        rows = [json.loads(line, parse_float=Decimal) for line in file]
    assert rows[1] == _ABSENT
    assert rows[0]["d"] == Decimal("12.5")
    assert (rows[0]["ts"], rows[0]["dt"]) == ("2024-01-31 12:00:00.125", "2024-01-31")
    assert rows[0]["l"] == [{"c": "ab", "b": "eg=="}, None]
    assert (rows[0]["b"], rows[0]["m"]) == ("eHk=", {"k": 7})
    assert Path(written.path).suffix == {"GZIP": ".gz", "BZIP2": ".bz2", "NONE": ""}[compression]


def test_text_is_delimited_by_depth(tmp_path: Path) -> None:
    (written,) = _write(tmp_path, WriteOptions("TEXTFILE", "NONE"))
    first, second, rest = Path(written.path).read_text().split("\n")
    assert first.split("\x01") == [
        *("1", 'a"b,c\t', "12.50", "2024-01-31 12:00:00.125", "2024-01-31", "eHk="),
        "ab\x03eg==\x02\\N",
        "k\x037",
        "eu",
    ]
    assert second == "\x01".join(["\\N"] * 9)
    assert rest == ""


def test_text_is_escaped_where_the_table_says_so(tmp_path: Path) -> None:
    options = WriteOptions("TEXTFILE", "NONE", separators=(",", "\x02", "\x03", "\x04"), null="", escape="\\")
    (written,) = _write(
        tmp_path, options, "SELECT 1, 'a,b\\c' UNION ALL SELECT 2, CAST('' || chr(2) AS VARCHAR)"
    )
    assert Path(written.path).read_text() == "1,a\\,b\\\\c\n2,\\\x02\n"


def test_each_partition_has_its_file_without_the_keys(tmp_path: Path) -> None:
    sql = f"{_ROW} UNION ALL {_NULLS} UNION ALL {_ROW.replace("'eu'", "'us'")} UNION ALL {_ROW}"
    written = _write(tmp_path, WriteOptions("PARQUET", "GZIP"), sql, keys=1)
    assert {one.partition: one.rows for one in written} == {("eu",): 2, ("us",): 1, (None,): 1}
    assert "p" not in pyarrow.parquet.read_schema(written[0].path).names


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    assert _write(tmp_path, WriteOptions("PARQUET", "GZIP"), f"{_ROW} LIMIT 0") == []
    assert _write(tmp_path, WriteOptions("PARQUET", "GZIP"), f"{_ROW} LIMIT 0", keys=1) == []


def test_a_hundred_partitions_are_the_most(tmp_path: Path) -> None:
    hundred = "SELECT 1 AS a, CAST(range AS VARCHAR) AS k FROM range({})"
    assert len(_write(tmp_path, WriteOptions("JSON", "NONE"), hundred.format(100), keys=1)) == 100
    with pytest.raises(QueryError, match="HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers"):
        _write(tmp_path, WriteOptions("JSON", "NONE"), hundred.format(101), keys=1)


def test_keys_are_printable_ascii(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"HIVE_INVALID_PARTITION_VALUE: .* Invalid value: C3 A9"):
        _write(tmp_path, WriteOptions("JSON", "NONE"), "SELECT 1 AS a, 'é' AS k", keys=1)
