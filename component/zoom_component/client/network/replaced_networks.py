"""Find out whether a test tool has replaced the code of httpx or httpcore that sends.

respx replaces methods of httpcore, pytest-httpx those of httpx. A call must go to them then, and not to the
network. A library that nobody has imported is not replaced, and is not imported here.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__all__ = ["HTTPCORE", "HTTPX", "find_replaced", "find_replaced_async"]

HTTPCORE, HTTPX = "httpcore", "httpx"


def find_replaced() -> str:
    """Return the library whose synchronous code is replaced; "" for none."""
    modules = sys.modules
    core, httpx = modules.get("httpcore._sync.connection_pool"), modules.get("httpx._transports.default")
    if core is not None and _is_foreign(core, core.ConnectionPool.handle_request):
        return HTTPCORE
    return HTTPX if httpx is not None and _is_foreign(httpx, httpx.HTTPTransport.handle_request) else ""


def find_replaced_async() -> str:
    """Return the library whose asynchronous code is replaced; "" for none."""
    modules = sys.modules
    core, httpx = modules.get("httpcore._async.connection_pool"), modules.get("httpx._transports.default")
    if core is not None and _is_foreign(core, core.AsyncConnectionPool.handle_async_request):
        return HTTPCORE
    return HTTPX if httpx is not None and _is_foreign(httpx, httpx.AsyncHTTPTransport.handle_async_request) else ""


def _is_foreign(module: ModuleType, method: Any) -> bool:
    """Return whether a method was defined in another file than its module."""
    code = getattr(method, "__code__", None)
    return code is None or code.co_filename != module.__file__
