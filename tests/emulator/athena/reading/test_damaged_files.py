"""Files whose bytes are not what they should be: rows, or Athena's error, but never a fault of ours.

https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html#troubleshooting-athena-hive-bad-data-errors
"""

import io
import random
from collections.abc import Callable
from typing import Any

import fastavro
import pyarrow
import pyarrow.orc
import pyarrow.parquet
import pytest
from localstack_lab.athena.engine import faults
from localstack_lab.athena.sql.errors import QueryError

from tests.emulator.athena.reading.conftest import AVRO, HIVE_JSON, OPENX, ORC, PARQUET, Lake

type Rows = Callable[..., list[tuple[Any, ...]]]
COLUMNS = "a bigint; b string; c array<bigint>; d struct<x:bigint>"
RECORDS = [{"a": n, "b": f"s{n % 7}", "c": [n, n], "d": {"x": n}} for n in range(500)]
NESTED = "[" * 100_000


def _parquet(**how: Any) -> bytes:
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(RECORDS), file, **how)
    return file.getvalue()


def _orc() -> bytes:
    file = io.BytesIO()
    pyarrow.orc.write_table(pyarrow.Table.from_pylist(RECORDS), file)
    return file.getvalue()


def _avro(codec: str) -> bytes:
    fields = [
        {"name": "a", "type": "long"},
        {"name": "b", "type": "string"},
        {"name": "c", "type": {"type": "array", "items": "long"}},
        {"name": "d", "type": {"type": "record", "name": "q", "fields": [{"name": "x", "type": "long"}]}},
    ]
    file = io.BytesIO()
    fastavro.writer(file, {"type": "record", "name": "r", "fields": fields}, RECORDS, codec=codec)
    return file.getvalue()


WHOLE = {
    "parquet": (PARQUET, _parquet()),
    "parquet gzip": (PARQUET, _parquet(compression="gzip", use_dictionary=False)),
    "orc": (ORC, _orc()),
    "avro": (AVRO, _avro("null")),
    "avro deflate": (AVRO, _avro("deflate")),
}


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    body = bytearray(whole)
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randrange(1, 20)):
                body[chance.randrange(len(body))] = chance.randrange(256)
        case 1:  # the footer
            for _ in range(chance.randrange(1, 6)):
                body[chance.randrange(max(0, len(body) - 600), len(body))] = chance.randrange(256)
        case 2:
            del body[chance.randrange(len(body)) :]
        case _:
            at = chance.randrange(len(body))
            body[at : at + chance.randrange(1, 50)] = chance.randbytes(chance.randrange(50))
    return bytes(body)


@pytest.mark.parametrize("form", WHOLE)
def test_damage_anywhere_is_bad_data(lake: Lake, form: str) -> None:
    serde, whole = WHOLE[form]
    lake.declare(serde, COLUMNS)
    chance = random.Random(form)
    errors = []
    for number in range(25):
        lake.bucket.objects.clear()
        lake.put(f"t/{number}", _damaged(whole, chance))
        try:
            with faults.translated():
                lake.read()
        except QueryError as error:
            errors.append(error)
    assert errors
    assert [error for error in errors if not error.name.startswith("HIVE_")] == []
    assert [error for error in errors if str(lake.folder) in error.message] == []


@pytest.mark.parametrize("mark", [b"PAR1", b"ORC", b"Obj\x01"])
@pytest.mark.parametrize("serde", [PARQUET, ORC, AVRO])
def test_rubbish_between_a_formats_marks_is_bad_data(lake: Lake, serde: str, mark: bytes) -> None:
    lake.declare(serde, COLUMNS)
    lake.put("t/rubbish", mark + b"\xff" * 100 + mark)
    with pytest.raises(QueryError, match="HIVE_"), faults.translated():
        lake.read()


@pytest.mark.parametrize("serde", [OPENX, HIVE_JSON])
@pytest.mark.parametrize(
    "line", ['{"a":' + NESTED, '{"a":' + NESTED + "]" * 100_000 + "} x", '{"A":' + NESTED]
)
def test_json_that_is_too_deep(rows_of: Rows, serde: str, line: str) -> None:
    with pytest.raises(QueryError, match="HIVE_") as raised, faults.translated():
        rows_of(serde, "a string", line + "\n")
    assert raised.value.name in ("HIVE_CURSOR_ERROR", "HIVE_BAD_DATA")


def test_half_of_a_surrogate_pair_in_json_is_a_question_mark(rows_of: Rows) -> None:
    """As Java writes such a text in UTF-8, by String.getBytes."""
    body = '{"a":"x\\ud800y"}\n{"a":"\\ud83d\\ude00"}\n'
    assert sorted(rows_of(OPENX, "a string", body)) == [("x?y",), ("😀",)]


def test_an_array_of_arrays_of_arrays_is_read(rows_of: Rows) -> None:
    columns = "a " + "array<" * 5 + "int" + ">" * 5
    assert rows_of(OPENX, columns, '{"a":[[[1]]]}\n{"a":7}\n') == [([[[[[1]]]]],), ([[[[[7]]]]],)]
