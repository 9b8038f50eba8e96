"""Find the address of the client of a request that came through proxies. Pure.

Anybody can send a header that names an address. It is believed only from the proxies that the operator names, and only
as far as these wrote it: the last address of the list that is not one of theirs is the client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

__all__ = ["FORWARDED_HEADERS", "TrustedProxies", "parse_networks"]

# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For and https://www.rfc-editor.org/rfc/rfc7239
FORWARDED_HEADERS = ("x-forwarded-for", "forwarded")
_MAX_HEADER_BYTES = 4096
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_NODE = re.compile(r"""(?i)(?:\A|;)\s*for\s*=\s*(?:"([^"]*)"|([^\s;",]+))\s*(?=;|\Z)""")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of addresses and CIDR texts such as 10.0.0.0/8. Raise ValueError for another text."""
    return tuple(ip_network(text.strip()) for text in texts)


class TrustedProxies:
    """Hold the networks of the proxies, and the one header in which they name their clients.

    One header only: a proxy that writes the one passes the other on as the client sent it.
    """

    def __init__(self, networks: Sequence[Network] = (), header: str = FORWARDED_HEADERS[0]) -> None:
        self._networks = tuple(networks)
        self._header = header.encode()

    def find_client(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the address of the client; that of the socket, `peer`, unless a trusted proxy names another one.

        A header that cannot be read is not believed at all.
        """
        if not self._networks or not self._is_trusted(_parse_address(peer)):
            return peer
        values = [value for name, value in headers if name.lower() == self._header]
        if not values or sum(map(len, values)) > _MAX_HEADER_BYTES:
            return peer
        client = _parse_address(peer)
        for hop in reversed(b",".join(values).decode("latin-1").split(",")):
            client = _parse_address(_read_node(hop) if self._header == b"forwarded" else hop)
            if client is None:
                return peer
            if not self._is_trusted(client):
                break
        return str(client)

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(
            address.version == network.version and address in network for network in self._networks
        )


def _read_node(element: str) -> str:
    """Return the node of an element of `Forwarded`, such as `for="[2001:db8::1]:4711";proto=https`."""
    match = _NODE.search(element)
    return "" if match is None else match[2] if match[1] is None else match[1]


def _parse_address(text: str) -> Address | None:
    """Return an address, which may have brackets and a port. None for a name, a zone and anything else."""
    text = text.strip()
    if match := _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text):
        text = match[1]
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
