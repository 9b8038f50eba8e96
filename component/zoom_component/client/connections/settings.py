"""Which connection to use: from flags, the environment, a `.env` file, a connection file, or what is stored.

The first of these places that says who to be decides; what it leaves out may come from the places after it. The base
URL is the exception: a later place may not send the credentials of an earlier one to a stranger's host.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections import setting_sources
from zoom_component.client.connections.connection import DEFAULT_BASE_URL, Connection, StaticToken
from zoom_component.client.connections.setting_sources import ENVIRONMENT_VARIABLES, ConnectionSettings
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ConnectionSpec

if TYPE_CHECKING:
    from zoom_component.client.connections.registry import ConnectionRegistry

__all__ = ["ENVIRONMENT_VARIABLES", "ConnectionSettings", "resolve_connection"]

OAUTH = "oauth"
SERVER_TO_SERVER = "serverToServer"


_FIELDS = {"client_id": "clientId", "client_secret": "clientSecret", "account_id": "accountId"}
_PIECES = (*_FIELDS, "refresh_token")


def resolve_connection(
    specs: Mapping[str, ConnectionSpec],
    flags: ConnectionSettings | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    open_registry: Callable[[], ConnectionRegistry] | None = None,
) -> Connection:
    """The connection that the settings name. Asks nobody for a token yet.

    `given` are the flags; `environ` is the process's environment and `folder` the current one (for `.env`) unless told
    otherwise; `connections` opens the stored ones, and is called only when they are needed. Raises InputError or
    ConnectionFailed with what is missing and every way to give it.
    """
    places = setting_sources.read_sources(
        flags or ConnectionSettings(), os.environ if environ is None else environ, folder or Path.cwd()
    )
    chosen = _Choice(specs, places, open_registry or _stored(specs))
    for at, place in enumerate(places):
        if place.token:
            return StaticToken(place.token, base_url=_read_base(chosen.base_url(at)))
        if any(getattr(place, piece) for piece in _PIECES):
            return chosen.from_pieces(at)
        if place.platform:
            return chosen.from_platform(place.platform, at)
        if place.file:
            return chosen.from_file(place.file, at)
        if place.connection:
            return chosen.stored(place.connection)
    return chosen.only_stored()


def _stored(specs: Mapping[str, ConnectionSpec]) -> Callable[[], ConnectionRegistry]:
    def open_stored() -> ConnectionRegistry:
        from zoom_component.client.connections.registry import ConnectionRegistry

        return ConnectionRegistry(specs)

    return open_stored


@dataclass(frozen=True, slots=True)
class _Choice:
    """The places, in order, and the ways to make a connection of what they say."""

    specs: Mapping[str, ConnectionSpec]
    places: list[ConnectionSettings]
    connections: Callable[[], ConnectionRegistry]

    def base_url(self, at: int) -> str:
        """The first base URL that any place gives, for credentials from the place `at`."""
        found = next(((n, place.base_url) for n, place in enumerate(self.places) if place.base_url), None)
        if found is None:
            return ""
        where, url = found
        if where > at:
            from zoom_component.client.connections.urls import is_trusted_url

            if not is_trusted_url(_read_base(url)):
                raise InputError([Problem("base_url", _STRANGER)])
        return url

    def from_pieces(self, at: int) -> Connection:
        """Client credentials, each piece from the first place that has it, beginning at the one that decided."""
        pieces = {
            piece: next((found for place in self.places[at:] if (found := getattr(place, piece))), "")
            for piece in _PIECES
        }
        # The place that decided tells which account, too: a refresh token and an account id are two.
        decided = self.places[at]
        if decided.refresh_token and not decided.account_id:
            pieces["account_id"] = ""
        elif decided.account_id and not decided.refresh_token:
            pieces["refresh_token"] = ""
        if problems := _missing(pieces):
            raise InputError(problems)
        values = {key: pieces[piece] for piece, key in _FIELDS.items() if pieces[piece]}
        if pieces["account_id"]:
            return self.connections().open_with_fields(SERVER_TO_SERVER, values, self.base_url(at))
        seed = Token("", refresh=pieces["refresh_token"])
        return self.connections().open_with_fields(OAUTH, values, self.base_url(at), seed)

    def from_platform(self, text: str, at: int) -> Connection:
        """What the platform's tool writes: `{"token": {...}, "context": {...}, "fields": {...}}`."""
        value = setting_sources.require_mapping(setting_sources.parse_json(text), ENVIRONMENT_VARIABLES["platform"])
        return self._from_value(value, ENVIRONMENT_VARIABLES["platform"], self.base_url(at))

    def from_file(self, name: str, at: int) -> Connection:
        """A connection file: `connection: {key, fields, base_url}`, as YAML or JSON."""
        file = Path(name).expanduser()
        value = setting_sources.require_mapping(
            setting_sources.parse_yaml(setting_sources.read_text_file(file, "connection file")), file.name
        )
        connection = setting_sources.require_mapping(value.get("connection"), f"{file.name}: connection")
        base = connection.get("base_url", "")
        if not isinstance(base, str):
            raise InputError([Problem("base_url", f"in {file.name} has to be text: put quotes around it.")])
        return self._from_value(connection, file.name, self.base_url(at) or base)

    def stored(self, name: str) -> Connection:
        found = self.connections().open(name)
        wanted = next((place.base_url for place in self.places if place.base_url), "")
        if wanted and _read_base(wanted) != found.base_url:
            raise ConnectionFailed(
                f"Connection {name!r} belongs to {found.base_url}, and its token goes nowhere else. Leave the base URL "
                "out, or save a connection for that address.",
                connection=name,
            )
        return found

    def only_stored(self) -> Connection:
        names = self.connections().list_names()
        if len(names) == 1:
            return self.stored(names[0])
        if names:
            raise ConnectionFailed(
                f"Several connections are stored: {', '.join(names)}. Say which one: --connection NAME or "
                f"{ENVIRONMENT_VARIABLES['connection']}.",
                reconnect=True,
            )
        raise ConnectionFailed(_NONE, reconnect=True)

    def _from_value(self, value: Mapping[str, Any], where: str, base: str) -> Connection:
        values = setting_sources.require_mapping(value.get("fields") or {}, f"{where}: fields")
        token = _token(setting_sources.require_mapping(value.get("token") or {}, f"{where}: token"))
        key = value.get("key")
        if not isinstance(key, str) or key not in self.specs:
            key = SERVER_TO_SERVER if values.get("accountId") else OAUTH
        renewable = values.get("clientId") and values.get("clientSecret")
        if token and token.access and not (renewable and (token.refresh or key == SERVER_TO_SERVER)):
            return StaticToken(token.access, base_url=_read_base(base), name=where)
        if token is None and key == OAUTH and renewable:
            raise ConnectionFailed(f"{where} has no token, and {OAUTH} needs one. {_NONE}", reconnect=True)
        return self.connections().open_with_fields(key, values, base, token)


def _token(kept: Mapping[str, Any]) -> Token | None:
    access, refresh = kept.get("access_token"), kept.get("refresh_token")
    if not isinstance(access, str):
        access = ""
    if not isinstance(refresh, str):
        refresh = ""
    return Token(access, refresh=refresh) if access or refresh else None


def _missing(pieces: Mapping[str, str]) -> list[Problem]:
    absent = [piece for piece in ("client_id", "client_secret") if not pieces[piece]]
    problems = [Problem(piece, f"is missing: {_ways(piece)}.") for piece in absent]
    if pieces["account_id"] and pieces["refresh_token"]:
        problems.append(
            Problem(
                "account_id",
                "excludes refresh_token: the one is for serverToServer, the other for oauth.",
            )
        )
    if not pieces["account_id"] and not pieces["refresh_token"]:
        problems.append(
            Problem(
                "account_id",
                f"is missing, for a Server-to-Server app: {_ways('account_id')}. For an OAuth app give a refresh token "
                f"({ENVIRONMENT_VARIABLES['refresh_token']}), or run `zoom-component connect`.",
            )
        )
    return problems


def _ways(piece: str) -> str:
    return (
        f"give it with --{piece.replace('_', '-')}, as {ENVIRONMENT_VARIABLES[piece]} in the environment or in .env, "
        "or use a connection file"
    )


def _read_base(text: str) -> str:
    # Only where one is given: most calls go to Zoom's default address and need no parsing.
    if not text:
        return DEFAULT_BASE_URL
    from zoom_component.client.connections.urls import parse_base_url

    return parse_base_url(text)


_STRANGER = (
    "comes from a place that ranks below the one with the credentials, and is not a Zoom host: they are not sent "
    "there. Give the base URL in the same place as the credentials, or with --base-url."
)
_NONE = (
    "There is no connection to use. Give one of: a token (--token or ZOOM_TOKEN); ZOOM_CLIENT_ID and "
    "ZOOM_CLIENT_SECRET with ZOOM_ACCOUNT_ID (Server-to-Server) or ZOOM_REFRESH_TOKEN (OAuth), in the environment or "
    "in .env; a connection file (ZOOM_CONNECTION_FILE); or save one with `zoom-component connect`."
)
