"""Register the functions that handle Zoom's operations, and the downloads beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zoom_facts import Operation
from zoom_sandbox.account import Account
from zoom_sandbox.errors import ApiError, api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.multipart import FormPart

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OperationCall:
    """Hold a request that passed the checks of its operation.

    `path_params` are percent-decoded once; `query` has typed values, with the operation's defaults; `raw_query` is the
    query as it was sent; `base_url` is the address that the caller used, without a path; `files` are the files of a
    form, and `body` has its other fields.
    """

    account: Account
    operation: Operation
    path_params: Mapping[str, str]
    query: Mapping[str, Any]
    raw_query: Mapping[str, str]
    body: Payload
    base_url: str
    files: tuple[FormPart, ...] = ()

    def error(self, name: str, /, **values: object) -> ApiError:
        """Return the error with a name such as `chat.channelNotFound`, in a code that this operation lists."""
        return api_error(name, self.operation, **values)


# Returns the payload, or None where the answer has no body. Raises ApiError.
OperationHandler = Callable[[OperationCall], "Payload | None"]
# Gets the account, the request and the rest of the path.
DownloadHandler = Callable[[Account, Request, str], Response]
# Gets the account, the rest of the path and a token; returns whether the token opens that file.
TokenCheck = Callable[[Account, str, str], bool]


@dataclass(frozen=True, slots=True)
class Download:
    """Describe the downloads at the paths with a prefix, which lie outside the API.

    They are open to the account's bearer tokens, and to the tokens that `accepts_token` accepts.
    """

    prefix: str
    handler: DownloadHandler
    accepts_token: TokenCheck | None = None


class Operations:
    """Hold handlers by method and path template, and downloads by the prefix of their paths.

    Each routes module of a resource fills one; `resources.load_operations` merges them.
    """

    def __init__(self, *parts: Operations) -> None:
        self._handlers: dict[tuple[str, str], OperationHandler] = {}
        self._downloads: dict[str, Download] = {}
        for part in parts:
            self.merge(part)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Iterate over the operations that have a handler, as (method, path template)."""
        return iter(self._handlers)

    def __len__(self) -> int:
        """Return the number of operations that have a handler."""
        return len(self._handlers)

    def handles(self, method: str, path: str) -> Callable[[OperationHandler], OperationHandler]:
        """Return a decorator that registers a function as the handler of an operation."""

        def register(handler: OperationHandler) -> OperationHandler:
            self._add_handler((method, path), handler)
            return handler

        return register

    def handles_downloads(
        self, prefix: str, accepts_token: TokenCheck | None = None
    ) -> Callable[[DownloadHandler], DownloadHandler]:
        """Return a decorator that registers a function as the handler of the downloads at a prefix."""

        def register(handler: DownloadHandler) -> DownloadHandler:
            self._downloads[prefix] = Download(prefix, handler, accepts_token)
            return handler

        return register

    def merge(self, other: Operations) -> None:
        """Add the handlers of another. Raises ValueError for an operation that has a handler already."""
        for key, handler in other._handlers.items():
            self._add_handler(key, handler)
        self._downloads |= other._downloads

    def find_handler(self, operation: Operation) -> OperationHandler | None:
        """Return the handler of an operation; None for an operation without state."""
        return self._handlers.get((operation.method, operation.path))

    def find_download(self, path: str) -> Download | None:
        """Return the download that serves a path, if any does."""
        return next((each for prefix, each in self._downloads.items() if path.startswith(prefix)), None)

    def _add_handler(self, key: tuple[str, str], handler: OperationHandler) -> None:
        if key in self._handlers:
            raise ValueError(f"{' '.join(key)}: expected one handler, got two")
        self._handlers[key] = handler
