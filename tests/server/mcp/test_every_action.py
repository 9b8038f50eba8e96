"""An agent calls every action, as a stranger would: by what the tools say of themselves, over every way there is."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from tests.server.mcp.conftest import OPTIONS, Opens
from tests.server.mcp.test_agents import said, talk, value
from tests.server.mcp.test_agents_over_wires import START, listening, surroundings
from tests.tools.toolkit.test_tools_run import CALLS, MEETING

from zoom_component import Component
from zoom_component.server.mcp.server import McpHandlers, build_server
from zoom_component.tools.export.action_selection import ActionSelection
from zoom_sandbox import Sandbox

PAST, PAST_WEBINAR = "85746065001", "95204914001"
# In order: what is made before it is read, and what is taken away at the end. A word in capitals is a thing's id.
EVERY: list[tuple[str, dict[str, Any]]] = [
    ("createMeeting", {"userId": "me", "topic": "Daily", "meetingType": 2, "startTime": "2030-03-04T09:30:00",
                       "timezone": "Europe/Berlin", "registrationType": 1, "approvalType": 0}),
    ("getMeeting", {"meetingId": "MEETING"}),
    ("getMeetingInvitation", {"meetingId": "MEETING"}),
    ("updateMeeting", {"meetingId": "MEETING", "topic": "Weekly"}),
    ("addMeetingRegistrant", {"meetingId": "MEETING", "email": "kim@example.org", "firstName": "Kim",
                              "lastName": "Lee"}),
    ("listMeetingRegistrants", {"meetingId": "MEETING"}),
    ("listMeetings", {"userId": "me"}),
    ("getPastMeetingParticipants", {"meetingId": PAST}),
    ("getMeetingSummary", {"meetingId": "/ajXp112QmuoKj4854875=="}),
    ("getMeetingRecordings", {"meetingId": PAST}),
    ("listUsersRecordings", {"userId": "me", "from": "2026-02-15", "to": "2026-03-10"}),
    ("deleteMeetingRecordings", {"meetingId": PAST, "action": "trash"}),
    ("getWebinar", {"webinarId": "WEBINAR"}),
    ("addWebinarRegistrant", {"webinarId": "WEBINAR", "email": "kim@example.org", "firstName": "Kim",
                              "lastName": "Lee"}),
    ("listWebinarRegistrants", {"webinarId": "WEBINAR"}),
    ("listWebinars", {"userId": "me"}),
    ("listWebinarParticipants", {"webinarId": PAST_WEBINAR}),
    ("listUsersChannels", {"userId": "me"}),
    ("listUsersChatMessages", {"userId": "me", "toContact": "user000001@example.com"}),
    ("getPhoneRecordings", {"userId": "me"}),
    ("getUsersPhoneRecordings", {"userId": "me"}),
    ("getAccountsPhoneRecordings", {}),
    ("listDevices", {}),
    ("listArchivedFiles", {}),
    ("getDailyUsageReport", {"year": 2026, "month": 3}),
    ("createUser", {"action": "create", "email": "new@example.com", "firstName": "Nova", "lastName": "Ng",
                    "userType": 1}),
    ("getUser", {"userId": "new@example.com"}),
    ("updateUser", {"userId": "new@example.com", "dept": "Developers"}),
    ("listUsers", {}),
    ("deleteUser", {"userId": "new@example.com", "action": "delete"}),
    ("rawRequest", {"url": "/users/me", "method": "GET", "responseType": "json"}),
]  # fmt: skip


def webinar(zoom: Sandbox) -> str:
    """A webinar with registration, made as the owner would."""
    topic = {"topic": "Launch", "type": 5, "start_time": "2030-03-20T10:00:00Z", "settings": {"approval_type": 0}}
    raw = {"url": "/users/me/webinars", "method": "POST", "data": topic, "responseType": "json"}
    with Component.load().connect(
        token=zoom.issue_token(), base_url="http://127.0.0.1/v2", transport=zoom.create_transport(), options=OPTIONS
    ) as session:
        return str(session.run("rawRequest", raw).data["data"]["id"])


def everything(ids: Mapping[str, str]) -> Callable[[Client], Awaitable[None]]:
    """Calls every tool with inputs that its schema allows, and holds each result against the schema of results."""

    async def main(client: Client) -> None:
        known = dict(ids)
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {name for name, _ in EVERY} | {"pick"}
        for name, told in EVERY:
            inputs = {key: known.get(part, part) if isinstance(part, str) else part for key, part in told.items()}
            Draft202012Validator(tools[name].input_schema).validate(inputs)
            found = value(await client.call_tool(name, inputs))
            Draft202012Validator(tools[name].output_schema or {}).validate(found)
            assert isinstance(found["data"], dict)
            if name == "createMeeting":
                known["MEETING"] = str(found["data"]["id"])

    return main


def test_there_is_a_call_for_every_action(component: Component) -> None:
    assert sorted(name for name, _ in EVERY) == sorted(component.catalogue.action_keys())


def test_every_action_is_called(client: Opens, zoom: Sandbox) -> None:
    talk(client, everything({"WEBINAR": webinar(zoom)}))


def test_every_action_is_called_over_pipes(tmp_path: Path) -> None:
    with Sandbox(users=5) as zoom:
        words = ["-c", START, "mcp"]

        async def main() -> None:
            started = StdioServerParameters(command=sys.executable, args=words, env=surroundings(zoom, tmp_path))
            async with Client(started) as opened:
                await everything({"WEBINAR": webinar(zoom)})(opened)

        anyio.run(main)


def test_every_action_is_called_over_http(tmp_path: Path) -> None:
    with Sandbox(users=5) as zoom, listening(zoom, tmp_path) as url:

        async def main() -> None:
            async with Client(url) as opened:
                await everything({"WEBINAR": webinar(zoom)})(opened)

        anyio.run(main)


def test_only_reads_are_there_when_only_reads_are_wanted(client: Opens) -> None:
    async def main(it: Client) -> None:
        tools = {tool.name: tool for tool in (await it.list_tools()).tools}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        for name in ("createMeeting", "updateUser", "deleteUser", "rawRequest"):
            assert name not in tools
            with pytest.raises(Exception, match=f"There is no tool '{name}'"):
                await it.call_tool(name, {})

    talk(client, main, ActionSelection(only=("read",)))


@pytest.fixture
def slugs(component: Component, zoom: Sandbox, mode: str) -> Callable[..., Client]:
    """A client of a server that offers the toolkit catalogue's tools."""

    def opened(*, dry: bool = False, **more: Any) -> Client:
        offered = {slug: component.catalogue.action(slug) for slug in component.catalogue.slugs()}
        served = McpHandlers(
            component.catalogue, offered,
            lambda: component.aconnect(
                token=zoom.issue_token(), base_url="http://127.0.0.1/v2", transport=zoom.create_transport(), options=OPTIONS
            ),
            dry_run=dry, use_slugs=True,
        )  # fmt: skip
        return Client(build_server(served), mode=mode, **more)

    return opened


def test_every_tool_of_the_catalogue_is_called_in_its_own_words(slugs: Callable[..., Client], zoom: Sandbox) -> None:
    known = {"WEBINAR": webinar(zoom)}

    async def main() -> None:
        async with slugs() as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == set(CALLS)
            for slug, told in CALLS.items():
                inputs = {key: known.get(part, part) if isinstance(part, str) else part for key, part in told.items()}
                assert set(inputs) <= set(tools[slug].input_schema["properties"])
                found = value(await client.call_tool(slug, inputs))
                assert set(found) == {"data", "error", "successful"}
                assert found["successful"] is True
                Draft202012Validator(tools[slug].output_schema or {}).validate(found)
                if slug == "ZOOM_CREATE_A_MEETING":
                    known["MEETING"] = str(found["data"]["id"])

    anyio.run(main)


def test_a_tool_of_the_catalogue_has_nothing_of_ours(slugs: Callable[..., Client], zoom: Sandbox) -> None:
    async def main() -> None:
        async with slugs(dry=True) as client:
            (listing,) = [tool for tool in (await client.list_tools()).tools if tool.name == "ZOOM_LIST_MEETINGS"]
            assert {"userId", "type", "page_size", "next_page_token", "page_number"} <= set(
                listing.input_schema["properties"]
            )
            assert not {"dryRun", "maxItems", "resume", "debugRequest"} & set(listing.input_schema["properties"])
            shown = value(await client.call_tool("ZOOM_CREATE_A_MEETING", MEETING))
            assert shown["data"]["request"]["body"]["settings"]["use_pmi"] is False
            wrong = await client.call_tool("ZOOM_LIST_MEETINGS", {"dryRun": True, "userId": "me"})
            assert '"successful":false' in said(wrong)
            assert wrong.structured_content["error"].startswith("input_error: dryRun: this action has no such input")
        assert zoom.requests == []

    anyio.run(main)


def test_a_delete_of_the_catalogue_is_asked_about_too(slugs: Callable[..., Client], zoom: Sandbox) -> None:
    async def answered(context: Any, params: Any) -> types.ElicitResult:
        return types.ElicitResult(action="decline")

    async def main() -> None:
        async with slugs(elicitation_callback=answered) as client:
            found = await client.call_tool("ZOOM_DELETE_MEETING_RECORDINGS", {"meetingId": PAST, "action": "trash"})
            assert "not agreed to" in said(found)

    anyio.run(main)
    assert zoom.requests == []
