"""Give http.client a socket whose whole exchange has one deadline. A timeout of a socket limits each read only."""

from __future__ import annotations

import io
import time
from typing import Any

__all__ = ["DeadlineSocket"]

_PART_BYTES = 65_536


class DeadlineSocket:
    """Offer what http.client needs of a socket. Raise TimeoutError after `deadline`, a monotonic time."""

    def __init__(self, sock: Any, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all bytes."""
        view = memoryview(data)
        while view:
            self._sock.settimeout(self.get_remaining())
            self._sock.sendall(view[:_PART_BYTES])
            view = view[_PART_BYTES:]

    def makefile(self, mode: str, *args: Any, **options: Any) -> io.BufferedReader:
        """Return a file that reads."""
        return io.BufferedReader(_Reader(self))

    def read_into(self, buffer: Any) -> int:
        """Read what has arrived into a buffer. Return how many bytes that were; 0 at the end."""
        self._sock.settimeout(self.get_remaining())
        return int(self._sock.recv_into(buffer))

    def get_remaining(self) -> float:
        """Return the seconds until the deadline. Raise TimeoutError if it has passed."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        return remaining

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, sock: DeadlineSocket) -> None:
        self._deadline_socket = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._deadline_socket.read_into(buffer)
