"""Save connections by name, open them, and open connections from fields, which are checked against their spec."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from zoom_component.client.connections.connection import DEFAULT_BASE_URL
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import (
    READY,
    RECONNECT_NEEDED,
    ConnectionStore,
    MemoryStore,
    StoredConnection,
    StoreError,
)
from zoom_component.client.connections.token_endpoint import (
    ACCOUNT_CREDENTIALS,
    AUTHORIZATION_CODE,
    Credentials,
    OAuthClient,
    TokenEndpoint,
)
from zoom_component.client.connections.tokens import Token, clean_access_token
from zoom_component.client.connections.urls import get_oauth_pages, parse_base_url, require_known_hosts
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ABSENT, ConnectionSpec

__all__ = ["ConnectionRegistry", "build_credentials", "check_fields", "fill_defaults"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# The names of rows that hold only a shared token begin with this, which _NAME does not allow.
_SHARED_PREFIX = "~"

_NAME_PROBLEM = "expected up to 64 letters, digits, dots, dashes and underscores that begin with a letter or a digit."
_NOT_WRITABLE = (
    "This machine cannot store connections: its state folder is not writable. Set ZOOM_COMPONENT_STATE to a writable "
    "folder, or set the connection by environment variables each time."
)


class ConnectionRegistry:
    """Manage the connections of this machine. `specs` are the kinds of connection by key."""

    def __init__(
        self,
        specs: Mapping[str, ConnectionSpec],
        store: ConnectionStore | None = None,
        *,
        endpoint: TokenEndpoint | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._specs = specs
        if store is None:
            # Imported late: it loads SQLite.
            from zoom_component.client.connections.encrypted_store import open_store

            store = open_store()
        self._store = store
        self._endpoint = endpoint or TokenEndpoint()
        self._clock = clock

    def save(
        self,
        name: str,
        kind: str,
        fields: Mapping[str, Any],
        base_url: str | None = None,
        token: Token | None = None,
        network: NetworkSettings | None = None,
    ) -> None:
        """Store a connection under a name and replace one of the same name.

        `network` names the proxy and the certificate authorities to use with it, unless a caller names others. Raise
        InputError with all problems of the inputs, ConnectionFailed if this machine cannot store it.
        """
        problems = [] if _NAME.fullmatch(name) else [Problem("name", _NAME_PROBLEM)]
        try:
            url, checked = parse_base_url(base_url), check_fields(self._get_spec(kind), fields)
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        if problems:
            raise InputError(problems)
        needs_person = token is None and self._get_spec(kind).grant != ACCOUNT_CREDENTIALS
        state = RECONNECT_NEEDED if needs_person else READY
        proxy, ca_file = "", ""
        if network is not None:
            from zoom_component.client.network.report import check_settings

            checked_network = check_settings(network)
            proxy, ca_file = checked_network.proxy, checked_network.ca_file
        row = StoredConnection(name, kind, url, checked, token, state, self._clock(), proxy, ca_file)
        if isinstance(self._store, MemoryStore):
            raise ConnectionFailed(_NOT_WRITABLE, connection=name)
        try:
            with self._store.lock(name):
                self._store.write(row)
        except StoreError as error:
            raise ConnectionFailed(_NOT_WRITABLE, connection=name, detail=str(error)) from None

    def list_names(self) -> list[str]:
        """Return the names of the saved connections in alphabetical order."""
        try:
            return [name for name in self._store.list_names() if not name.startswith(_SHARED_PREFIX)]
        except StoreError:
            return []

    def remove(self, name: str) -> None:
        """Remove a saved connection. Raise ConnectionFailed if there is none of that name."""
        if not _NAME.fullmatch(name):
            raise self._build_unknown_error(name)
        try:
            with self._store.lock(name):
                if not self._store.remove(name):
                    raise self._build_unknown_error(name)
        except StoreError as error:
            raise ConnectionFailed(_NOT_WRITABLE, connection=name, detail=str(error)) from None

    def open(self, name: str, network: NetworkSettings | None = None) -> RenewingConnection:
        """Return a saved connection; what `network` sets replaces the saved. Raise ConnectionFailed."""
        row = self.read_row(name)
        network = network or NetworkSettings()
        if row.proxy or row.ca_file:
            network = network.fill(row.proxy, row.ca_file, f'connection "{name}": ')
        try:
            credentials = build_credentials(self._get_spec(row.kind), row.fields, row.base_url)
        except InputError as error:
            raise ConnectionFailed(
                f'The stored connection "{name}" is incomplete: {error.message} Connect again.',
                connection=name,
                reconnect=True,
            ) from None
        return RenewingConnection(
            credentials,
            name=name,
            base_url=row.base_url,
            store=self._store,
            stored=row,
            endpoint=self._endpoint,
            network=network,
            clock=self._clock,
        )

    def open_with_fields(
        self,
        kind: str,
        fields: Mapping[str, Any],
        base_url: str | None = None,
        token: Token | None = None,
        *,
        network: NetworkSettings | None = None,
    ) -> RenewingConnection:
        """Return a connection that is not saved.

        Its token is shared with every program that passes the same fields. Raise InputError with all problems of the
        inputs.
        """
        url = parse_base_url(base_url)
        credentials = build_credentials(self._get_spec(kind), fields, url)
        if token is not None:
            access, refresh = (clean_access_token(part) if part else "" for part in (token.access, token.refresh))
            token = replace(token, access=access, refresh=refresh)
        return RenewingConnection(
            credentials,
            name=kind,
            base_url=url,
            store=self._store,
            row_name=_build_shared_name(credentials, url, token),
            initial_token=token,
            endpoint=self._endpoint,
            network=network,
            clock=self._clock,
        )

    def read_row(self, name: str) -> StoredConnection:
        """Return the row of a saved connection. Raise ConnectionFailed."""
        try:
            row = self._store.read(name) if _NAME.fullmatch(name) else None
        except StoreError as error:
            raise ConnectionFailed(
                "The stored connections cannot be read.", connection=name, detail=str(error)
            ) from None
        if row is None:
            raise self._build_unknown_error(name)
        return row

    def _get_spec(self, kind: str) -> ConnectionSpec:
        if (spec := self._specs.get(kind)) is None:
            raise InputError([Problem("key", f'expected {" or ".join(self._specs)}, got "{kind}".')])
        return spec

    def _build_unknown_error(self, name: str) -> ConnectionFailed:
        names = self.list_names()
        known = f"Stored connections: {', '.join(names)}." if names else "No connection is stored yet."
        return ConnectionFailed(
            f'No connection is stored as "{name}". {known} Save one with `zoom-component connect`.',
            connection=name,
            reconnect=True,
        )


def _build_shared_name(credentials: Credentials, base_url: str, token: Token | None) -> str:
    """Return the name of the row for an app and account.

    The account of an authorization code grant is not known: the digest of its first refresh token stands for it.
    """
    refresh = token.refresh if token and not credentials.can_reissue else ""
    account = credentials.account_id if credentials.can_reissue else hashlib.sha256(refresh.encode()).hexdigest()
    token_url = credentials.client.token_url.split("?")[0]
    parts = "\n".join((credentials.kind, credentials.client.id, account, token_url, base_url))
    return _SHARED_PREFIX + hashlib.sha256(parts.encode()).hexdigest()


def check_fields(spec: ConnectionSpec, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields without surrounding space and invisible characters, and without empty ones.

    Raise InputError with all problems.
    """
    problems = [
        Problem(key, f"is not an input of {spec.key}; its inputs are {', '.join(spec.inputs)}.")
        for key in fields
        if key not in spec.inputs
    ]
    checked: dict[str, str] = {}
    for key, definition in spec.inputs.items():
        value = fields.get(key)
        if value is not None and not isinstance(value, str):
            problems.append(Problem(key, "expected text. Put quotes around the value."))
        elif value and (cleaned := _clean_field(key, value.strip(), problems)):
            checked[key] = cleaned
        elif any(problem.input == key for problem in problems):
            continue
        elif definition.required and definition.default in (ABSENT, None, ""):
            problems.append(Problem(key, f"{definition.label} is required for {spec.label}."))
    if problems:
        raise InputError(problems)
    return checked


def _clean_field(key: str, value: str, problems: list[Problem]) -> str:
    if value.isascii() and value.isprintable():
        return value
    from zoom_component.client.connections.field_cleaning import clean_field

    return clean_field(key, value, problems)


def fill_defaults(spec: ConnectionSpec, fields: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return the fields with defaults for those that are missing.

    The OAuth pages follow the base URL unless they are set: the defaults of the spec are for Zoom's own hosts only.
    """
    values = dict(fields)
    pages = get_oauth_pages(base_url)
    if pages != get_oauth_pages(DEFAULT_BASE_URL):
        for key, url in (("authorizeUrl", pages.authorize_url), ("tokenUrl", pages.token_url)):
            if key in spec.inputs:
                values.setdefault(key, url)
    for key, definition in spec.inputs.items():
        if isinstance(definition.default, str) and definition.default:
            values.setdefault(key, definition.default)
    return {
        key: _fill_template(value, values) if spec.inputs[key].type == "template" else value
        for key, value in values.items()
    }


def build_credentials(spec: ConnectionSpec, fields: Mapping[str, Any], base_url: str) -> Credentials:
    """Return the credentials in the fields, with defaults.

    Raise InputError for invalid fields or foreign hosts in a spec, ConnectionFailed for an unsupported grant.
    """
    checked = check_fields(spec, fields)
    values = fill_defaults(spec, checked, base_url)
    require_known_hosts(values, base_url, f"connections/{spec.key}: the default of ", chosen=checked)
    if spec.grant not in (AUTHORIZATION_CODE, ACCOUNT_CREDENTIALS):
        raise ConnectionFailed(
            f"The grant of the connection {spec.key}: expected {AUTHORIZATION_CODE} or {ACCOUNT_CREDENTIALS}, "
            f'got "{spec.grant}".'
        )
    return Credentials(
        kind=spec.key,
        grant=spec.grant,
        client=OAuthClient(values.get("clientId", ""), values.get("clientSecret", ""), values.get("tokenUrl", "")),
        account_id=values.get("accountId", ""),
        scopes=values.get("scopes", ""),
        authorize_url=values.get("authorizeUrl", ""),
    )


def _fill_template(template: str, values: Mapping[str, str]) -> str:
    """Replace each `{{#key}}` by the value of that field, escaped for the query of a URL."""
    return re.sub(r"\{\{#(\w+)\}\}", lambda match: quote(values.get(match.group(1), ""), safe=""), template)
