"""Record the requests and responses of a transport, without Authorization headers."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from zoom_component.bounded_json import load_bounded_json
from zoom_component.client.network.send_errors import SendError, convert_error
from zoom_component.client.transport.send_failures import get_failure_kind
from zoom_component.json_output import to_json
from zoom_component.redaction.headers import list_header_secrets
from zoom_component.redaction.redactor import mask

__all__ = ["RecordedExchange", "RecordingTransport"]

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
# The headers that the component reads; others change from day to day.
_RECORDED_HEADERS = ("content-type", "retry-after", "x-ratelimit-type", "x-zm-trackingid")


@dataclass(slots=True)
class RecordedExchange:
    """Hold one request, with its path below the base URL, and its response.

    Bodies are JSON values, else text, else base64 (`is_base64`). `error` is "connect", "broken" or "timeout" if there
    was no response. `seconds` is the duration. `is_form`: the body was a multipart form; only its size is recorded.
    `secrets` are those of the request's headers, which are not recorded.
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
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_token_request(self) -> bool:
        """Return whether this is a request for a token."""
        return self.path == TOKEN_PATH

    def group_query(self) -> dict[str, str | list[str]]:
        """Return the query as a mapping; a name that occurs several times has a list."""
        values_by_name: dict[str, list[str]] = {}
        for name, value in self.query:
            values_by_name.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in values_by_name.items()}

    def describe_request(self) -> str:
        """Return method, path and query in one line, with secrets masked."""
        pairs = "&".join(f"{name}={value}" for name, value in mask(self.group_query()).items())
        return f"{self.method} {self.path}{'?' if pairs else ''}{pairs}"

    def describe(self) -> list[str]:
        """Return lines with the request, its body and the response, with secrets masked."""
        if self.is_token_request and self.status == 200:
            return [f"request: {self.describe_request()}; response: a token"]
        lines = [f"request: {self.describe_request()}"]
        if self.body is not None:
            lines.append(f"         {_format_value(mask(self.body))}")
        response = (
            f"none ({self.error})" if self.error else f"{self.status} {_format_value(mask(self.response_body), 300)}"
        )
        return [*lines, f"response: {response.rstrip()}"]

    def as_json(self) -> dict[str, Any]:
        """Return the exchange as JSON values: `request` and `response`."""
        request: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.query:
            request["query"] = self.group_query()
        if self.body is not None:
            request["body"] = self.body
        if self.error:
            return {"request": request, "response": {"error": self.error}}
        response: dict[str, Any] = {"status": self.status, "headers": dict(self.headers)}
        if self.response_body is not None:
            response["body"] = self.response_body
        if self.is_base64:
            response["base64"] = True
        return {"request": request, "response": response}

    @classmethod
    def from_json(cls, data: Any) -> RecordedExchange:
        """Return the exchange for the result of `as_json`."""
        request, response = data["request"], data["response"]
        return cls(
            method=request["method"],
            path=request["path"],
            query=[(name, value) for name, values in request.get("query", {}).items() for value in _to_list(values)],
            body=request.get("body"),
            status=response.get("status"),
            headers=dict(response.get("headers", {})),
            response_body=response.get("body"),
            is_base64=bool(response.get("base64")),
            error=response.get("error"),
        )

    def to_response(self) -> httpx.Response:
        """Return the HTTP response. The exchange must have one."""
        assert self.status is not None
        return httpx.Response(self.status, headers=self.headers, content=self._encode_body())

    def _encode_body(self) -> bytes:
        if self.response_body is None:
            return b""
        if self.is_base64:
            return base64.b64decode(self.response_body)
        if isinstance(self.response_body, str) and "json" not in self.headers.get("content-type", ""):
            return self.response_body.encode()
        return to_json(self.response_body, ensure_ascii=False, separators=(",", ":")).encode()


class RecordingTransport(httpx.BaseTransport):
    """Pass requests on to another transport and record each in `exchanges`.

    Paths are recorded below `base_url`.
    """

    def __init__(
        self, inner: httpx.BaseTransport, base_url: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.exchanges: list[RecordedExchange] = []
        self._inner = inner
        self._base_path = httpx.URL(base_url).raw_path.decode().rstrip("/")
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, read the whole response, and record both."""
        exchange = exchange_from_request(request, self._base_path)
        self.exchanges.append(exchange)
        started = self._clock()
        try:
            response = self._inner.handle_request(request)
            response.read()
        except httpx.HTTPError as error:
            exchange.error = get_failure_kind(convert_error(error) or SendError(str(error)))
            raise
        finally:
            exchange.seconds = self._clock() - started
        exchange.status = response.status_code
        exchange.headers = {name: response.headers[name] for name in _RECORDED_HEADERS if name in response.headers}
        kind = exchange.headers.get("content-type", "")
        exchange.response_body, exchange.is_base64 = _decode_body(response.content, kind)
        return response

    def close(self) -> None:
        """Close the other transport."""
        self._inner.close()


def exchange_from_request(request: httpx.Request, base_path: str) -> RecordedExchange:
    """Return an exchange without a response; `base_path` is the path of the base URL."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    kind = request.headers.get("content-type", "")
    request.read()
    is_form = kind.startswith("multipart/")
    body = f"{len(request.content):,} bytes of a form" if is_form else _decode_body(request.content, kind)[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    secrets = frozenset(each for name, value in request.headers.items() for each in list_header_secrets(name, value))
    return RecordedExchange(request.method, path.removeprefix(base_path), pairs, body, is_form=is_form, secrets=secrets)


def _decode_body(content: bytes, kind: str) -> tuple[Any, bool]:
    """Return the JSON value, text or base64 of a body, and whether it is base64."""
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
        value = load_bounded_json(text)
    except ValueError:
        return base64.b64encode(content).decode(), True
    return (base64.b64encode(content).decode(), True) if value is None else (value, False)


def _to_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _format_value(value: Any, limit: int = 2000) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_json(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
