"""Test the public reports of files that cannot be fetched: the refusal of their address says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from zoom_component import Component
from zoom_component.client.session import Session
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with (
        Sandbox() as sandbox,
        Component.load().connect(token=sandbox.issue_token(), base_url=sandbox.api_url) as session,
    ):
        yield session


def refuse(session: Session, url: str, response_type: str = "binary") -> str:
    with pytest.raises(InputError) as caught:
        session.run("rawRequest", {"url": url, "method": "GET", "responseType": response_type})
    (problem,) = caught.value.problems
    assert problem.input == "url"
    return problem.message


@pytest.mark.parametrize(
    "url",
    [
        "https://us02web.zoom.us/rec/download/abc",
        "http://us02web.zoom.us/rec/webhook_download/abc",
        "us02web.zoom.us/rec/download/abc",
        "//zoom.us/rec/play/abc",
        " https://zoom.us/file/download/abc?filename=a.jpg&jwt=eyJ ",
        "https://file-paa.zoom.us/abc",
        "https://zoom.us/v2/phone/recording/download/EvVN",
        "https://zoom.us/recording_transcript/download/8f73",
        "https://zoomgov.com/rec/download/abc",
    ],
)
def test_the_address_of_a_file_is_refused_with_the_way_to_fetch_it(session: Session, url: str) -> None:
    # M1. https://github.com/chamilo/chamilo-lms/issues/9027, https://github.com/MacsiDigital/laravel-zoom/issues/82,
    # https://github.com/Jericho/ZoomNet/issues/494, https://github.com/kaltura/server/pull/11367
    message = refuse(session, url)
    assert message.startswith("expected a path below the base URL such as /users, got ")
    assert "with the connection's token as Authorization: Bearer" in message
    assert message.count(". ") == 0  # one sentence


@pytest.mark.parametrize(
    "url", ["https://api.zoom.us/v2/users", "zoom.us/users", "https://evil.test/x", "mailto:a@b.c"]
)
def test_another_address_is_refused_without_that_advice(session: Session, url: str) -> None:
    assert "Bearer" not in refuse(session, url)


@pytest.mark.parametrize("url", ["/users/me", "users/me", "/users/me?x=https://zoom.us/rec/download/abc"])
def test_a_path_is_still_a_path(session: Session, url: str) -> None:
    assert session.run("rawRequest", {"url": url, "method": "GET"}).data["data"]["email"] == "owner@example.com"


def test_the_way_that_the_message_names_fetches_a_file(session: Session) -> None:
    # Whoever sends the connection's token gets the file, and nobody else does.
    recording = session.run("getMeetingRecordings", {"meetingId": 85746065001}).data
    address = recording["recording_files"][0]["download_url"]
    fetched = httpx.get(address, headers={"authorization": session.connection.authorize()}, follow_redirects=True)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "video/mp4")
    assert httpx.get(address).status_code == 401
    refuse(session, address)


def test_the_page_that_the_message_names_has_the_section(session: Session) -> None:
    match = re.search(r"(docs/\S+)#(\S+)", refuse(session, "https://zoom.us/rec/download/a"))
    assert match is not None
    text = (ROOT / match[1]).read_text(encoding="utf-8")
    assert f"\n## {match[2].title()}\n" in text
