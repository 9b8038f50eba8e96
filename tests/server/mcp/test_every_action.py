"""Call every action as a tool, checked against its schemas, in this process, over stdio and over HTTP."""

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
from tests.server.mcp.conftest import OPTIONS, OpenClient
from tests.server.mcp.test_server import get_error_text, get_value, run_with_client
from tests.server.mcp.test_transports import START, build_environment, run_server
from tests.tools.toolkit.test_tools_run import CALLS, MEETING

from zoom_component import Component
from zoom_component.server.mcp.server import McpHandlers, build_server
from zoom_component.tools.export.action_selection import ActionSelection
from zoom_sandbox import Sandbox

PAST, PAST_WEBINAR = "85746065001", "95204914001"
# In order: objects are created before they are read and deleted at the end. A value in capitals stands for an id.
# An action without a row is called with the inputs of its first example.
CALLS_BY_ACTION: list[tuple[str, dict[str, Any]]] = [
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


def list_calls(component: Component) -> list[tuple[str, Mapping[str, Any]]]:
    """Return a call for each action: the rows above, then the first examples of the other actions."""
    names = {name for name, _ in CALLS_BY_ACTION}
    others = [key for key in component.catalogue.action_keys() if key not in names]
    return [*CALLS_BY_ACTION, *((key, component.get_action(key).examples[0]["inputs"]) for key in others)]


def create_webinar(zoom: Sandbox) -> str:
    """Create a webinar with registration as the owner and return its id."""
    topic = {"topic": "Launch", "type": 5, "start_time": "2030-03-20T10:00:00Z", "settings": {"approval_type": 0}}
    raw = {"url": "/users/me/webinars", "method": "POST", "data": topic, "responseType": "json"}
    with Component.load().connect(
        token=zoom.issue_token(), base_url="http://127.0.0.1/v2", transport=zoom.create_transport(), options=OPTIONS
    ) as session:
        return str(session.run("rawRequest", raw).data["data"]["id"])


def call_every_action(ids: Mapping[str, str]) -> Callable[[Client], Awaitable[None]]:
    """Return a function that calls every tool and checks inputs and results against its schemas."""

    async def main(client: Client) -> None:
        ids_by_name = dict(ids)
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        calls = list_calls(Component.load())
        assert set(tools) == {name for name, _ in calls} | {"listOptions"}
        for name, template in calls:
            inputs = {
                key: ids_by_name.get(part, part) if isinstance(part, str) else part for key, part in template.items()
            }
            Draft202012Validator(tools[name].input_schema).validate(inputs)
            result = get_value(await client.call_tool(name, inputs))
            Draft202012Validator(tools[name].output_schema or {}).validate(result)
            assert isinstance(result["data"], dict)
            if name == "createMeeting":
                ids_by_name["MEETING"] = str(result["data"]["id"])

    return main


def test_there_is_a_call_for_every_action(component: Component) -> None:
    assert sorted(name for name, _ in list_calls(component)) == sorted(component.catalogue.action_keys())


def test_every_action_is_called(client: OpenClient, zoom: Sandbox) -> None:
    run_with_client(client, call_every_action({"WEBINAR": create_webinar(zoom)}))


def test_every_action_is_called_over_stdio(tmp_path: Path) -> None:
    with Sandbox(users=5) as zoom:
        command = ["-c", START, "mcp"]

        async def main() -> None:
            parameters = StdioServerParameters(
                command=sys.executable, args=command, env=build_environment(zoom, tmp_path)
            )
            async with Client(parameters) as client:
                await call_every_action({"WEBINAR": create_webinar(zoom)})(client)

        anyio.run(main)


def test_every_action_is_called_over_http(tmp_path: Path) -> None:
    with Sandbox(users=5) as zoom, run_server(zoom, tmp_path) as url:

        async def main() -> None:
            async with Client(url) as client:
                await call_every_action({"WEBINAR": create_webinar(zoom)})(client)

        anyio.run(main)


def test_only_reads_are_offered_with_only_read(client: OpenClient) -> None:
    async def main(mcp: Client) -> None:
        tools = {tool.name: tool for tool in (await mcp.list_tools()).tools}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        for name in ("createMeeting", "updateUser", "deleteUser", "rawRequest"):
            assert name not in tools
            with pytest.raises(Exception, match=f'unknown tool "{name}"'):
                await mcp.call_tool(name, {})

    run_with_client(client, main, ActionSelection(only=("read",)))


@pytest.fixture
def open_toolkit_client(component: Component, zoom: Sandbox, mode: str) -> Callable[..., Client]:
    """Return a function that opens a client of a server with the tools of the toolkit catalogue."""

    def open_client(*, dry_run: bool = False, **options: Any) -> Client:
        actions = {slug: component.catalogue.action(slug) for slug in component.catalogue.slugs()}
        handlers = McpHandlers(
            component.catalogue, actions,
            lambda: component.aconnect(
                token=zoom.issue_token(), base_url="http://127.0.0.1/v2",
                transport=zoom.create_transport(), options=OPTIONS,
            ),
            dry_run=dry_run, use_slugs=True,
        )  # fmt: skip
        return Client(build_server(handlers), mode=mode, **options)

    return open_client


def test_every_tool_of_the_catalogue_is_called_with_its_own_names(
    open_toolkit_client: Callable[..., Client], zoom: Sandbox
) -> None:
    ids_by_name = {"WEBINAR": create_webinar(zoom)}

    async def main() -> None:
        async with open_toolkit_client() as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == set(CALLS)
            for slug, template in CALLS.items():
                inputs = {
                    key: ids_by_name.get(part, part) if isinstance(part, str) else part
                    for key, part in template.items()
                }
                assert set(inputs) <= set(tools[slug].input_schema["properties"])
                result = get_value(await client.call_tool(slug, inputs))
                assert set(result) == {"data", "error", "successful"}
                assert result["successful"] is True
                Draft202012Validator(tools[slug].output_schema or {}).validate(result)
                if slug == "ZOOM_CREATE_A_MEETING":
                    ids_by_name["MEETING"] = str(result["data"]["id"])

    anyio.run(main)


def test_a_tool_of_the_catalogue_has_only_the_catalogues_inputs(
    open_toolkit_client: Callable[..., Client], zoom: Sandbox
) -> None:
    async def main() -> None:
        async with open_toolkit_client(dry_run=True) as client:
            (listing,) = [tool for tool in (await client.list_tools()).tools if tool.name == "ZOOM_LIST_MEETINGS"]
            assert {"userId", "type", "page_size", "next_page_token", "page_number"} <= set(
                listing.input_schema["properties"]
            )
            assert not {"dryRun", "maxItems", "resume", "debugRequest"} & set(listing.input_schema["properties"])
            plan = get_value(await client.call_tool("ZOOM_CREATE_A_MEETING", MEETING))
            assert plan["data"]["request"]["body"]["settings"]["use_pmi"] is False
            invalid = await client.call_tool("ZOOM_LIST_MEETINGS", {"dryRun": True, "userId": "me"})
            assert '"successful":false' in get_error_text(invalid)
            assert invalid.structured_content["error"].startswith("input_error: dryRun: unknown input")
        assert zoom.requests == []

    anyio.run(main)


def test_a_delete_of_the_catalogue_needs_confirmation(
    open_toolkit_client: Callable[..., Client], zoom: Sandbox
) -> None:
    async def decline(context: Any, params: Any) -> types.ElicitResult:
        return types.ElicitResult(action="decline")

    async def main() -> None:
        async with open_toolkit_client(elicitation_callback=decline) as client:
            result = await client.call_tool("ZOOM_DELETE_MEETING_RECORDINGS", {"meetingId": PAST, "action": "trash"})
            assert "did not agree" in get_error_text(result)

    anyio.run(main)
    assert zoom.requests == []
