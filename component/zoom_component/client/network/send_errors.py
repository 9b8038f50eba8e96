"""Name what can go wrong while a request is sent and its answer is read, in one way for every library that sends.

The classes have the names of httpx's, by which `request.network_failures` explains them.
"""

from __future__ import annotations

__all__ = [
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyRefused",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "SendError",
    "UnsupportedProtocol",
    "WriteError",
    "WriteTimeout",
    "convert_error",
]


class SendError(Exception):
    """Report that no complete answer arrived. `is_timeout`: the time ran out; `is_unsent`: nothing was sent."""

    is_timeout = False
    is_unsent = False


class ConnectError(SendError):
    """Report that no connection could be made."""

    is_unsent = True


class ConnectTimeout(SendError):
    """Report that no connection was made in time."""

    is_timeout = is_unsent = True


class PoolTimeout(SendError):
    """Report that all connections were in use until the time ran out."""

    is_timeout = is_unsent = True


class ProxyRefused(SendError):
    """Report that a proxy was reached, and did not connect."""

    is_unsent = True


class UnsupportedProtocol(SendError):
    """Report a URL of a scheme that cannot be sent."""

    is_unsent = True


class WriteError(SendError):
    """Report that the connection broke while the request was sent."""


class WriteTimeout(SendError):
    """Report that the request was not taken in time."""

    is_timeout = True


class ReadError(SendError):
    """Report that the connection broke before the answer was complete."""


class ReadTimeout(SendError):
    """Report that the answer was not complete in time."""

    is_timeout = True


class RemoteProtocolError(SendError):
    """Report an answer that is not HTTP, or that ends too early."""


_CLASSES: dict[str, type[SendError]] = {each.__name__: each for each in SendError.__subclasses__()} | {
    "ProxyError": ProxyRefused
}


def convert_error(error: Exception) -> SendError | None:
    """Return the error of this module for one of httpx or httpcore; None for any other exception."""
    names = [cls.__name__ for cls in type(error).__mro__ if cls.__module__.partition(".")[0] in ("httpx", "httpcore")]
    for name in names:
        if (kind := _CLASSES.get(name)) is not None:
            return kind(str(error))
    # What is left breaks the exchange: a body that cannot be decoded, too many redirects, a request that is not valid.
    return SendError(str(error)) if names else None
