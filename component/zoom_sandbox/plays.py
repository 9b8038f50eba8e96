"""How a resource says which operations it plays: a decorator above a function, nothing else to register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from zoom_facts import Operation
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.multipart import Part
from zoom_sandbox.refusal import Refusal, refuse
from zoom_sandbox.world import World

Payload = dict[str, Any]
Kind = TypeVar("Kind", bound=Callable[[World], Any])


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the checks of its operation.

    `ids` are the path parameters, percent-decoded once; `query` holds typed values with the operation's defaults
    filled in; `given` is the query as it came; `base` is the address that the caller used, without a path; `files` are
    those of a form, whose other fields are the `body`.
    """

    world: World
    operation: Operation
    ids: Mapping[str, str]
    query: Mapping[str, Any]
    given: Mapping[str, str]
    body: Payload
    base: str
    files: tuple[Part, ...] = ()

    def refuse(self, message: str, *wanted: tuple[int, int]) -> Refusal:
        """The refusal that this operation lists for the reason; see `refusal.refuse`."""
        return refuse(self.operation, message, *wanted)


Play = Callable[[Call], "Payload | None"]
Serve = Callable[[World, Request, str], Response]
Opens = Callable[[World, str, str], bool]

PLAYS: dict[tuple[str, str], Play] = {}
SERVES: dict[str, Serve] = {}
OPENS: dict[str, Opens] = {}
SEEDED: list[Callable[[World], Any]] = []


def plays(method: str, path: str) -> Callable[[Play], Play]:
    """Mark the function that plays an operation. It returns the payload, or None where there is no body."""

    def keep(play: Play) -> Play:
        PLAYS[method, path] = play
        return play

    return keep


def seeded(kind: Kind) -> Kind:
    """Mark a part of the world that holds data from the start."""
    SEEDED.append(kind)
    return kind


def serves(prefix: str, opens: Opens | None = None) -> Callable[[Serve], Serve]:
    """Mark the function that hands out what lies at addresses which begin so, outside the API.

    It takes the world, the request and the rest of the path, and is called for those who brought a token of the
    account, or one that `opens` knows: it takes the world, the rest of the path and the token.
    """

    def keep(serve: Serve) -> Serve:
        SERVES[prefix] = serve
        if opens is not None:
            OPENS[prefix] = opens
        return serve

    return keep


def served(path: str) -> str:
    """The prefix under which a path is handed out; "" where it is not."""
    return next((prefix for prefix in SERVES if path.startswith(prefix)), "")
