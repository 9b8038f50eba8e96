"""Read the body of an answer up to a limit, also of one that unpacks to much more than was sent."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

__all__ = ["MAX_BODY_BYTES", "BodyRefused", "DamagedBody", "unpack_body"]

MAX_BODY_BYTES = 64 * 1024 * 1024
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
_PART_BYTES = 65_536


class BodyRefused(Exception):
    """Report a body that is too large, or packed in a way that was not asked for."""


class DamagedBody(BodyRefused):
    """Report a body that cannot be unpacked. Another attempt may bring a whole one."""


def unpack_body(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Return the content of a body in small parts, so that its whole is never in memory at once.

    `encoding` is a Content-Encoding header. Raise BodyRefused for an encoding that was not asked for; the parts raise
    DamagedBody.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(chunks)
    if name not in _WINDOW_BITS:
        raise BodyRefused(f"expected gzip or deflate as Content-Encoding, got {name[:60]!a}")
    return _decompress(chunks, name)


def _decompress(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = zlib.decompressobj(_WINDOW_BITS[encoding])
    is_first = True
    for chunk in _split_chunks(chunks):
        while chunk:
            if decoder.eof:  # the decoder would store everything that follows
                raise DamagedBody(f"expected the end of a body packed with {encoding}, got more bytes")
            try:
                part = decoder.decompress(chunk, _PART_BYTES)
            except zlib.error as error:
                if not (is_first and encoding == "deflate"):
                    raise DamagedBody(f"expected a body packed with {encoding}, got other bytes ({error})") from None
                decoder = zlib.decompressobj(-15)  # some servers send deflate without its header
                is_first = False
                continue
            is_first = False
            yield part
            chunk = decoder.unused_data or decoder.unconsumed_tail
    if not decoder.eof and not is_first:  # nothing at all, as after 204, is an empty body
        raise DamagedBody(f"expected a whole body packed with {encoding}, got a part of one")


def _split_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Return parts of a limited size: what a decoder leaves of a chunk is copied with every part that it unpacks."""
    for chunk in chunks:
        for at in range(0, len(chunk), _PART_BYTES):
            yield chunk if len(chunk) <= _PART_BYTES else chunk[at : at + _PART_BYTES]
