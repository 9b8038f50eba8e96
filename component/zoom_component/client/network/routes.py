"""Find the proxy for a URL: in the settings of a connection, or in the environment, which is read here only.

https://everything.curl.dev/usingcurl/proxies/env.html describes the variables.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from zoom_component.client.network.no_proxy import is_excluded, is_loopback_host
from zoom_component.client.network.proxies import Proxy, parse_proxy
from zoom_component.client.network.settings import PROXY_VARIABLE, NetworkSettings
from zoom_component.errors import InputError

__all__ = ["NetworkRoute", "find_proxy", "find_proxy_secrets", "find_route"]

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_VARIABLES = {"http": "http_proxy", "https": "https_proxy", "ws": "http_proxy", "wss": "https_proxy"}
_ANY_SCHEME = "all_proxy"


class NetworkRoute(NamedTuple):
    """Describe how a URL is reached: its proxy, None for none, and the setting that decided it, "" if none did."""

    proxy: Proxy | None
    reason: str = ""


def find_proxy(url: str, settings: NetworkSettings, environ: Mapping[str, str] | None = None) -> Proxy | None:
    """Return the proxy for a URL, None to connect directly. Raise InputError for a proxy that is not valid."""
    return find_route(url, settings, environ).proxy


def find_route(url: str, settings: NetworkSettings, environ: Mapping[str, str] | None = None) -> NetworkRoute:
    """Return the route to a URL. This machine and the hosts of NO_PROXY are always reached directly.

    The settings come first, then ZOOM_COMPONENT_PROXY, the variable of the scheme, and ALL_PROXY. `environ` is the
    environment of the process by default. Raise InputError for a proxy that is not valid.
    """
    variables = os.environ if environ is None else environ
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback_host(host):
        return NetworkRoute(None, "loopback")
    text, origin = _find_setting(parts.scheme, settings, variables)
    if not text:
        return NetworkRoute(None)
    excluded, exclusion_origin = _read_variable("no_proxy", variables)
    if is_excluded(host, parts.port or _DEFAULT_PORTS.get(parts.scheme, 0), excluded):
        return NetworkRoute(None, exclusion_origin)
    return NetworkRoute(parse_proxy(text, origin), origin)


def find_proxy_secrets(settings: NetworkSettings, environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """Return the passwords of every proxy that the settings and the environment name, for redaction."""
    variables = os.environ if environ is None else environ
    names = (PROXY_VARIABLE, *(each for name in (*_VARIABLES.values(), _ANY_SCHEME) for each in (name, name.upper())))
    secrets: set[str] = set()
    for text in (settings.proxy, *(variables.get(name, "") for name in names)):
        if "@" in text:
            try:
                proxy = parse_proxy(text, "proxy")
            except InputError:
                secrets.add(text.rpartition("@")[0].rpartition(":")[2])
            else:
                secrets |= proxy.get_secrets() if proxy else frozenset()
    return frozenset(secrets - {""})


def _find_setting(scheme: str, settings: NetworkSettings, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return the URL of the proxy for a scheme and the name of its setting; "" for none."""
    if settings.proxy.strip():
        return settings.proxy, settings.proxy_origin
    if text := variables.get(PROXY_VARIABLE, "").strip():
        return text, PROXY_VARIABLE
    text, origin = _read_variable(_VARIABLES.get(scheme, _ANY_SCHEME), variables)
    return (text, origin) if text else _read_variable(_ANY_SCHEME, variables)


def _read_variable(name: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return a variable that is not empty, and its name: in lower case, or else in upper case.

    A web server that runs this program by CGI sets HTTP_PROXY to what the client sent as the header Proxy, so it is
    ignored there: https://httpoxy.org/
    """
    if text := variables.get(name, "").strip():
        return text, name
    upper = name.upper()
    if upper == "HTTP_PROXY" and "REQUEST_METHOD" in variables:
        return "", upper
    return variables.get(upper, "").strip(), upper
