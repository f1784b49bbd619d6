"""ORC footers that only PyArrow can read (Zstandard): imported in worker processes alone."""

import io
from collections.abc import Callable

import pyarrow as pa
import pyarrow.orc

from localstack_lab.glue.crawling.formats import orc
from localstack_lab.glue.crawling.schema import Format, Schema
from localstack_lab.glue.crawling.types import Type

_NAMES = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "float": "float",
    "double": "double",
    "string": "string",
    "large_string": "string",
    "binary": "binary",
    "large_binary": "binary",
    "date32[day]": "date",
    "null": "null",
}


class _Ranges(io.RawIOBase):
    """An object as a file of which only what is asked for is read."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self._read = read
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._at if size < 0 else min(size, self._size - self._at)
        found = self._read(self._at, wanted) if wanted > 0 else b""
        self._at += len(found)
        return found


def classify(read: Callable[[int, int], bytes], size: int) -> Schema:
    """Columns and number of rows.

    :raises Damaged: when PyArrow cannot read them
    """
    form = Format("orc", orc.SERDE, orc.INPUT, orc.OUTPUT)
    try:
        file = pyarrow.orc.ORCFile(pa.PythonFile(_Ranges(read, size), mode="r"))
        columns = tuple((field.name, _type(field.type)) for field in file.schema)
    except (pa.ArrowException, KeyError, UnicodeDecodeError) as error:
        raise orc.Damaged(f"The footer of the ORC file cannot be read: {error}") from error
    return Schema(form, columns, records=file.nrows, record_bytes=size)


def _type(kind: pa.DataType) -> Type:
    if pa.types.is_list(kind):
        return ("array", _type(kind.value_type))
    if pa.types.is_map(kind):
        return ("map", (_type(kind.key_type), _type(kind.item_type)))
    if pa.types.is_struct(kind):
        return ("struct", tuple((field.name, _type(field.type)) for field in kind))
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    return _NAMES[str(kind)]
