"""Negotiate with a SOCKS 5 proxy, without I/O: https://www.rfc-editor.org/rfc/rfc1928

httpx has a SOCKS proxy too, but it waits without a limit, and expects each answer of a proxy in one piece.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias

from socksio.exceptions import SOCKSError
from socksio.socks5 import (
    SOCKS5AuthMethod,
    SOCKS5AuthMethodsRequest,
    SOCKS5AuthReply,
    SOCKS5Command,
    SOCKS5CommandRequest,
    SOCKS5ReplyCode,
    SOCKS5UsernamePasswordReply,
    SOCKS5UsernamePasswordRequest,
)

from zoom_component.client.network.proxies import Proxy

__all__ = ["Negotiation", "SocksError", "negotiate"]

Negotiation: TypeAlias = Generator[tuple[bytes, int], bytes, None]
_ADDRESS_LENGTHS = {1: 4, 4: 16}  # of IPv4 and IPv6, by the type of the address
_REASONS = {
    SOCKS5ReplyCode.CONNECTION_NOT_ALLOWED_BY_RULESET: "its rules do not allow this host",
    SOCKS5ReplyCode.NETWORK_UNREACHABLE: "the network of the host is unreachable",
    SOCKS5ReplyCode.HOST_UNREACHABLE: "the host is unreachable, or its name is not known",
    SOCKS5ReplyCode.CONNECTION_REFUSED: "the host refused the connection",
    SOCKS5ReplyCode.TTL_EXPIRED: "the host did not answer in time",
}


class SocksError(Exception):
    """Report that a SOCKS proxy did not connect. The message has the reason, and no secret."""


def negotiate(proxy: Proxy, host: str, port: int) -> Negotiation:
    """Ask a proxy to connect to a host, whose name it resolves itself.

    Yield the bytes to send (maybe none) and how many bytes to receive next; the caller sends in exactly those. Raise
    SocksError if the proxy does not connect.
    """
    try:
        yield from _authenticate(proxy)
        request = SOCKS5CommandRequest.from_address(SOCKS5Command.CONNECT, (host, port))
        head = yield request.dumps(), 4  # version, code, reserved, type of the address
        if head[:1] != b"\x05":
            raise SocksError("it does not speak SOCKS 5")
        if (code := SOCKS5ReplyCode(head[1:2])) != SOCKS5ReplyCode.SUCCEEDED:
            raise SocksError(_REASONS.get(code, f"it reported a failure (code {head[1]})"))
        length = _ADDRESS_LENGTHS.get(head[3]) or (yield b"", 1)[0]
        yield b"", length + 2  # the address that the proxy connects from, and the port
    except (SOCKSError, ValueError):
        raise SocksError("it does not speak SOCKS 5") from None


def _authenticate(proxy: Proxy) -> Negotiation:
    method = SOCKS5AuthMethod.USERNAME_PASSWORD if proxy.has_credentials else SOCKS5AuthMethod.NO_AUTH_REQUIRED
    reply = SOCKS5AuthReply.loads((yield SOCKS5AuthMethodsRequest([method]).dumps(), 2))
    if reply.method != method:
        if proxy.has_credentials:
            raise SocksError("it does not accept a user and a password")
        raise SocksError("it requires a user and a password")
    if proxy.has_credentials:
        request = SOCKS5UsernamePasswordRequest(proxy.user.encode(), proxy.password.encode())
        if not SOCKS5UsernamePasswordReply.loads((yield request.dumps(), 2)).success:
            raise SocksError("it rejected the user or the password")
