"""Serve TLS on loopback with certificates of a private authority, and servers that fail before they answer.

No sandbox: these servers are for tests of what a client reports about the network.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Authority", "answer_in_plain_text", "close_silently", "reset", "serve", "stay_silent"]


@dataclass(frozen=True)
class Authority:
    """Issue certificates. `file` holds the certificate of the authority, in PEM."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    file: Path

    @classmethod
    def create(cls, folder: Path, common_name: str, organization: str = "") -> Authority:
        """Return a new authority that signs itself."""
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
        if organization:
            parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
        name, key = x509.Name(parts), ec.generate_private_key(ec.SECP256R1())
        certificate = _build(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        file = folder / "authority.pem"
        file.write_bytes(certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return cls(name, key, file)

    def issue(self, folder: Path, *hosts: str, days: int = 30) -> ssl.SSLContext:
        """Return the TLS context of a server with a certificate for these hosts; it has expired if `days` is less."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [
            x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts
        ]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        builder = _build(subject, self.name, key, days).add_extension(x509.SubjectAlternativeName(names), False)
        certificate = builder.sign(self.key, hashes.SHA256())
        file = folder / f"server-{len(list(folder.iterdir()))}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _build(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 30
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
    )


def stay_silent(connection: socket.socket) -> None:
    """Read a request and answer nothing until the client goes."""
    while connection.recv(65536):
        pass


def close_silently(connection: socket.socket) -> None:
    """Read a request, which may come in several parts, and close the connection."""
    _read_request(connection)


def reset(connection: socket.socket) -> None:
    """Read a request, which may come in several parts, and reset the connection."""
    _read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer_in_plain_text(connection: socket.socket) -> None:
    """Send the greeting of a mail server."""
    connection.sendall(b"220 mail.example ESMTP ready\r\n\r\n")
    connection.recv(65536)


@contextmanager
def serve(behave: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that treats each connection with `behave`, behind TLS if it has a context."""
    connections: list[socket.socket] = []

    def treat(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if context is None:
                behave(connection)
                return
            with context.wrap_socket(connection, server_side=True) as secured:
                behave(secured)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(connection)
                threading.Thread(target=treat, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            for connection in connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _read_request(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.settimeout(0.1)
    with suppress(TimeoutError):
        while connection.recv(65536):
            pass
