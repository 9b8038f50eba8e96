"""Build a Zoom that is reached by name over TLS and through a proxy only, as from the network of a company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from tests.support.proxies import HttpProxy, SocksProxy
from tests.support.tls_zoom import Authority, TlsServer
from zoom_sandbox import Sandbox

__all__ = ["HOST", "KINDS", "NetworkWorld", "open_network_world"]

HOST = "api.zoom.test"
WEBSOCKET_HOST = "ws.zoom.us"  # a token goes to Zoom's own hosts only
KINDS = ("http", "http with credentials", "https", "https with credentials", "socks5", "socks5 with credentials")
CREDENTIALS = ("anna@example.com", "p@ss:w/rd%ü")


class NetworkWorld(NamedTuple):
    """Hold a sandbox at `base_url`, the proxy that leads there with its URL, and the authority that signed both.

    `hosts` are the names that the proxy knows, and the ports behind them.
    """

    zoom: Sandbox
    base_url: str
    proxy: Any
    proxy_url: str
    authority: Authority
    hosts: dict[str, int]

    @property
    def credentials(self) -> dict[str, str]:
        """Return the credentials of the sandbox's Server-to-Server app."""
        zoom = self.zoom
        return {"client_id": zoom.client_id, "client_secret": zoom.client_secret, "account_id": zoom.account_id}

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables that lead to Zoom."""
        return {"HTTPS_PROXY": self.proxy_url, "SSL_CERT_FILE": str(self.authority.file)}

    def assert_nothing_leaked(self) -> None:
        """Fail unless the proxy was used, for named hosts only, and saw neither a token nor a secret."""
        assert self.proxy.targets
        assert {host for host, _ in self.proxy.targets} <= set(self.hosts)
        secrets = [self.zoom.client_secret, "Bearer", "access_token", "/oauth/token", "x-zm-signature"]
        assert not [secret for secret in secrets if secret.lower().encode() in self.proxy.seen.lower()]


@contextmanager
def open_network_world(folder: Path, kind: str) -> Iterator[NetworkWorld]:
    """Run a sandbox behind TLS, and a proxy of one of the KINDS."""
    scheme, _, rest = kind.partition(" ")
    credentials = CREDENTIALS if rest else None
    with ExitStack() as stack:
        zoom = stack.enter_context(Sandbox())
        authority = Authority(folder / "authority")
        context = authority.create_context(HOST, WEBSOCKET_HOST, "crm.test")
        server = stack.enter_context(TlsServer(context, urlsplit(zoom.url).port or 0))
        hosts = {HOST: server.port, WEBSOCKET_HOST: server.port}
        if scheme == "socks5":
            proxy: Any = SocksProxy(hosts, credentials)
        else:
            # The proxy is reached by its address, so its certificate names that.
            proxy = HttpProxy(hosts, credentials, authority.create_context("127.0.0.1") if scheme == "https" else None)
        stack.enter_context(proxy)
        user = ":".join(quote(each, safe="") for each in CREDENTIALS) + "@" if credentials else ""
        url = f"{scheme}://{user}127.0.0.1:{proxy.port}"
        yield NetworkWorld(zoom, f"https://{HOST}/v2", proxy, url, authority, hosts)
