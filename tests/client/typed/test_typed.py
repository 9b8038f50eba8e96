"""Test actions as methods over the sandbox: names, results, streams, mistakes, and further specs."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zoom_component import Component, SessionOptions
from zoom_component.client.typed import AsyncTyped, CreateMeetingResult, Typed
from zoom_component.client.typed.names import map_input_names, to_python_name
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

OPTIONS = SessionOptions(count_daily=False, first_wait=0.0)
OWN = """\
key: listTeams
label: List Teams
description: List the groups of the account
effect: read
request: {method: GET, path: /groups}
inputs:
  includeAll: {label: Include All, required: true, target: header.X-Include-All}
"""


@pytest.fixture
def served() -> Iterator[Sandbox]:
    with Sandbox(users=640) as zoom:
        yield zoom


@pytest.fixture
def zoom(served: Sandbox) -> Iterator[Typed]:
    with Component.load().connect(token=served.issue_token(), base_url=served.api_url, options=OPTIONS) as session:
        yield Typed(session)


def test_an_action_is_a_method_and_its_inputs_are_keywords(zoom: Typed, served: Sandbox) -> None:
    meeting: CreateMeetingResult = zoom.create_meeting(user_id="me", topic="Daily", use_pmi=False, meeting_type=2)
    assert zoom.update_meeting(meeting_id=meeting["id"], topic="Weekly") == {}
    assert zoom.get_meeting(meeting_id=meeting["id"])["topic"] == "Weekly"
    zoom.list_users_recordings(user_id="me", from_="2026-02-15", to="2026-03-10")
    assert ("from", "2026-02-15") in served.requests[-1].query


def test_lists_are_returned_whole_or_item_by_item(zoom: Typed, served: Sandbox) -> None:
    whole = zoom.list_users()["users"]
    streamed = [user["email"] for user in zoom.stream.list_users()]
    assert streamed == [user["email"] for user in whole]
    assert len(streamed) == 644
    before = len(served.requests)
    next(zoom.stream.list_users(status="active"))
    assert len(served.requests) == before + 1


def list_problems(error: InputError) -> dict[str, str]:
    return {problem.input: problem.message for problem in error.problems}


def test_problems_are_reported_at_once_under_python_names(zoom: Typed, served: Sandbox) -> None:
    wrong: Any = zoom.create_meeting
    with pytest.raises(InputError) as caught:
        wrong(topik="x", duration="soon", end_date_time="2030-03-04T09:30:00Z", end_times=2, userId="me")
    problems = list_problems(caught.value)
    assert set(problems) >= {"topik", "userId", "user_id", "duration"}
    assert "did you mean topic?" in problems["topik"]
    assert "did you mean user_id?" in problems["userId"]
    with pytest.raises(InputError) as caught:
        next(zoom.stream.list_meetings(user_id=""))
    assert set(list_problems(caught.value)) == {"user_id"}
    with pytest.raises(InputError, match="weekly_day"):
        zoom.create_meeting(user_id="me", meeting_type=8, recurrence=2)
    assert served.requests == []


def test_an_unknown_method_is_reported_with_a_similar_one(zoom: Typed) -> None:
    lenient: Any = zoom
    with pytest.raises(AttributeError, match="did you mean create_meeting"):
        _ = lenient.creat_meeting
    with pytest.raises(AttributeError, match=r"get_user is not a list; .*list_users"):
        _ = lenient.stream.get_user
    assert {"create_meeting", "stream", "session"} <= set(dir(zoom))
    assert "get_user" not in dir(zoom.stream)
    assert not hasattr(zoom, "_ipython_display_")


def test_methods_have_docstrings_and_signatures_at_run_time(zoom: Typed) -> None:
    assert "Args:\n    user_id: User that" in (inspect.getdoc(zoom.list_meetings) or "")
    parameters = inspect.signature(zoom.list_meetings).parameters
    assert parameters["user_id"].default is inspect.Parameter.empty
    assert parameters["from_"].kind is inspect.Parameter.KEYWORD_ONLY
    assert "page_size" in parameters
    stream_parameters = inspect.signature(zoom.stream.list_meetings).parameters
    assert "resume" in stream_parameters
    assert "page_size" not in stream_parameters


def test_the_same_methods_for_asyncio(served: Sandbox) -> None:
    async def main() -> tuple[str, int]:
        component = Component.load()
        async with component.aconnect(token=served.issue_token(), base_url=served.api_url, options=OPTIONS) as session:
            zoom = AsyncTyped(session)
            meeting = await zoom.create_meeting(user_id="me", topic="Daily")
            with pytest.raises(InputError, match="user_id: is required"):
                await getattr(zoom, "get_user")()  # noqa: B009 - mypy reports the missing input
            with pytest.raises(InputError, match="user_id"):
                _ = [each async for each in zoom.stream.list_meetings(user_id="")]
            return meeting["topic"], len([user async for user in zoom.stream.list_users()])

    assert asyncio.run(main()) == ("Daily", 644)


def test_actions_of_further_specs_are_methods(served: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "actions/teams/listTeams.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(OWN, encoding="utf-8")
    with Component.load(tmp_path).connect(token=served.issue_token(), base_url=served.api_url) as session:
        zoom: Any = Typed(session)
        assert "groups" in zoom.list_teams(include_all="yes")
        with pytest.raises(InputError, match="include_all: is required"):
            zoom.list_teams()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("createMeeting", "create_meeting"), ("usePMI", "use_pmi"), ("retryDelayMS", "retry_delay_ms"),
        ("from", "from_"), ("HTMLText", "html_text"), ("page2Size", "page2_size"),
    ],
)  # fmt: skip
def test_a_key_becomes_a_python_name(key: str, name: str) -> None:
    assert to_python_name(key) == name


def test_keys_with_the_same_python_name_stay_unchanged() -> None:
    assert map_input_names(["userId", "user_id", "topicName"]) == {
        "userId": "userId", "user_id": "user_id", "topic_name": "topicName",
    }  # fmt: skip
