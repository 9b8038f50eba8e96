"""Serve the MCP server over stdio and over streamable HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from zoom_component.client_address import TrustedProxies
from zoom_component.server.access import LOOPBACK_HOSTS, Access
from zoom_component.server.guard import Guard, GuardLimits, check_json
from zoom_component.server.mcp.server import McpHandlers, build_server

__all__ = ["PATH", "build_app", "serve_stdio"]

PATH = "/mcp"
SESSION_IDLE_TIMEOUT = 900.0  # seconds without a request or an open stream after which a session ends
MAX_SESSIONS = 200


async def serve_stdio(handlers: McpHandlers) -> None:
    """Serve one client on stdin and stdout until it disconnects."""
    server = build_server(handlers)
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


def build_app(handlers: McpHandlers, host: str, access: Access, proxies: TrustedProxies | None = None) -> Any:
    """Return the ASGI application. On a loopback address, requests under another host name are refused."""
    # The guard checks the names, with an error in JSON; the SDK would do it once more.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    access = replace(access, is_local=access.is_local or host in LOOPBACK_HOSTS)
    app = build_server(handlers).streamable_http_app(
        streamable_http_path=PATH,
        host=host,
        transport_security=security,
        max_request_body_size=GuardLimits.max_body_bytes,
        session_idle_timeout=SESSION_IDLE_TIMEOUT,
        max_sessions=MAX_SESSIONS,
    )
    return Guard(app, access, check_body=check_json, proxies=proxies)
