"""Parse the URL of a proxy. Pure. No message repeats the URL, because it may hold a password."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit

from zoom_component.client.network.settings import DIRECT
from zoom_component.errors import InputError, Problem

__all__ = ["Proxy", "ProxyScheme", "parse_proxy", "redact_proxy"]

ProxyScheme = Literal["http", "https", "socks5"]

# Desktops such as GNOME write socks:// for SOCKS 5. A name is always resolved by the proxy, so socks5 means socks5h.
_SCHEMES: dict[str, ProxyScheme] = {
    "http": "http",
    "https": "https",
    "socks": "socks5",
    "socks5": "socks5",
    "socks5h": "socks5",
}
_DEFAULT_PORTS: dict[ProxyScheme, int] = {"http": 80, "https": 443, "socks5": 1080}
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%A-Za-z0-9]*")
_EXAMPLE = "a URL such as http://proxy.example.com:8080"
_MAX_SOCKS_BYTES = 255  # of a name and of a password: https://www.rfc-editor.org/rfc/rfc1929
_MASK = "[redacted]"


@dataclass(frozen=True, slots=True)
class Proxy:
    """Hold the address of a proxy, its credentials, and the name of the setting that it comes from."""

    scheme: ProxyScheme
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    origin: str = "proxy"

    @property
    def has_credentials(self) -> bool:
        """Return whether the proxy gets a name or a password."""
        return bool(self.user or self.password)

    @property
    def address(self) -> str:
        """Return the URL without credentials."""
        return f"{self.scheme}://{self.authority}"

    @property
    def label(self) -> str:
        """Return the URL for people, with the credentials masked."""
        return f"{self.scheme}://{_MASK}@{self.authority}" if self.has_credentials else self.address

    @property
    def url(self) -> str:
        """Return the URL with its credentials. Never show or log it."""
        if not self.has_credentials:
            return self.address
        return f"{self.scheme}://{quote(self.user, safe='')}:{quote(self.password, safe='')}@{self.authority}"

    @property
    def authorization(self) -> str:
        """Return the value of the Proxy-Authorization header, "" without credentials."""
        if not self.has_credentials:
            return ""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")

    def get_secrets(self) -> frozenset[str]:
        """Return what must not be printed or logged: the password, plain, escaped and as a header."""
        if not self.has_credentials:
            return frozenset()
        secret = self.password or self.user  # some proxies take a token as the name
        return frozenset({secret, quote(secret, safe=""), self.authorization.partition(" ")[2]})

    @property
    def authority(self) -> str:
        """Return the host and the port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_proxy(text: str, origin: str) -> Proxy | None:
    """Return the proxy of a URL, None for "none". A URL without a scheme is one of an HTTP proxy, as in curl.

    `origin` is the name of the setting. Raise InputError, which names it, for a URL that is not one of a proxy.
    """
    text = text.strip()
    if text.lower() == DIRECT:
        return None
    parts = _split_url(text if "://" in text else f"http://{text.removeprefix('//')}", origin)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None:
        raise _build_error(origin, f'expected http, https or socks5 as the scheme of a proxy, got "{parts.scheme}"')
    host = _parse_host(parts, origin)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        message = f"expected {_EXAMPLE} without a path. A PAC file is not supported: name the proxy itself"
        raise _build_error(origin, message)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    user, password = unquote(user), unquote(password)
    if scheme == "socks5" and max(len(user.encode()), len(password.encode())) > _MAX_SOCKS_BYTES:
        message = f"expected at most {_MAX_SOCKS_BYTES} bytes for a SOCKS user and password, got more"
        raise _build_error(origin, message)
    return Proxy(scheme, host, parts.port or _DEFAULT_PORTS[scheme], user, password, origin)


def redact_proxy(text: str) -> str:
    """Return the URL of a proxy for people, with its credentials masked. It may be one that is not valid."""
    try:
        proxy = parse_proxy(text, "proxy") if text else None
    except InputError:
        return "not valid"
    return text and (DIRECT if proxy is None else proxy.label)


def _split_url(text: str, origin: str) -> SplitResult:
    """Return the parts of a URL whose port is valid."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        message = (
            f"expected {_EXAMPLE} with a port from 1 to 65535. Percent-encode the characters : / ? # and @ in the user "
            "and the password"
        )
        raise _build_error(origin, message) from None
    if port == 0:
        raise _build_error(origin, f"expected {_EXAMPLE} with a port from 1 to 65535, got 0")
    return parts


def _parse_host(parts: SplitResult, origin: str) -> str:
    host = parts.hostname or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = ""
    if not _HOST.fullmatch(host):
        raise _build_error(origin, f"expected {_EXAMPLE}, got a value without a valid host name")
    return host


def _build_error(origin: str, message: str) -> InputError:
    return InputError([Problem(origin, f"{message}.")])
