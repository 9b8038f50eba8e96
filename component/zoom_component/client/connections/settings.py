"""Find the connection to use: in flags, environment, `.env`, a connection file, or the store.

The first source that names an identity wins. Missing values are filled from later sources, except a base URL on a
foreign host: a later source must not send the credentials of an earlier one there. For the same reason, a `.env` file
sets a proxy and certificate authorities only for credentials that it holds itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections import setting_sources
from zoom_component.client.connections.connection import DEFAULT_BASE_URL, Connection, StaticToken
from zoom_component.client.connections.setting_sources import ENVIRONMENT_VARIABLES, ConnectionSettings
from zoom_component.client.connections.tokens import Token
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ConnectionSpec

if TYPE_CHECKING:
    from zoom_component.client.connections.registry import ConnectionRegistry

__all__ = ["ENVIRONMENT_VARIABLES", "ConnectionSettings", "resolve_connection", "strip_invisible"]

OAUTH = "oauth"
SERVER_TO_SERVER = "serverToServer"

# A setting, and the input of a connection's spec that it fills.
_INPUTS = {"client_id": "clientId", "client_secret": "clientSecret", "account_id": "accountId"}
_CREDENTIALS = (*_INPUTS, "refresh_token")
_ENV_FILE_RANK = 2  # of the sources: flags, environment, .env
_STRIPPED = (*_CREDENTIALS, "token", "base_url", "connection")


def resolve_connection(
    specs: Mapping[str, ConnectionSpec],
    flags: ConnectionSettings | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    open_registry: Callable[[], ConnectionRegistry] | None = None,
) -> Connection:
    """Return the connection that the settings name, without requesting a token yet.

    `environ` is the environment of the process by default, `folder` (for `.env`) the current one. `open_registry` opens
    the stored connections and is called only if they are needed. Raise InputError or ConnectionFailed with what is
    missing and every way to set it.
    """
    variables = os.environ if environ is None else environ
    sources = _list_sources(flags or ConnectionSettings(), variables, (folder or Path.cwd()) / ".env")
    resolver = _Resolver(specs, sources, open_registry or _open_default_registry(specs))
    for rank, source in enumerate(sources):
        if source.token:
            base_url = _parse_base_url(resolver.find_base_url(rank))
            return StaticToken(source.token, base_url=base_url, network=resolver.find_network(rank))
        if any(getattr(source, name) for name in _CREDENTIALS):
            return resolver.open_with_credentials(rank)
        if source.platform:
            return resolver.open_from_platform(source.platform, rank)
        if source.file:
            return resolver.open_from_file(source.file, rank)
        if source.connection:
            return resolver.open_stored(source.connection)
    return resolver.open_only_stored()


def _list_sources(flags: ConnectionSettings, environ: Mapping[str, str], env_file: Path) -> list[ConnectionSettings]:
    """Return what flags, environment and `.env` file set. The first ones take precedence."""
    variables = [environ, setting_sources.read_env_file(env_file) if env_file.is_file() else {}]
    given = {name: strip_invisible(value) for name in _STRIPPED if (value := getattr(flags, name))}
    return [replace(flags, **given) if given else flags, *(_select_settings(values) for values in variables)]


def strip_invisible(text: str) -> str:
    """Return a setting without blanks and characters that nobody sees at its ends; inside, its own reader decides."""
    stripped = text.strip()
    if not stripped.isascii():
        from zoom_component.identity_text import strip_invisible as strip

        stripped = strip(stripped)
    return stripped


def _select_settings(variables: Mapping[str, str]) -> ConnectionSettings:
    return ConnectionSettings(
        **{setting: strip_invisible(variables.get(name, "")) for setting, name in ENVIRONMENT_VARIABLES.items()}
    )


def _open_default_registry(specs: Mapping[str, ConnectionSpec]) -> Callable[[], ConnectionRegistry]:
    def open_registry() -> ConnectionRegistry:
        from zoom_component.client.connections.registry import ConnectionRegistry

        return ConnectionRegistry(specs)

    return open_registry


@dataclass(frozen=True, slots=True)
class _Resolver:
    """Open a connection from what the sources set.

    `rank` is the index of the source that names the identity.
    """

    specs: Mapping[str, ConnectionSpec]
    sources: list[ConnectionSettings]
    open_registry: Callable[[], ConnectionRegistry]

    def find_base_url(self, rank: int) -> str:
        """Return the first base URL of all sources, "" if there is none.

        Raise InputError if it comes from a later source than the credentials and is not on a host of Zoom's.
        """
        for url_rank, source in enumerate(self.sources):
            if not source.base_url:
                continue
            if url_rank > rank:
                from zoom_component.client.connections.urls import is_trusted_url

                if not is_trusted_url(_parse_base_url(source.base_url)):
                    raise InputError([Problem("base_url", _UNTRUSTED_BASE_URL)])
            return source.base_url
        return ""

    def find_network(self, rank: int | None = None) -> NetworkSettings:
        """Return the proxy and the certificate authorities of flags, environment and `.env`, each from the first one.

        `rank` is None if no source holds the credentials. Raise InputError if a setting comes from `.env` and the
        credentials do not: the file of a folder must not lead the credentials of a person elsewhere.
        """
        values: dict[str, str] = {}
        for name, origin_name in (("proxy", "proxy_origin"), ("ca_file", "ca_origin")):
            for index, source in enumerate(self.sources):
                if value := getattr(source, name):
                    origin = name if index == 0 else ENVIRONMENT_VARIABLES[name]
                    if index == _ENV_FILE_RANK and index != rank:
                        raise InputError([Problem(f".env: {origin}", _UNTRUSTED_NETWORK)])
                    values |= {name: value, origin_name: f".env: {origin}" if index == _ENV_FILE_RANK else origin}
                    break
        return NetworkSettings(**values)

    def open_with_credentials(self, rank: int) -> Connection:
        """Open a connection with client credentials, each from the first source that sets it.

        Sources before `rank` are not used.
        """
        values = {
            name: next((value for source in self.sources[rank:] if (value := getattr(source, name))), "")
            for name in _CREDENTIALS
        }
        # An account id and a refresh token exclude each other: the source that names the identity decides.
        chosen = self.sources[rank]
        if chosen.refresh_token and not chosen.account_id:
            values["account_id"] = ""
        elif chosen.account_id and not chosen.refresh_token:
            values["refresh_token"] = ""
        if problems := _check_credentials(values):
            raise InputError(problems)
        fields = {key: values[name] for name, key in _INPUTS.items() if values[name]}
        if values["account_id"]:
            key, token = SERVER_TO_SERVER, None
        else:
            key, token = OAUTH, Token("", refresh=values["refresh_token"])
        base_url, network = self.find_base_url(rank), self.find_network(rank)
        return self.open_registry().open_with_fields(key, fields, base_url, token, network=network)

    def open_from_platform(self, text: str, rank: int) -> Connection:
        """Open a connection from the JSON that the platform's tool writes.

        `{"token": {...}, "context": {...}, "fields": {...}}`
        """
        variable = ENVIRONMENT_VARIABLES["platform"]
        value = setting_sources.require_mapping(setting_sources.parse_json(text), variable)
        return self._open_from_value(value, variable, self.find_base_url(rank), self.find_network(rank))

    def open_from_file(self, name: str, rank: int) -> Connection:
        """Open a connection from a YAML or JSON file with `connection: {key, fields, base_url, proxy, ca_file}`."""
        file = Path(name).expanduser()
        text = setting_sources.read_text_file(file, "connection file")
        content = setting_sources.require_mapping(setting_sources.parse_yaml(text), file.name)
        value = setting_sources.require_mapping(content.get("connection"), f"{file.name}: connection")
        texts = {name: "" if value.get(name) is None else value[name] for name in ("base_url", "proxy", "ca_file")}
        if problems := [
            Problem(name, f"expected text in {file.name}. Put quotes around the value.")
            for name, text in texts.items()
            if not isinstance(text, str)
        ]:
            raise InputError(problems)
        network = self.find_network()
        if texts["proxy"] or texts["ca_file"]:
            ca_file = str(file.parent / Path(texts["ca_file"]).expanduser()) if texts["ca_file"] else ""
            network = network.fill(texts["proxy"], ca_file, f"{file.name}: connection.")
        return self._open_from_value(value, file.name, self.find_base_url(rank) or texts["base_url"], network)

    def open_stored(self, name: str) -> Connection:
        """Open a stored connection.

        Raise ConnectionFailed if the settings name another base URL than its own.
        """
        connection = self.open_registry().open(name, self.find_network())
        base_url = next((source.base_url for source in self.sources if source.base_url), "")
        if base_url and _parse_base_url(base_url) != connection.base_url:
            raise ConnectionFailed(
                f'Connection "{name}" is for {connection.base_url}, and its token is not sent to another address. Omit '
                "the base URL, or save a connection for that address.",
                connection=name,
            )
        return connection

    def open_only_stored(self) -> Connection:
        """Open the stored connection if there is exactly one. Raise ConnectionFailed otherwise."""
        names = self.open_registry().list_names()
        if len(names) == 1:
            return self.open_stored(names[0])
        if names:
            raise ConnectionFailed(
                f"Several connections are stored: {', '.join(names)}. Choose one with --connection NAME or "
                f"{ENVIRONMENT_VARIABLES['connection']}.",
                reconnect=True,
            )
        raise ConnectionFailed(_NO_CONNECTION, reconnect=True)

    def _open_from_value(
        self, value: Mapping[str, Any], where: str, base_url: str, network: NetworkSettings
    ) -> Connection:
        fields = setting_sources.require_mapping(value.get("fields") or {}, f"{where}: fields")
        token = _parse_token(setting_sources.require_mapping(value.get("token") or {}, f"{where}: token"))
        key = value.get("key")
        if not isinstance(key, str) or key not in self.specs:
            key = SERVER_TO_SERVER if fields.get("accountId") else OAUTH
        has_client = fields.get("clientId") and fields.get("clientSecret")
        if token and token.access and not (has_client and (token.refresh or key == SERVER_TO_SERVER)):
            return StaticToken(token.access, base_url=_parse_base_url(base_url), name=where, network=network)
        if token is None and key == OAUTH and has_client:
            raise ConnectionFailed(f"{where} has no token, which {OAUTH} needs. {_NO_CONNECTION}", reconnect=True)
        return self.open_registry().open_with_fields(key, fields, base_url, token, network=network)


def _parse_token(value: Mapping[str, Any]) -> Token | None:
    access, refresh = (
        text if isinstance(text := value.get(key), str) else "" for key in ("access_token", "refresh_token")
    )
    return Token(access, refresh=refresh) if access or refresh else None


def _check_credentials(values: Mapping[str, str]) -> list[Problem]:
    """Return the problems of a set of credentials, each with every way to set what is missing."""
    problems = [
        Problem(name, f"is required. {_describe_ways(name)}.")
        for name in ("client_id", "client_secret")
        if not values[name]
    ]
    if values["account_id"] and values["refresh_token"]:
        problems.append(
            Problem(
                "account_id",
                f"cannot be combined with refresh_token: {SERVER_TO_SERVER} uses the first, {OAUTH} the second.",
            )
        )
    if not values["account_id"] and not values["refresh_token"]:
        problems.append(
            Problem(
                "account_id",
                f"is required for a Server-to-Server app. {_describe_ways('account_id')}. For an OAuth app, set a "
                f"refresh token ({ENVIRONMENT_VARIABLES['refresh_token']}) or run `zoom-component connect`.",
            )
        )
    return problems


def _describe_ways(name: str) -> str:
    flag, variable = f"--{name.replace('_', '-')}", ENVIRONMENT_VARIABLES[name]
    return f"Set {flag} or {variable} (in the environment or in .env), or use a connection file"


def _parse_base_url(text: str) -> str:
    if not text:
        return DEFAULT_BASE_URL  # most calls go there, and it needs no parsing
    from zoom_component.client.connections.urls import parse_base_url

    return parse_base_url(text)


_UNTRUSTED_BASE_URL = (
    "comes from a later source than the credentials and is not a host of Zoom's, so the credentials are not sent "
    "there. Set the base URL in the same source as the credentials, or with --base-url."
)
_UNTRUSTED_NETWORK = (
    "is only used with credentials that .env sets too. Set it in the environment, or with --proxy or --ca-file."
)
_NO_CONNECTION = (
    "There is no connection to use. Set one of: a token (--token or ZOOM_TOKEN); ZOOM_CLIENT_ID and "
    "ZOOM_CLIENT_SECRET with ZOOM_ACCOUNT_ID (Server-to-Server) or ZOOM_REFRESH_TOKEN (OAuth), in the environment or "
    "in .env; a connection file (ZOOM_CONNECTION_FILE); or save one with `zoom-component connect`."
)
