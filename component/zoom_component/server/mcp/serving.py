"""The two ways a client reaches the server: stdio, and streamable HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from zoom_component.server.guard import LOOPBACK, Guard
from zoom_component.server.mcp.server import Zoom, made

__all__ = ["http", "stdio"]

PATH = "/mcp"
MOST_BYTES = 5_000_000
_HOSTS = ("127.0.0.1", "localhost", "[::1]")


async def stdio(zoom: Zoom) -> None:
    """Serves one client on stdin and stdout, until it goes."""
    server = made(zoom)
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())


def http(zoom: Zoom, host: str, port: int, key: str, ready: Callable[[str], None]) -> None:
    """Serves clients over HTTP until interrupted. With a `key`, each has to send it as a bearer token.

    On loopback, a browser's page that was led here under another name is refused.
    """
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}{PATH}")
        config = uvicorn.Config(application(zoom, host, key), log_level="warning", lifespan="on", server_header=False)
        uvicorn.Server(config).run([listening])


def application(zoom: Zoom, host: str, key: str) -> Any:
    """The ASGI application."""
    local = host in LOOPBACK
    names = [f"{name}:*" for name in _HOSTS]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=local,
        allowed_hosts=names,
        allowed_origins=[f"http://{name}" for name in names],
    )
    app = made(zoom).streamable_http_app(streamable_http_path=PATH, host=host, transport_security=security)
    return Guard(app, key, MOST_BYTES)
