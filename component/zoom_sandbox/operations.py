"""How a resource says which operations it plays: a decorator above a function, nothing else to register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from zoom_facts import Operation
from zoom_sandbox.account import Account
from zoom_sandbox.errors import ApiError, api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.multipart import FormPart

Payload = dict[str, Any]
StoreType = TypeVar("StoreType", bound=Callable[[Account], Any])


@dataclass(frozen=True, slots=True)
class OperationCall:
    """A request that passed the checks of its operation.

    `ids` are the path parameters, percent-decoded once; `query` holds typed values with the operation's defaults
    filled in; `given` is the query as it came; `base` is the address that the caller used, without a path; `files` are
    those of a form, whose other fields are the `body`.
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


OperationHandler = Callable[[OperationCall], "Payload | None"]
DownloadHandler = Callable[[Account, Request, str], Response]
TokenCheck = Callable[[Account, str, str], bool]

HANDLERS: dict[tuple[str, str], OperationHandler] = {}
DOWNLOADS: dict[str, DownloadHandler] = {}
TOKEN_CHECKS: dict[str, TokenCheck] = {}
SEEDED_STORES: list[Callable[[Account], Any]] = []


def handles(method: str, path: str) -> Callable[[OperationHandler], OperationHandler]:
    """Mark the function that plays an operation. It returns the payload, or None where there is no body."""

    def keep(play: OperationHandler) -> OperationHandler:
        HANDLERS[method, path] = play
        return play

    return keep


def seeded_store(kind: StoreType) -> StoreType:
    """Mark a part of the world that holds data from the start."""
    SEEDED_STORES.append(kind)
    return kind


def handles_downloads(prefix: str, opens: TokenCheck | None = None) -> Callable[[DownloadHandler], DownloadHandler]:
    """Mark the function that hands out what lies at addresses which begin so, outside the API.

    It takes the world, the request and the rest of the path, and is called for those who brought a token of the
    account, or one that `opens` knows: it takes the world, the rest of the path and the token.
    """

    def keep(serve: DownloadHandler) -> DownloadHandler:
        DOWNLOADS[prefix] = serve
        if opens is not None:
            TOKEN_CHECKS[prefix] = opens
        return serve

    return keep


def find_download_prefix(path: str) -> str:
    """The prefix under which a path is handed out; "" where it is not."""
    return next((prefix for prefix in DOWNLOADS if path.startswith(prefix)), "")
