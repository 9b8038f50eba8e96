"""Attach to a failed TLS handshake the certificate that was refused, so that an error can name its issuer.

Python's error reports only that the verification failed. The chain is still known to the connection at that moment; no
second connection is made, and nothing is trusted because of it.
"""

from __future__ import annotations

import ssl
from typing import Any

__all__ = ["record_refused_certificates"]


def record_refused_certificates(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return the context; errors of its handshakes have `peer_certificate`, in the form of `SSLSocket.getpeercert`.

    A context of truststore stays as it is: its own classes of sockets are what verifies certificates.
    """
    if type(context) is ssl.SSLContext and context.sslsocket_class is ssl.SSLSocket:
        context.sslsocket_class = _RecordingSocket
        context.sslobject_class = _RecordingObject
    return context


class _RecordingSocket(ssl.SSLSocket):
    """Add the refused certificate to the error of a blocking handshake."""

    def do_handshake(self, block: bool = False) -> None:
        """Perform the handshake. Raise SSLCertVerificationError with the certificate."""
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            _attach_certificate(error, getattr(self, "_sslobj", None))
            raise


class _RecordingObject(ssl.SSLObject):
    """Add the refused certificate to the error of a handshake of asyncio's."""

    def do_handshake(self) -> None:
        """Perform the handshake. Raise SSLCertVerificationError with the certificate."""
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            _attach_certificate(error, getattr(self, "_sslobj", None))
            raise


def _attach_certificate(error: ssl.SSLCertVerificationError, handshake: Any) -> None:
    """Set `peer_certificate` of an error, where this Python reveals the chain."""
    for name in ("get_unverified_chain", "get_verified_chain"):
        try:
            chain = getattr(handshake, name)() or []
            error.peer_certificate = chain[0].get_info()  # type: ignore[attr-defined]
        except (AttributeError, IndexError, ValueError, ssl.SSLError):
            continue
        return
