"""Serve the MCP server over stdio and over streamable HTTP."""

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
_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


async def serve_stdio(handlers: McpHandlers) -> None:
    """Serve one client on stdin and stdout until it disconnects."""
    server = build_server(handlers)
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


def serve_http(handlers: McpHandlers, host: str, port: int, api_key: str, on_ready: Callable[[str], None]) -> None:
    """Serve clients over HTTP until interrupted.

    With an `api_key`, each request needs it as a bearer token. `on_ready` is called with the URL. On a loopback
    address, requests under another host name are refused: a browser could be led here by a foreign page.
    """
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        url_host = f"[{host}]" if ":" in host else host
        on_ready(f"http://{url_host}:{listener.getsockname()[1]}{PATH}")
        app = build_app(handlers, host, api_key)
        config = uvicorn.Config(app, log_level="warning", lifespan="on", server_header=False)
        uvicorn.Server(config).run([listener])


def build_app(handlers: McpHandlers, host: str, api_key: str) -> Any:
    """Return the ASGI application."""
    names = [f"{name}:*" for name in _LOCAL_NAMES]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=host in LOOPBACK_HOSTS,
        allowed_hosts=names,
        allowed_origins=[f"http://{name}" for name in names],
    )
    app = build_server(handlers).streamable_http_app(streamable_http_path=PATH, host=host, transport_security=security)
    return Guard(app, api_key, MAX_BODY_BYTES)
