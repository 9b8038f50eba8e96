"""Reserve room on the disk for one row before a refresh token is spent, and write the new row there first.

The file has its full size from the start, so that a disk that fills up meanwhile cannot prevent the write. A row in it
counts until the database has it too.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from zoom_component.client.connections.store import StoreError

__all__ = ["SLOT_BYTES", "TokenSlot"]

SLOT_BYTES = 65_536
_HEADER = struct.Struct(">8sI")
_MAGIC = b"zoomslot"


class TokenSlot:
    """Hold at most one record, in a file of a fixed size."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def reserve(self) -> None:
        """Create the file in its full size, without a record, and return when it is on the disk. Raise StoreError."""
        try:
            self._reserve()
            self.clear()
        except OSError as error:
            raise self._build_error(error) from None

    def _reserve(self) -> None:
        self.file.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if os.fstat(handle).st_size < SLOT_BYTES:
                # Zeros, not a hole: only blocks that were written are there for certain.
                _write_all(handle, bytes(SLOT_BYTES), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        _sync_folder(self.file.parent)

    def write(self, record: bytes) -> None:
        """Write a record, and return when it is on the disk. Raise StoreError."""
        try:
            self._write(record)
        except OSError as error:
            raise self._build_error(error) from None

    def _write(self, record: bytes) -> None:
        if len(record) > SLOT_BYTES - _HEADER.size:
            raise OSError(f"expected a token of less than {SLOT_BYTES:,} bytes")
        handle = os.open(self.file, os.O_RDWR)
        try:
            # In one step, which the end of the process cannot divide. A record that a power failure divides cannot be
            # decrypted, and does not count.
            _write_all(handle, _HEADER.pack(_MAGIC, len(record)) + record, 0)
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self) -> bytes | None:
        """Return the record, None if there is none. Raise OSError."""
        try:
            content = self.file.read_bytes()
        except FileNotFoundError:
            return None
        if len(content) < _HEADER.size:
            return None
        magic, length = _HEADER.unpack_from(content)
        return content[_HEADER.size : _HEADER.size + length] if magic == _MAGIC else None

    def clear(self) -> None:
        """Remove the record; the room stays reserved. Raise OSError."""
        try:
            handle = os.open(self.file, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            _write_all(handle, bytes(_HEADER.size), 0)
        finally:
            os.close(handle)

    def _build_error(self, error: OSError) -> StoreError:
        return StoreError(f"{self.file} cannot be written: {error.strerror or error}")


def _write_all(handle: int, content: bytes, offset: int) -> None:
    """Write all bytes: on a disk that is almost full, one call writes a part of them and raises nothing."""
    while content:
        written = os.pwrite(handle, content, offset)
        content, offset = content[written:], offset + written


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
