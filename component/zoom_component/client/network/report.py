"""Check network settings before they are stored, and describe the routes that are in use, without passwords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from zoom_component.client.network.authorities import create_tls_context, read_authorities
from zoom_component.client.network.proxies import parse_proxy
from zoom_component.client.network.routes import find_route
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError

__all__ = ["NetworkReport", "check_settings", "describe_network"]


class NetworkReport(NamedTuple):
    """Describe how hosts are reached: `routes` by host, the certificate authorities, and problems of the settings."""

    routes: Mapping[str, str]
    authorities: str
    problems: tuple[str, ...] = ()


def check_settings(settings: NetworkSettings) -> NetworkSettings:
    """Return the settings with an absolute path. Raise InputError for those that are not valid."""
    if settings.proxy:
        parse_proxy(settings.proxy, settings.proxy_origin)
    if settings.ca_file:
        create_tls_context(read_authorities(settings, {}))
        return replace(settings, ca_file=str(Path(settings.ca_file).expanduser().absolute()))
    return settings


def describe_network(
    urls: Iterable[str], settings: NetworkSettings, environ: Mapping[str, str] | None = None
) -> NetworkReport:
    """Return how the hosts of these URLs are reached. Nothing is sent."""
    routes: dict[str, str] = {}
    problems: list[str] = []
    for url in urls:
        host = urlsplit(url).hostname or url
        try:
            routes[host] = _describe_route(url, settings, environ)
        except InputError as error:
            routes[host] = "unknown"
            problems += _list_problems(error)
    authorities = read_authorities(settings, environ)
    try:
        create_tls_context(authorities)
    except InputError as error:
        problems += _list_problems(error)
    return NetworkReport(routes, authorities.describe(), tuple(dict.fromkeys(problems)))


def _describe_route(url: str, settings: NetworkSettings, environ: Mapping[str, str] | None) -> str:
    proxy, reason = find_route(url, settings, environ)
    if proxy is not None:
        return f"through the proxy {proxy.label} ({reason})"
    return f"directly ({reason})" if reason else "directly"


def _list_problems(error: InputError) -> list[str]:
    return [f"{problem.input}: {problem.message}" for problem in error.problems]
