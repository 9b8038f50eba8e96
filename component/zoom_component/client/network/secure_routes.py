"""Find the proxy and the TLS context for URLs that get a token."""

from __future__ import annotations

import ssl

from zoom_component.client.network.authorities import create_tls_context, read_authorities
from zoom_component.client.network.proxies import Proxy
from zoom_component.client.network.routes import find_route
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError, Problem

__all__ = ["find_secure_route"]


def find_secure_route(url: str, settings: NetworkSettings) -> tuple[Proxy | None, ssl.SSLContext | None]:
    """Return the proxy for a URL that gets a token, and the TLS context; None for no proxy, and for plain http://.

    Raise InputError for invalid settings, and for an http:// URL that would be sent through a proxy.
    """
    proxy, origin = find_route(url, settings)
    if url[:6].lower() == "https:":
        return proxy, create_tls_context(read_authorities(settings))
    if proxy is not None:
        message = (
            "expected an https:// URL, got http:// with a proxy, which would see the access token. Use https://, add "
            f"the host to NO_PROXY, or connect without the proxy of {origin}."
        )
        raise InputError([Problem("base_url", message)])
    return None, None
