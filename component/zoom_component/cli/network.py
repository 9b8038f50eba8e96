"""Read the options of the network, hide the passwords of proxies, and describe how hosts are reached."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from zoom_component.cli.console import Console
from zoom_component.client.connections.connection import DEFAULT_BASE_URL
from zoom_component.client.connections.urls import get_oauth_pages, parse_base_url
from zoom_component.client.network.report import NetworkReport, describe_network
from zoom_component.client.network.routes import find_proxy_secrets
from zoom_component.client.network.settings import DIRECT, NetworkSettings
from zoom_component.errors import ComponentError

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection

__all__ = ["add_proxy_secrets", "check_network", "read_network_options"]


def read_network_options(args: Namespace, console: Console) -> NetworkSettings:
    """Return the settings of `--proxy` and `--ca-file`, and mask the password of a proxy. An empty proxy is none."""
    proxy = args.proxy if args.proxy is None or args.proxy.strip() else DIRECT
    settings = NetworkSettings(proxy or "", args.ca_file or "", "--proxy", "--ca-file")
    add_proxy_secrets(console, settings)
    return settings


def add_proxy_secrets(console: Console, settings: NetworkSettings | None) -> None:
    """Mask the passwords of every proxy in all output."""
    secrets = find_proxy_secrets(settings or NetworkSettings())
    if secrets:
        console.add_secrets(lambda: secrets)


def check_network(args: Namespace, connection: Connection | None, console: Console) -> NetworkReport:
    """Return how the API and the token endpoint of a connection are reached, or those of the options without one."""
    if connection is not None:
        base_url = connection.base_url
        settings = getattr(connection, "network", None) or NetworkSettings()
    else:
        settings = read_network_options(args, console)
        base_url = _read_base_url(args)
    return describe_network((base_url, get_oauth_pages(base_url).token_url), settings)


def _read_base_url(args: Namespace) -> str:
    try:
        return parse_base_url(args.base_url or os.environ.get("ZOOM_BASE_URL", ""))
    except ComponentError:  # reported where the address is used
        return DEFAULT_BASE_URL
