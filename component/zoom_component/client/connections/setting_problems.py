"""Build the errors of settings that name no connection, or that lead credentials elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zoom_component.client.connections.setting_sources import ENVIRONMENT_VARIABLES
from zoom_component.client.connections.urls import format_host
from zoom_component.errors import ConnectionFailed, InputError, Problem

__all__ = [
    "build_file_host_error",
    "build_later_host_error",
    "build_missing_connection_error",
    "build_network_error",
    "list_credential_problems",
]


def list_credential_problems(values: Mapping[str, str]) -> list[Problem]:
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
                "cannot be combined with refresh_token: serverToServer uses the first, oauth the second.",
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
    return f"Set {flag} or {variable} (in the environment or in a file with --env-file), or use a connection file"


def build_file_host_error(origin: str, url: str, *, has_own_credentials: bool) -> InputError:
    """Return the error of a base URL in a file, on a host that only the caller may choose.

    `origin` is the setting and its file. `has_own_credentials`: the credentials are in that file too.
    """
    reason = "which is not a host of Zoom's" if has_own_credentials else "but the credentials are not in that file"
    text = (
        f"names {format_host(url)}, {reason}. A file cannot choose that host, so nothing is sent. If it is intended, "
        f"pass the base URL with --base-url (base_url= in Python), or set {ENVIRONMENT_VARIABLES['base_url']} in the "
        "environment."
    )
    return InputError([Problem(origin, text)])


def build_later_host_error(url: str) -> InputError:
    """Return the error of a base URL that comes from a later source than the credentials."""
    text = (
        f"names {format_host(url)}, which is not a host of Zoom's, and comes from a later source than the credentials, "
        "so the credentials are not sent there. Set the base URL in the same source as the credentials, or with "
        "--base-url."
    )
    return InputError([Problem("base_url", text)])


def build_network_error(file: str, variable: str) -> InputError:
    """Return the error of a proxy or of authorities that a file sets for credentials that it does not hold."""
    text = (
        f"is only used with credentials that {file} sets too. Set it in the environment, or with --proxy or --ca-file."
    )
    return InputError([Problem(f"{file}: {variable}", text)])


def build_missing_connection_error(where: str = "", folder: Path | None = None) -> ConnectionFailed:
    """Return the error of settings that name no connection, with every way to set one.

    `where` is what was missing, as a sentence. A `.env` file in `folder` is named, because it is not read unasked.
    """
    text = (
        "There is no connection to use. Set one of: a token (--token or ZOOM_TOKEN); ZOOM_CLIENT_ID and "
        "ZOOM_CLIENT_SECRET with ZOOM_ACCOUNT_ID (Server-to-Server) or ZOOM_REFRESH_TOKEN (OAuth), in the environment "
        "or in a file with --env-file FILE; a connection file (ZOOM_CONNECTION_FILE); or save one with "
        "`zoom-component connect`."
    )
    if folder is not None and (folder / ".env").is_file():
        text += " The file .env of the current folder is only read with --env-file .env."
    return ConnectionFailed(f"{where} {text}".strip(), reconnect=True)
