"""Hashes that Python's library does not have.

https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (MurmurHash3_x64_128)
"""

import struct

_MASK = 2**64 - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotate(value: int, places: int) -> int:
    return ((value << places) | (value >> (64 - places))) & _MASK


def _round(state: int, lane: int) -> int:
    return _rotate((state + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxhash64(data: bytes, seed: int = 0) -> int:
    """The 64-bit xxHash of bytes, as an unsigned number."""
    at, size = 0, len(data)
    if size >= 32:
        lanes = [seed + _P1 + _P2, seed + _P2, seed, seed - _P1]
        lanes = [lane & _MASK for lane in lanes]
        while at + 32 <= size:
            words = struct.unpack_from("<4Q", data, at)
            lanes = [_round(lane, word) for lane, word in zip(lanes, words, strict=True)]
            at += 32
        found = sum(_rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for lane in lanes:
            found = ((found ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        found = (seed + _P5) & _MASK
    found = (found + size) & _MASK
    while at + 8 <= size:
        found ^= _round(0, struct.unpack_from("<Q", data, at)[0])
        found = (_rotate(found, 27) * _P1 + _P4) & _MASK
        at += 8
    if at + 4 <= size:
        found ^= struct.unpack_from("<I", data, at)[0] * _P1 & _MASK
        found = (_rotate(found, 23) * _P2 + _P3) & _MASK
        at += 4
    for byte in data[at:]:
        found = _rotate(found ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    found = (found ^ (found >> 33)) * _P2 & _MASK
    found = (found ^ (found >> 29)) * _P3 & _MASK
    return found ^ (found >> 32)


_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


def _mixed(value: int) -> int:
    value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & _MASK
    value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & _MASK
    return value ^ (value >> 33)


def murmur3(data: bytes) -> bytes:
    """The 128-bit MurmurHash3 (x64) of bytes with seed 0, both halves little-endian."""
    one = other = 0
    whole = len(data) // 16 * 16
    for at in range(0, whole, 16):
        a, b = struct.unpack_from("<2Q", data, at)
        one ^= _rotate(a * _C1 & _MASK, 31) * _C2 & _MASK
        one = ((_rotate(one, 27) + other) * 5 + 0x52DCE729) & _MASK
        other ^= _rotate(b * _C2 & _MASK, 33) * _C1 & _MASK
        other = ((_rotate(other, 31) + one) * 5 + 0x38495AB5) & _MASK
    rest = data[whole:]
    if len(rest) > 8:
        b = int.from_bytes(rest[8:], "little")
        other ^= _rotate(b * _C2 & _MASK, 33) * _C1 & _MASK
    if rest:
        a = int.from_bytes(rest[:8], "little")
        one ^= _rotate(a * _C1 & _MASK, 31) * _C2 & _MASK
    one ^= len(data)
    other ^= len(data)
    one = (one + other) & _MASK
    other = (other + one) & _MASK
    one, other = _mixed(one), _mixed(other)
    one = (one + other) & _MASK
    other = (other + one) & _MASK
    return struct.pack("<2Q", one, other)
