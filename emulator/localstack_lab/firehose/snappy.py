"""Snappy in the block format, in the frames that Hadoop reads and in those that snappy-java reads.

https://github.com/google/snappy/blob/main/format_description.txt says what a block is. A frame of Hadoop's is
the length of its data, then the length of the compressed block, both in four bytes with the highest first,
then it. snappy-java writes a header, then for each block its length and it:
https://github.com/xerial/snappy-java/blob/master/src/main/java/org/xerial/snappy/SnappyCodec.java
The compressor is a plain greedy one: it finds repetitions of four bytes and more within a block.
"""

BLOCK_BYTES = 64 * 1024
JAVA_BLOCK_BYTES = 32 * 1024
_JAVA_HEADER = b"\x82SNAPPY\x00" + (1).to_bytes(4, "big") * 2  # magic, version, the oldest compatible version
_LONGEST_COPY = 64
_SHORTEST_COPY = 4


def hadoop(data: bytes) -> bytes:
    """Data as ``org.apache.hadoop.io.compress.SnappyCodec`` writes it."""
    out = bytearray()
    for start in range(0, len(data), BLOCK_BYTES):
        block = data[start : start + BLOCK_BYTES]
        body = compress(block)
        out += len(block).to_bytes(4, "big") + len(body).to_bytes(4, "big") + body
    return bytes(out)


def java(data: bytes) -> bytes:
    """Data as ``org.xerial.snappy.SnappyOutputStream`` writes it, which is what Firehose calls Snappy."""
    out = bytearray(_JAVA_HEADER)
    for start in range(0, len(data), JAVA_BLOCK_BYTES):
        body = compress(data[start : start + JAVA_BLOCK_BYTES])
        out += len(body).to_bytes(4, "big") + body
    return bytes(out)


def compress(block: bytes) -> bytes:
    """One block of at most 64 KiB, so that every distance fits into two bytes."""
    if len(block) > BLOCK_BYTES:
        raise ValueError(f"A block has at most {BLOCK_BYTES} bytes, not {len(block)}.")
    out = bytearray(_varint(len(block)))
    seen: dict[bytes, int] = {}
    position = literal = 0
    last = len(block) - _SHORTEST_COPY
    while position <= last:
        quad = block[position : position + _SHORTEST_COPY]
        candidate = seen.get(quad)
        seen[quad] = position
        if candidate is None:
            position += 1
            continue
        length = _common(block, candidate, position)
        _literal(out, block[literal:position])
        _copies(out, position - candidate, length)
        position += length
        literal = position
    _literal(out, block[literal:])
    return bytes(out)


def _common(block: bytes, one: int, other: int) -> int:
    """How many bytes from two positions on are the same; at least four are."""
    length, left = _SHORTEST_COPY, len(block) - other
    while length < left and block[one + length] == block[other + length]:
        length += 1
    return length


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _literal(out: bytearray, data: bytes) -> None:
    if not data:
        return
    length = len(data) - 1
    if length < 60:
        out.append(length << 2)
    else:
        width = 1 if length < 0x100 else 2
        out.append((59 + width) << 2)
        out += length.to_bytes(width, "little")
    out += data


def _copies(out: bytearray, distance: int, length: int) -> None:
    """Copies with a distance of two bytes: tag, distance."""
    while length:
        step = min(length, _LONGEST_COPY)
        out.append((step - 1) << 2 | 2)
        out += distance.to_bytes(2, "little")
        length -= step
