"""Limit a whole exchange in time, on sockets.

The timeout of a socket is for each read, and a server that drips a byte at a time meets it for ever.
"""

from __future__ import annotations

import io
import socket
import time
from typing import Any

__all__ = ["Deadline", "DeadlineSocket", "connect_before", "get_remaining"]


class Deadline(float):
    """Hold a timeout in seconds, and the time of the monotonic clock when the whole exchange has to end."""

    end: float

    @classmethod
    def start(cls, seconds: float) -> Deadline:
        """Return a deadline that begins now."""
        deadline = cls(seconds)
        deadline.end = time.monotonic() + seconds
        return deadline


class DeadlineSocket:
    """Offer what http.client needs of a socket; all of its waits together end at `deadline`, of the monotonic clock."""

    def __init__(self, connection: Any, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, content: Any) -> None:
        """Send everything. Raise TimeoutError at the deadline."""
        self._connection.settimeout(get_remaining(self._deadline))
        self._connection.sendall(content)

    def recv(self, length: int) -> bytes:
        """Read some bytes. Raise TimeoutError at the deadline."""
        self._connection.settimeout(get_remaining(self._deadline))
        content: bytes = self._connection.recv(length)
        return content

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader. The connection stays open until it is closed too."""
        raw = self._connection.makefile(mode, buffering=0)
        return io.BufferedReader(_DeadlineReader(self._connection, raw, self._deadline))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, connection: Any, raw: io.RawIOBase, deadline: float) -> None:
        self._connection = connection
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(get_remaining(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def connect_before(deadline: float, host: str, port: int) -> socket.socket:
    """Return a connection to the first address of a host that answers before the deadline. Raise OSError.

    The system's resolver has time limits of its own, which a program cannot shorten.
    """
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        remaining = get_remaining(deadline)
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(remaining)
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure or OSError("the name has no address")


def get_remaining(deadline: float) -> float:
    """Return the seconds until a deadline. Raise TimeoutError if it has passed."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("timed out")
    return remaining
