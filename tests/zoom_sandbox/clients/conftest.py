"""A Zoom on loopback, and clients of it that know nothing but its addresses."""

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
    """The client of the package zoomus: it gets its own token, server to server."""
    from zoomus import ZoomClient

    oauth = f"{zoom.url}/oauth/token"
    return ZoomClient(zoom.client_id, zoom.client_secret, zoom.account_id, base_uri=zoom.api_url, oauth_uri=oauth)


@pytest.fixture
def pyzoom(zoom: Sandbox) -> Iterator[Any]:
    """The client of the package pyzoom, over a token; its models are of an older pydantic, and say so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyzoom import ZoomClient

        yield ZoomClient(zoom.issue_token(), base_url=zoom.api_url)
