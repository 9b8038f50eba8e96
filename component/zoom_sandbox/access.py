"""Decide who may call the server of a sandbox: this machine only, or other machines with a secret of their own."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.documents import SandboxInputError

MIN_SECRET_LENGTH = 16
_SAFE_DOMAINS = (".localhost", ".test", ".zoom.us", ".zoomgov.com")


def is_local_name(name: str) -> bool:
    """Return whether a host name or an address is this machine's own loopback interface."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_local_host_header(host: str) -> bool:
    """Return whether a Host header names this machine, with or without a port.

    Names of Zoom, and names that nobody can register (https://www.rfc-editor.org/rfc/rfc6761), may lead here as well:
    no page of another site can have them.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    return is_local_name(name) or f".{name}".endswith(_SAFE_DOMAINS)


def expose_options(host: str, options: SandboxOptions) -> SandboxOptions:
    """Return the options of a sandbox that listens at an address.

    Raises SandboxInputError if other machines could call it, and its client secret is public or easy to guess.
    """
    if is_local_name(host):
        return options
    secret = options.client_secret
    is_public = secret == SandboxOptions.client_secret
    if is_public or len(secret) < MIN_SECRET_LENGTH:
        got = "the built-in one, which is public" if is_public else f"{len(secret)} characters"
        raise SandboxInputError(
            [
                f"client_secret: expected a secret of your own with at least {MIN_SECRET_LENGTH} characters, because "
                f"other machines can call {host or 'every address'}; got {got}"
            ]
        )
    return replace(options, is_exposed=True)
