"""Serve the redirect URL on this machine, to which the consent page sends the browser."""

from __future__ import annotations

import html
import os
import queue
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from zoom_component.errors import ComponentError, ConnectionFailed, InputError, Problem

__all__ = ["CALLBACK_PATH", "DEFAULT_PORT", "RedirectServer", "WrongState"]

CALLBACK_PATH = "/callback"
DEFAULT_PORT = 8765

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:18vh auto;padding:0 1em">
<h1>{title}</h1><p>{text}</p></body></html>
"""


class WrongState(ConnectionFailed):
    """Report an answer with another state, or without one: it belongs to another login.

    The server keeps waiting for its own.
    """


class RedirectServer:
    """Listen on 127.0.0.1 until the browser has come back once. Use it as a context manager.

    `port` 0 means any free port. `parse_callback` returns the code in the query of the answer or raises what is wrong
    with it; the browser shows the same message.
    """

    def __init__(self, port: int, parse_callback: Callable[[Mapping[str, str]], str]) -> None:
        self._answers: queue.Queue[str | ComponentError] = queue.Queue(maxsize=1)
        self._refused: list[WrongState] = []
        try:
            self._server = _Server(("127.0.0.1", port), _create_handler(parse_callback, self._answers, self._refused))
        except (OSError, OverflowError):
            raise InputError(
                [Problem("port", f"port {port} of this machine is in use or not allowed. Use another port.")]
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def redirect_uri(self) -> str:
        """Return the address that the app must list as a redirect URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{CALLBACK_PATH}"

    def __enter__(self) -> RedirectServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for_code(self, timeout: float) -> str:
        """Return the code. Raise ConnectionFailed if consent is refused or `timeout` seconds pass."""
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            if self._refused:  # the person did come back, but from another page
                raise ConnectionFailed(self._refused[-1].message, reconnect=True) from None
            raise ConnectionFailed(
                f"The browser did not come back from the consent page within {timeout:.0f} seconds. Connect again and "
                f"allow the app in the browser. The app must list {self.redirect_uri} as a redirect URL.",
                reconnect=True,
            ) from None
        if isinstance(answer, ComponentError):
            raise answer
        return answer


class _Server(ThreadingHTTPServer):
    """Serve each connection in a thread, because browsers also open idle ones."""

    daemon_threads = True
    block_on_close = False
    # On POSIX this allows a port that was just closed; on Windows it would let two programs share one port.
    allow_reuse_address = os.name == "posix"


def _create_handler(
    parse_callback: Callable[[Mapping[str, str]], str],
    answers: queue.Queue[str | ComponentError],
    refused: list[WrongState],
) -> type[BaseHTTPRequestHandler]:
    class Callback(BaseHTTPRequestHandler):
        timeout = 5.0

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != CALLBACK_PATH:
                self._send_page(404, "Not found", "This address only receives the answer of the consent page.")
                return
            answer: str | ComponentError
            try:
                answer = parse_callback(dict(parse_qsl(parts.query, keep_blank_values=True)))
                self._send_page(200, "Thank you", "Zoom sent its answer. Close this page and return to the terminal.")
            except ComponentError as error:
                answer = error
                self._send_page(400, "Not connected", error.message)
            if isinstance(answer, WrongState):
                refused[:] = [answer]
            elif not answers.full():
                answers.put(answer)

        def _send_page(self, status: int, title: str, text: str) -> None:
            page = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(page)))
            self.send_header("cache-control", "no-store")
            self.send_header("referrer-policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: the line would hold the code."""

    return Callback
