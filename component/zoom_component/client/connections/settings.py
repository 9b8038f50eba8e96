"""Find the connection to use: in flags, environment, an env file, a connection file, or the store.

The first source that names an identity wins. Missing values are filled from later sources, except a base URL on a
foreign host: a later source must not send the credentials of an earlier one there, and no file may. For the same
reason, an env file sets a proxy and certificate authorities only for credentials that it holds itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.client.connections import setting_sources
from zoom_component.client.connections.connection import DEFAULT_BASE_URL, Connection, StaticToken
from zoom_component.client.connections.setting_sources import (
    ENV_FILE_VARIABLE,
    ENVIRONMENT_VARIABLES,
    ConnectionSettings,
)
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
_ENV_FILE_RANK = 2  # of the sources: flags, environment, env file
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

    `environ` is the environment of the process by default, `folder` (of an env file) the current one. `open_registry`
    opens the stored connections and is called only if they are needed. Raise InputError or ConnectionFailed with what
    is missing and every way to set it.
    """
    variables, flags = os.environ if environ is None else environ, flags or ConnectionSettings()
    env_file = flags.env_file or variables.get(ENV_FILE_VARIABLE, "").strip()
    folder = folder or Path()
    in_file = setting_sources.read_env_file(folder / Path(env_file).expanduser()) if env_file else {}
    sources = _list_sources(flags, variables, in_file)
    resolver = _Resolver(specs, sources, open_registry or _open_default_registry(specs), folder, env_file)
    for rank, source in enumerate(sources):
        if source.token:
            base_url = resolver.find_base_url(rank) or DEFAULT_BASE_URL
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


def _list_sources(flags: ConnectionSettings, *variables: Mapping[str, str]) -> list[ConnectionSettings]:
    """Return what flags and the variables of the sources set. The first ones take precedence."""
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
    folder: Path
    env_file: str

    def find_base_url(self, rank: int, *, has_own_file: bool = False) -> str:
        """Return the first base URL of all sources, "" if there is none, and name a host that is not Zoom's.

        `has_own_file`: the credentials are in a connection file. Raise InputError if the caller did not choose the
        host: it stands in a file or comes from a later source than the credentials, and is not Zoom's. This machine,
        where sandboxes are, may stand in the environment, and in the file that holds the credentials.
        """
        for url_rank, source in enumerate(self.sources):
            if not source.base_url:
                continue
            from zoom_component.client.connections import urls

            url = urls.parse_base_url(source.base_url)
            if url_rank == _ENV_FILE_RANK:
                origin = f"{self.env_file}: {ENVIRONMENT_VARIABLES['base_url']}"
                self.check_file_host(origin, url, has_own_credentials=url_rank == rank and not has_own_file)
            elif not urls.is_trusted_url(url):
                if url_rank > rank:
                    from zoom_component.client.connections.setting_problems import build_later_host_error

                    raise build_later_host_error(url)
                urls.report_foreign_host(url)
            return url
        return ""

    def check_file_host(self, origin: str, url: str, *, has_own_credentials: bool) -> None:
        """Raise InputError if a file may not choose the host of a base URL."""
        from zoom_component.client.connections import urls

        if not (urls.is_zoom_url(url) or (has_own_credentials and urls.is_loopback_url(url))):
            from zoom_component.client.connections.setting_problems import build_file_host_error

            raise build_file_host_error(origin, url, has_own_credentials=has_own_credentials)

    def find_network(self, rank: int | None = None) -> NetworkSettings:
        """Return the proxy and the certificate authorities of flags, environment and env file, each from the first one.

        `rank` is None if no source holds the credentials. Raise InputError if a setting comes from the env file and the
        credentials do not: the file of a folder must not lead the credentials of a person elsewhere.
        """
        values: dict[str, str] = {}
        for name, origin_name in (("proxy", "proxy_origin"), ("ca_file", "ca_origin")):
            for index, source in enumerate(self.sources):
                if value := getattr(source, name):
                    origin = name if index == 0 else ENVIRONMENT_VARIABLES[name]
                    if index == _ENV_FILE_RANK:
                        if index != rank:
                            from zoom_component.client.connections.setting_problems import build_network_error

                            raise build_network_error(self.env_file, origin)
                        origin = f"{self.env_file}: {origin}"
                    values |= {name: value, origin_name: origin}
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
        has_client = values["client_id"] and values["client_secret"]
        if not has_client or bool(values["account_id"]) == bool(values["refresh_token"]):
            from zoom_component.client.connections.setting_problems import list_credential_problems

            raise InputError(list_credential_problems(values))
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
        base_url = self.find_base_url(rank, has_own_file=True)
        if not base_url and texts["base_url"]:
            base_url = _parse_base_url(texts["base_url"])
            self.check_file_host(f"{file.name}: connection.base_url", base_url, has_own_credentials=True)
        return self._open_from_value(value, file.name, base_url, network)

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
        from zoom_component.client.connections.setting_problems import build_missing_connection_error

        raise build_missing_connection_error(folder=None if self.env_file else self.folder)

    def _open_from_value(
        self, value: Mapping[str, Any], where: str, base_url: str, network: NetworkSettings
    ) -> Connection:
        from zoom_component.client.connections.urls import require_known_hosts

        fields = setting_sources.require_mapping(value.get("fields") or {}, f"{where}: fields")
        require_known_hosts(fields, base_url or DEFAULT_BASE_URL, f"{where}: fields.")
        token = _parse_token(setting_sources.require_mapping(value.get("token") or {}, f"{where}: token"))
        key = value.get("key")
        if not isinstance(key, str) or key not in self.specs:
            key = SERVER_TO_SERVER if fields.get("accountId") else OAUTH
        has_client = fields.get("clientId") and fields.get("clientSecret")
        if token and token.access and not (has_client and (token.refresh or key == SERVER_TO_SERVER)):
            return StaticToken(token.access, base_url=base_url or DEFAULT_BASE_URL, name=where, network=network)
        if token is None and key == OAUTH and has_client:
            from zoom_component.client.connections.setting_problems import build_missing_connection_error

            raise build_missing_connection_error(f"{where} has no token, which {OAUTH} needs.")
        return self.open_registry().open_with_fields(key, fields, base_url, token, network=network)


def _parse_token(value: Mapping[str, Any]) -> Token | None:
    access, refresh = (
        text if isinstance(text := value.get(key), str) else "" for key in ("access_token", "refresh_token")
    )
    return Token(access, refresh=refresh) if access or refresh else None


def _parse_base_url(text: str) -> str:
    if not text:
        return DEFAULT_BASE_URL  # most calls go there, and it needs no parsing
    from zoom_component.client.connections.urls import parse_base_url

    return parse_base_url(text)
