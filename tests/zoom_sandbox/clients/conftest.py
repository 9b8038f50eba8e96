"""Provide a sandbox on this machine, and public clients that only get its URLs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from zoom_sandbox import Sandbox


@pytest.fixture
def zoom() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def zoomus(zoom: Sandbox) -> Any:
    """Return a client of the package zoomus, which requests its own token, server to server."""
    from zoomus import ZoomClient

    oauth = f"{zoom.url}/oauth/token"
    return ZoomClient(zoom.client_id, zoom.client_secret, zoom.account_id, base_uri=zoom.api_url, oauth_uri=oauth)


@pytest.fixture
def pyzoom(zoom: Sandbox) -> Iterator[Any]:
    """Return a client of the package pyzoom with a token. Its models cause warnings of pydantic."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyzoom import ZoomClient

        yield ZoomClient(zoom.issue_token(), base_url=zoom.api_url)
