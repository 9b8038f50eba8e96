"""Exchanges as they went over a wire, and a transport that keeps them. What is kept knows no Authorization header."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from zoom_component.client.transport.driver import build_send_failure
from zoom_component.client.transport.redact import mask

__all__ = ["RecordedExchange", "RecordingTransport"]

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
# What the component reads of an answer; the rest is noise that changes from day to day.
_RECORDED_HEADERS = ("content-type", "retry-after", "x-ratelimit-type", "x-zm-trackingid")


@dataclass(slots=True)
class RecordedExchange:
    """One request, below the base URL, and its answer. Bodies are JSON values, else text; `base64` for bytes.

    `failed` is "connect", "broken" or "timeout" where no answer came; `seconds` is how long it took. `form`: the body
    was a multipart form, of which only the size is kept.
    """

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    body: Any = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    response_body: Any = None
    is_base64: bool = False
    error: str | None = None
    seconds: float = 0.0
    is_form: bool = False

    @property
    def is_token_request(self) -> bool:
        """Whether a token was asked for, rather than anything of the API."""
        return self.path == TOKEN_PATH

    def group_query(self) -> dict[str, str | list[str]]:
        """The query by name; a list where a name came more than once."""
        found: dict[str, list[str]] = {}
        for name, value in self.query:
            found.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    def describe_request(self) -> str:
        """Method, path and query on a line, secrets masked."""
        pairs = "&".join(f"{name}={value}" for name, value in mask(self.group_query()).items())
        return f"{self.method} {self.path}{'?' if pairs else ''}{pairs}"

    def describe(self) -> list[str]:
        """The exchange for a person, secrets masked: the request, its body, and what came of it."""
        if self.is_token_request and self.status == 200:
            return [f"sent: {self.describe_request()}, and a token came"]
        lines = [f"sent: {self.describe_request()}"]
        if self.body is not None:
            lines.append(f"      {_format_value(mask(self.body))}")
        came = (
            f"no answer ({self.error})"
            if self.error
            else f"{self.status} {_format_value(mask(self.response_body), 300)}"
        )
        return [*lines, f"came: {came.rstrip()}"]

    def as_json(self) -> dict[str, Any]:
        """The exchange as data: `request` and `answer`."""
        request: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.query:
            request["query"] = self.group_query()
        if self.body is not None:
            request["body"] = self.body
        if self.error:
            return {"request": request, "answer": {"failed": self.error}}
        answer: dict[str, Any] = {"status": self.status, "headers": dict(self.headers)}
        if self.response_body is not None:
            answer["body"] = self.response_body
        if self.is_base64:
            answer["base64"] = True
        return {"request": request, "answer": answer}

    @classmethod
    def from_json(cls, data: Any) -> RecordedExchange:
        """The exchange of what `as_json` gave."""
        request, answer = data["request"], data["answer"]
        return cls(
            method=request["method"],
            path=request["path"],
            query=[(name, value) for name, given in request.get("query", {}).items() for value in _to_list(given)],
            body=request.get("body"),
            status=answer.get("status"),
            headers=dict(answer.get("headers", {})),
            response_body=answer.get("body"),
            is_base64=bool(answer.get("base64")),
            error=answer.get("failed"),
        )

    def to_response(self) -> httpx.Response:
        """The answer as the wire gives it. Only for an exchange that has one."""
        assert self.status is not None
        return httpx.Response(self.status, headers=self.headers, content=self._content())

    def _content(self) -> bytes:
        if self.response_body is None:
            return b""
        if self.is_base64:
            return base64.b64decode(self.response_body)
        if isinstance(self.response_body, str) and "json" not in self.headers.get("content-type", ""):
            return self.response_body.encode()
        return json.dumps(self.response_body, ensure_ascii=False, separators=(",", ":")).encode()


class RecordingTransport(httpx.BaseTransport):
    """Passes requests on and keeps each exchange in `exchanges`; paths are kept below `base_url`."""

    def __init__(
        self, inner: httpx.BaseTransport, base_url: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.exchanges: list[RecordedExchange] = []
        self._inner = inner
        self._below = httpx.URL(base_url).raw_path.decode().rstrip("/")
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends, reads the answer whole, and keeps both."""
        exchange = exchange_from_request(request, self._below)
        self.exchanges.append(exchange)
        began = self._clock()
        try:
            response = self._inner.handle_request(request)
            response.read()
        except httpx.HTTPError as error:
            exchange.error = build_send_failure(error).kind
            raise
        finally:
            exchange.seconds = self._clock() - began
        exchange.status = response.status_code
        exchange.headers = {name: response.headers[name] for name in _RECORDED_HEADERS if name in response.headers}
        kind = exchange.headers.get("content-type", "")
        exchange.response_body, exchange.is_base64 = _decode_body(response.content, kind)
        return response

    def close(self) -> None:
        """Closes what is below."""
        self._inner.close()


def exchange_from_request(request: httpx.Request, base_path: str) -> RecordedExchange:
    """The request of an exchange that has no answer yet; `below` is the base URL's path."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    kind = request.headers.get("content-type", "")
    request.read()
    multipart = kind.startswith("multipart/")
    body = f"{len(request.content):,} bytes of a form" if multipart else _decode_body(request.content, kind)[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    return RecordedExchange(request.method, path.removeprefix(base_path), pairs, body, is_form=multipart)


def _decode_body(content: bytes, kind: str) -> tuple[Any, bool]:
    """The JSON value or text of a body, else base64; and whether it is that."""
    if not content:
        return None, False
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode(), True
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(text, keep_blank_values=True)), False
    if "json" not in kind:
        return text, False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return base64.b64encode(content).decode(), True
    return (base64.b64encode(content).decode(), True) if value is None else (value, False)


def _to_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _format_value(value: Any, most: int = 2000) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[: most - 1]}…"
