"""Binary functions, hashes and UUIDs.

https://trino.io/docs/current/functions/binary.html
https://trino.io/docs/current/functions/uuid.html
"""

import base64
import binascii
import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import hashing
from localstack_lab.athena.sql.functions.emitting import python
from localstack_lab.athena.sql.functions.registry import lacking, scalar

BAD = "INVALID_FUNCTION_ARGUMENT"


def _from_hex(value: str) -> bytes:
    if len(value) % 2:
        raise QueryError(BAD, f"Invalid input length {len(value)}")
    try:
        return binascii.unhexlify(value)
    except (binascii.Error, ValueError) as fault:
        wrong = next((c for c in value if c not in "0123456789abcdefABCDEF"), "")
        raise QueryError(BAD, f"Unrecognized character: {wrong}") from fault


def _decoder(alphabet: bytes | None, what: str) -> Callable[[str], bytes]:
    def decode(value: str) -> bytes:
        body = value.rstrip("=")
        padding = "=" * (-len(body) % 4)
        try:
            if len(value) != len(body) and len(value) != len(body) + len(padding):
                raise ValueError
            return base64.b64decode(body + padding, altchars=alphabet, validate=True)
        except (binascii.Error, ValueError) as fault:
            raise QueryError(BAD, f"Input is not valid {what}") from fault

    return decode


def _substr(value: bytes, start: int, length: int) -> bytes:
    if start == 0 or length <= 0 or abs(start) > len(value):
        return b""
    first = start - 1 if start > 0 else len(value) + start
    return value[first : first + length]


def _pad(left: bool) -> Callable[[bytes, int, bytes], bytes]:
    def pad(value: bytes, size: int, fill: bytes) -> bytes:
        if not 0 <= size <= 2147483647:
            raise QueryError(BAD, "Target length must be in the range [0..2147483647]")
        if not fill:
            raise QueryError(BAD, "Padding bytes must not be empty")
        missing = size - len(value)
        if missing <= 0:
            return value[:size]
        padding = (fill * (missing // len(fill) + 1))[:missing]
        return padding + value if left else value + padding

    return pad


def _packer(form: str) -> Callable[[float], bytes]:
    return lambda value: struct.pack(form, value)


def _digest(name: str) -> Callable[[bytes], bytes]:
    return lambda value: hashlib.new(name, value, usedforsecurity=False).digest()


def _keyed(name: str) -> Callable[[bytes, bytes], bytes]:
    return lambda value, key: hmac.new(key, value, name).digest()


def _unpacker(form: str, size: int) -> Callable[[bytes], float | int]:
    def unpack(value: bytes) -> float | int:
        if len(value) != size:
            kind = "big endian" if form[-1] in "iq" else "floating-point"
            name = {"f": "32-bit", "d": "64-bit", "i": "32-bit", "q": "64-bit"}[form[-1]]
            text = (
                f"expected {size}-byte input, but got instead: {len(value)}"
                if kind == "big endian"
                else f"Input {name} {kind} value must be exactly {size} bytes long; found {len(value)} bytes"
            )
            raise QueryError(BAD, text)
        found: float | int = struct.unpack(form, value)[0]
        return found

    return unpack


def _from_utf8(value: bytes, replacement: str) -> str:
    if len(replacement) > 1:
        raise QueryError(BAD, "Replacement character string must empty or a single character")
    return value.decode("utf-8", "ignore") if not replacement else _replaced(value, replacement)


def _replaced(value: bytes, replacement: str) -> str:
    pieces: list[str] = []
    at = 0
    while True:
        try:
            return "".join(pieces) + value[at:].decode("utf-8")
        except UnicodeDecodeError as fault:
            pieces.append(value[at : at + fault.start].decode("utf-8"))
            pieces.append(replacement)
            at += fault.end


scalar("to_utf8", "(varchar(x)) -> varbinary", "encode({0})")
scalar(
    "from_utf8",
    "(varbinary) -> varchar",
    python("lab_from_utf8", lambda value: _replaced(value, "\ufffd"), "BLOB", "VARCHAR"),
)
scalar(
    "from_utf8",
    "(varbinary, varchar(x)) -> varchar",
    python("lab_from_utf8_with", _from_utf8, "BLOB; VARCHAR", "VARCHAR"),
)
scalar("to_hex", "(varbinary) -> varchar", "hex({0})")
scalar(
    "from_hex",
    ("(varchar(x)) -> varbinary", "(varbinary) -> varbinary"),
    python("lab_from_hex", _from_hex, "VARCHAR", "BLOB"),
)
scalar("to_base64", "(varbinary) -> varchar", "to_base64({0})")
scalar(
    "from_base64",
    ("(varchar(x)) -> varbinary", "(varbinary) -> varbinary"),
    python("lab_from_base64", _decoder(None, "base64"), "VARCHAR", "BLOB"),
)
scalar("to_base64url", "(varbinary) -> varchar", "translate(to_base64({0}), '+/', '-_')")
scalar(
    "from_base64url",
    ("(varchar(x)) -> varbinary", "(varbinary) -> varbinary"),
    python("lab_from_base64url", _decoder(b"-_", "base64url"), "VARCHAR", "BLOB"),
)
scalar(
    "to_base32",
    "(varbinary) -> varchar",
    python("lab_to_base32", lambda value: base64.b32encode(value).decode(), "BLOB", "VARCHAR"),
)


def _from_base32(value: str) -> bytes:
    try:
        return base64.b32decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 8))
    except ValueError as fault:
        raise QueryError(BAD, f"Invalid input: {value}") from fault


scalar(
    "from_base32",
    ("(varchar(x)) -> varbinary", "(varbinary) -> varbinary"),
    python("lab_from_base32", _from_base32, "VARCHAR", "BLOB"),
)
scalar(
    "substr",
    "(varbinary, bigint) -> varbinary",
    python("lab_bytes_from", lambda value, start: _substr(value, start, len(value)), "BLOB; BIGINT", "BLOB"),
)
scalar(
    "substr",
    "(varbinary, bigint, bigint) -> varbinary",
    python("lab_bytes_between", _substr, "BLOB; BIGINT; BIGINT", "BLOB"),
)
scalar(
    "reverse",
    "(varbinary) -> varbinary",
    python("lab_bytes_reverse", lambda value: value[::-1], "BLOB", "BLOB"),
)
scalar(
    "lpad",
    "(varbinary, bigint, varbinary) -> varbinary",
    python("lab_bytes_lpad", _pad(True), "BLOB; BIGINT; BLOB", "BLOB"),
)
scalar(
    "rpad",
    "(varbinary, bigint, varbinary) -> varbinary",
    python("lab_bytes_rpad", _pad(False), "BLOB; BIGINT; BLOB", "BLOB"),
)
for _name, _type, _form, _kind, _size in (
    ("big_endian_32", "integer", ">i", "INTEGER", 4),
    ("big_endian_64", "bigint", ">q", "BIGINT", 8),
    ("ieee754_32", "real", ">f", "FLOAT", 4),
    ("ieee754_64", "double", ">d", "DOUBLE", 8),
):
    scalar(
        f"to_{_name}",
        f"({_type}) -> varbinary",
        python(f"lab_to_{_name}", _packer(_form), _kind, "BLOB"),
    )
    scalar(
        f"from_{_name}",
        f"(varbinary) -> {_type}",
        python(f"lab_from_{_name}", _unpacker(_form, _size), "BLOB", _kind),
    )
for _name in ("md5", "sha1", "sha256", "sha512"):
    scalar(
        _name,
        "(varbinary) -> varbinary",
        python(
            f"lab_{_name}",
            _digest(_name),
            "BLOB",
            "BLOB",
        ),
    )
    scalar(
        f"hmac_{_name}",
        "(varbinary, varbinary) -> varbinary",
        python(
            f"lab_hmac_{_name}",
            _keyed(_name),
            "BLOB; BLOB",
            "BLOB",
        ),
    )
scalar(
    "crc32", "(varbinary) -> bigint", python("lab_crc32", lambda value: zlib.crc32(value), "BLOB", "BIGINT")
)
scalar(
    "xxhash64",
    "(varbinary) -> varbinary",
    python("lab_xxhash64", lambda value: hashing.xxhash64(value).to_bytes(8, "big"), "BLOB", "BLOB"),
)
scalar("murmur3", "(varbinary) -> varbinary", python("lab_murmur3", hashing.murmur3, "BLOB", "BLOB"))
scalar("uuid", "() -> uuid", "uuid()", deterministic=False)
lacking("spooky_hash_v2_32", "spooky_hash_v2_64", reason="SpookyHash")
