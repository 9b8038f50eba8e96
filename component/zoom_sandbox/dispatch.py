"""Answer any request: the admin API at its own paths, Zoom's API everywhere else."""

from __future__ import annotations

from zoom_sandbox import admin
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.messages import Request, Response


def respond(engine: SandboxEngine, request: Request) -> Response:
    """Return the response to one request. Never raises for anything that a client sends."""
    if admin.is_admin_path(request.path):
        return admin.respond(engine, request)
    return engine.respond(request)
