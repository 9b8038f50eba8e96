"""An agent lists tools, calls them, reads and is refused, in the protocol of today and in the one before."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import mcp_types as types
import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.shared.exceptions import MCPError
from tests.server.mcp.conftest import Opens

from zoom_component import Component
from zoom_component.errors import InputError
from zoom_component.tools.export.action_selection import ActionSelection
from zoom_sandbox import Sandbox

ABLE = ActionSelection(exclude=("rawRequest",))


def talk(opens: Opens, what: Callable[[Client], Awaitable[Any]], *args: Any, **how: Any) -> Any:
    """What comes of a talk with a server."""

    async def main() -> Any:
        async with opens(*args, **how) as client:
            return await what(client)

    return anyio.run(main)


def value(result: types.CallToolResult) -> dict[str, Any]:
    """What a call that succeeded gives; its text says the same."""
    assert not result.is_error, result.content
    assert result.structured_content is not None
    [content] = result.content
    assert isinstance(content, types.TextContent)
    assert json.loads(content.text) == result.structured_content
    return dict(result.structured_content)


def said(result: types.CallToolResult) -> str:
    """The words of a call that failed."""
    assert result.is_error
    [content] = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def test_each_action_is_a_tool_with_schemas_and_hints(client: Opens, component: Component) -> None:
    tools = {tool.name: tool for tool in talk(client, lambda it: it.list_tools()).tools}
    assert set(tools) == {*component.catalogue.action_keys(), "pick"}
    for tool in tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.title
        assert tool.description
    hints = {key: tools[key].annotations for key in ("listUsers", "createMeeting", "updateMeeting", "deleteUser")}
    assert [(it.read_only_hint, it.destructive_hint, it.idempotent_hint) for it in hints.values()] == [
        (True, False, True), (False, False, False), (False, True, True), (False, True, True),
    ]  # fmt: skip


def test_a_meeting_is_made_changed_and_read(client: Opens) -> None:
    async def work(it: Client) -> None:
        inputs = {"userId": "me", "topic": "Daily", "startTime": "2030-03-04T09:30:00", "timezone": "Europe/Paris"}
        made = value(await it.call_tool("createMeeting", inputs))["data"]
        assert value(await it.call_tool("updateMeeting", {"meetingId": str(made["id"]), "topic": "Weekly"})) == {
            "data": {}
        }
        read = value(await it.call_tool("getMeeting", {"meetingId": str(made["id"])}))["data"]
        assert (read["topic"], read["timezone"]) == ("Weekly", "Europe/Paris")

    talk(client, work)


def test_a_list_comes_in_pieces_with_progress(client: Opens) -> None:
    async def work(it: Client) -> None:
        told: list[float] = []

        async def counted(progress: float, total: float | None, message: str | None) -> None:
            told.append(progress)

        first = value(await it.call_tool("listUsers", {"maxItems": 400}, progress_callback=counted))
        assert len(first["data"]["users"]) == 600  # whole pages
        assert told == [300, 600]
        rest = value(await it.call_tool("listUsers", {"maxItems": 400, "resume": first["next"]}))
        assert "next" not in rest
        emails = [user["email"] for part in (first, rest) for user in part["data"]["users"]]
        assert len(emails) == len(set(emails)) == 644

    talk(client, work)


@pytest.mark.parametrize(
    ("name", "arguments", "words", "kind"),
    [
        ("createMeeting", {"userId": "me", "duration": "soon"}, 'duration: came "soon"', "input_error"),
        ("createMeeting", {"userId": "me", "topik": "x"}, "did you mean topic?", "input_error"),
        ("getMeeting", {"meetingId": "85746065432"}, "does not exist", "not_found"),
        ("listUsers", {"maxItems": 0}, "maxItems: came 0; accepted: a whole number from 1", "input_error"),
        ("listUsers", {"resume": "made-up"}, "next page token", "refused"),
    ],
)
def test_an_error_says_what_to_do(client: Opens, name: str, arguments: dict[str, Any], words: str, kind: str) -> None:
    result = talk(client, lambda it: it.call_tool(name, arguments))
    assert words in said(result)
    assert result.structured_content["error"]["kind"] == kind


async def create(arguments: dict[str, Any], it: Client) -> types.CallToolResult:
    return await it.call_tool("createMeeting", arguments)


def test_a_dry_run_shows_the_request_and_sends_none(client: Opens, zoom: Sandbox) -> None:
    arguments = {"userId": "me", "topic": "Daily"}
    for how in ({"dry": True}, {}):
        more = {} if how else {"dryRun": True}
        shown = value(talk(client, partial(create, {**arguments, **more}), **how))
        assert shown["request"]["body"]["topic"] == "Daily"
        assert shown["request"]["headers"]["Authorization"] == "[redacted]"
    assert zoom.requests == []


def test_only_what_is_chosen_is_there(client: Opens) -> None:
    async def work(it: Client) -> None:
        assert {tool.name for tool in (await it.list_tools()).tools} == {"getUser", "listUsers", "pick"}
        with pytest.raises(MCPError, match="There is no tool 'deleteUser'"):
            await it.call_tool("deleteUser", {"userId": "me"})

    talk(client, work, ActionSelection(only=("read",), resources=("users",)))


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        (ActionSelection(only=("reed",)), "--only: there is no effect 'reed'; did you mean read?"),
        (ActionSelection(resources=("meeting",)), "--resources: there is no resource 'meeting'"),
        (ActionSelection(include=("creatMeeting",)), "--include: no action fits 'creatMeeting'"),
        (ActionSelection(exclude=("x*",)), "--exclude: no action fits 'x*'"),
    ],
)
def test_a_choice_that_fits_nothing_is_told(component: Component, choice: ActionSelection, problem: str) -> None:
    with pytest.raises(InputError, match=problem.replace("*", r"\*").replace("?", r"\?")):
        choice.select_actions(component.catalogue)


@pytest.mark.parametrize(("answer", "gone"), [("accept", True), ("decline", False), ("cancel", False)])
def test_a_person_is_asked_before_something_is_deleted(client: Opens, zoom: Sandbox, answer: Any, gone: bool) -> None:
    asked: list[str] = []

    async def answered(context: Any, params: Any) -> types.ElicitResult:
        asked.append(params.message)
        return types.ElicitResult(action=answer, content={} if answer == "accept" else None)

    email = "user000001@example.com"
    arguments = {"userId": email, "action": "delete"}
    result = talk(client, lambda it: it.call_tool("deleteUser", arguments), elicitation_callback=answered)
    assert len(asked) == 1
    assert email in asked[0]
    assert ("DELETE" in [request.method for request in zoom.requests]) is gone
    assert result.is_error is (not gone)


def test_a_raw_request_asks_before_it_writes_and_not_before_it_reads(client: Opens, zoom: Sandbox) -> None:
    asked: list[str] = []

    async def declined(context: Any, params: Any) -> types.ElicitResult:
        asked.append(params.message)
        return types.ElicitResult(action="decline")

    async def work(it: Client) -> None:
        reads = {"url": "/users/me", "method": "GET", "responseType": "json"}
        assert value(await it.call_tool("rawRequest", reads))["data"]
        assert said(await it.call_tool("rawRequest", {**reads, "method": "DELETE"}))

    talk(client, work, elicitation_callback=declined)
    assert len(asked) == 1
    assert [request.method for request in zoom.requests] == ["GET"]


def test_where_nobody_can_be_asked_a_delete_is_done(client: Opens) -> None:
    arguments = {"userId": "user000001@example.com", "action": "delete"}
    assert value(talk(client, lambda it: it.call_tool("deleteUser", arguments))) == {"data": {}}


def test_events_zones_and_actions_can_be_read(client: Opens) -> None:
    async def work(it: Client) -> None:
        known = {str(each.uri) for each in (await it.list_resources()).resources}
        assert known == {"zoom://actions", "zoom://countries", "zoom://events", "zoom://time-zones"}
        for uri, holds in (
            ("zoom://time-zones", "Europe/Paris"),
            ("zoom://countries", '"DE": "Germany"'),
            ("zoom://events/meeting.started", "host_id"),
        ):
            [content] = (await it.read_resource(uri)).contents
            assert isinstance(content, types.TextResourceContents)
            assert holds in content.text
        with pytest.raises(MCPError, match=r"did you mean meeting\.started"):
            await it.read_resource("zoom://events/meeting.startet")

    talk(client, work)


def test_common_jobs_are_prompts(client: Opens, component: Component) -> None:
    async def work(it: Client) -> None:
        jobs = (await it.list_prompts()).prompts
        for job in jobs:
            arguments = {each.name: "a-value" for each in job.arguments or []}
            [message] = (await it.get_prompt(job.name, arguments)).messages
            assert isinstance(message.content, types.TextContent)
            assert "a-value" in message.content.text
            assert "{" not in message.content.text
        with pytest.raises(MCPError, match="findRecording needs day"):
            await it.get_prompt("findRecording", {"person": "me"})

    talk(client, work)


def test_without_a_connection_the_tools_are_there_and_a_call_says_what_is_missing(
    component: Component, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoom_component.server.mcp.server import McpHandlers, build_server

    def opens() -> Any:
        return component.aconnect("nowhere")

    async def main() -> types.CallToolResult:
        offered = {each.key: each for each in ABLE.select_actions(component.catalogue)}
        async with Client(build_server(McpHandlers(component.catalogue, offered, opens)), mode=mode) as it:
            assert (await it.list_tools()).tools
            return await it.call_tool("getUser", {"userId": "me"})

    assert "nowhere" in said(anyio.run(main))
