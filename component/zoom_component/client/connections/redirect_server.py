"""The small server on this machine that the consent page sends the browser back to: one answer, then it is gone."""

from __future__ import annotations

import html
import os
import queue
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from zoom_component.errors import ComponentError, ConnectionFailed, InputError, Problem

__all__ = ["CALLBACK_PATH", "DEFAULT_PORT", "RedirectServer", "StateMismatch"]

CALLBACK_PATH = "/callback"
DEFAULT_PORT = 8765

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:18vh auto;padding:0 1em">
<h1>{title}</h1><p>{text}</p></body></html>
"""


class StateMismatch(ConnectionFailed):
    """An answer that belongs to another walk, or to none: it is refused, and the right one still waited for."""


class RedirectServer:
    """A context that listens on 127.0.0.1 (`port` 0: any free one) until the browser has come back once.

    `read` turns the query of the answer into the code, or raises what is wrong with it; the browser is shown the same.
    """

    def __init__(self, port: int, parse_callback: Callable[[Mapping[str, str]], str]) -> None:
        self._answers: queue.Queue[str | ComponentError] = queue.Queue(maxsize=1)
        try:
            self._server = _Server(("127.0.0.1", port), _handler(parse_callback, self._answers))
        except (OSError, OverflowError):
            raise InputError(
                [Problem("port", f"port {port} of this machine is taken or not allowed. Use another.")]
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def redirect_uri(self) -> str:
        """What the app has to allow as its redirect address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{CALLBACK_PATH}"

    def __enter__(self) -> RedirectServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for_code(self, timeout: float) -> str:
        """The code. `timeout` is in seconds. Raises ConnectionFailed when it was refused, or nobody came."""
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            raise ConnectionFailed(
                f"Nobody came back from the consent page within {timeout:.0f} seconds. Connect again, and agree in the "
                f"browser; the app's redirect address has to be {self.redirect_uri}.",
                reconnect=True,
            ) from None
        if isinstance(answer, ComponentError):
            raise answer
        return answer


class _Server(ThreadingHTTPServer):
    """Browsers open connections ahead and say nothing on them: those must not hold up the one that counts."""

    daemon_threads = True
    block_on_close = False
    # A port that was just left may be taken again; on Windows the same word would let two listeners share it.
    allow_reuse_address = os.name == "posix"


def _handler(
    read: Callable[[Mapping[str, str]], str], answers: queue.Queue[str | ComponentError]
) -> type[BaseHTTPRequestHandler]:
    class Callback(BaseHTTPRequestHandler):
        timeout = 5.0

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != CALLBACK_PATH:
                self._page(404, "Nothing here", "This address only takes the answer of the consent page.")
                return
            answer: str | ComponentError
            try:
                answer = read(dict(parse_qsl(parts.query, keep_blank_values=True)))
                self._page(
                    200, "Thank you", "Zoom sent its answer. Close this page and go back to where you came from."
                )
            except ComponentError as error:
                answer = error
                self._page(400, "Not connected", error.message)
            if not answers.full() and not isinstance(answer, StateMismatch):
                answers.put(answer)

        def _page(self, status: int, title: str, text: str) -> None:
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
            """Nothing: the line would hold the code."""

    return Callback
