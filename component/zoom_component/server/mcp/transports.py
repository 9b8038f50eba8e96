"""The two ways a client reaches the server: stdio, and streamable HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from zoom_component.server.guard import LOOPBACK_HOSTS, Guard
from zoom_component.server.mcp.server import McpHandlers, build_server

__all__ = ["serve_http", "serve_stdio"]

PATH = "/mcp"
MAX_BODY_BYTES = 5_000_000
_HOSTS = ("127.0.0.1", "localhost", "[::1]")


async def serve_stdio(zoom: McpHandlers) -> None:
    """Serves one client on stdin and stdout, until it goes."""
    server = build_server(zoom)
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())


def serve_http(zoom: McpHandlers, host: str, port: int, api_key: str, on_ready: Callable[[str], None]) -> None:
    """Serves clients over HTTP until interrupted. With a `key`, each has to send it as a bearer token.

    On loopback, a browser's page that was led here under another name is refused.
    """
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        shown = f"[{host}]" if ":" in host else host
        on_ready(f"http://{shown}:{listening.getsockname()[1]}{PATH}")
        config = uvicorn.Config(build_app(zoom, host, api_key), log_level="warning", lifespan="on", server_header=False)
        uvicorn.Server(config).run([listening])


def build_app(zoom: McpHandlers, host: str, api_key: str) -> Any:
    """The ASGI application."""
    local = host in LOOPBACK_HOSTS
    names = [f"{name}:*" for name in _HOSTS]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=local,
        allowed_hosts=names,
        allowed_origins=[f"http://{name}" for name in names],
    )
    app = build_server(zoom).streamable_http_app(streamable_http_path=PATH, host=host, transport_security=security)
    return Guard(app, api_key, MAX_BODY_BYTES)
