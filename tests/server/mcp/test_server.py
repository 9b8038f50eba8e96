"""Test tools, resources, prompts and errors of the MCP server, in the current protocol and the one before."""

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
from tests.server.mcp.conftest import OpenClient

from zoom_component import Component
from zoom_component.errors import InputError
from zoom_component.tools.export.action_selection import ActionSelection
from zoom_sandbox import Sandbox

WITHOUT_RAW_REQUEST = ActionSelection(exclude=("rawRequest",))


def run_with_client(
    open_client: OpenClient, use: Callable[[Client], Awaitable[Any]], *args: Any, **options: Any
) -> Any:
    """Open a client and return what `use` returns."""

    async def main() -> Any:
        async with open_client(*args, **options) as client:
            return await use(client)

    return anyio.run(main)


def get_value(result: types.CallToolResult) -> dict[str, Any]:
    """Return the result of a call that succeeded, whose text holds the same JSON."""
    assert not result.is_error, result.content
    assert result.structured_content is not None
    [content] = result.content
    assert isinstance(content, types.TextContent)
    assert json.loads(content.text) == result.structured_content
    return dict(result.structured_content)


def get_error_text(result: types.CallToolResult) -> str:
    """Return the text of a call that failed."""
    assert result.is_error
    [content] = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def test_each_action_is_a_tool_with_schemas_and_hints(client: OpenClient, component: Component) -> None:
    tools = {tool.name: tool for tool in run_with_client(client, lambda mcp: mcp.list_tools()).tools}
    assert set(tools) == {*component.catalogue.action_keys(), "listOptions"}
    for tool in tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.title
        assert tool.description
    hints = {key: tools[key].annotations for key in ("listUsers", "createMeeting", "updateMeeting", "deleteUser")}
    assert [(hint.read_only_hint, hint.destructive_hint, hint.idempotent_hint) for hint in hints.values()] == [
        (True, False, True), (False, False, False), (False, True, True), (False, True, True),
    ]  # fmt: skip


def test_a_meeting_is_created_updated_and_read(client: OpenClient) -> None:
    async def work(mcp: Client) -> None:
        inputs = {"userId": "me", "topic": "Daily", "startTime": "2030-03-04T09:30:00", "timezone": "Europe/Paris"}
        created = get_value(await mcp.call_tool("createMeeting", inputs))["data"]
        assert get_value(
            await mcp.call_tool("updateMeeting", {"meetingId": str(created["id"]), "topic": "Weekly"})
        ) == {"data": {}}
        meeting = get_value(await mcp.call_tool("getMeeting", {"meetingId": str(created["id"])}))["data"]
        assert (meeting["topic"], meeting["timezone"]) == ("Weekly", "Europe/Paris")

    run_with_client(client, work)


def test_a_list_is_fetched_in_parts_with_progress(client: OpenClient) -> None:
    async def work(mcp: Client) -> None:
        counts: list[float] = []

        async def record(progress: float, total: float | None, message: str | None) -> None:
            counts.append(progress)

        first = get_value(await mcp.call_tool("listUsers", {"maxItems": 400}, progress_callback=record))
        assert len(first["data"]["users"]) == 400
        assert counts == [400]
        rest = get_value(await mcp.call_tool("listUsers", {"maxItems": 400, "resume": first["next"]}))
        assert "next" not in rest
        emails = [user["email"] for part in (first, rest) for user in part["data"]["users"]]
        assert len(emails) == len(set(emails)) == 644

    run_with_client(client, work)


@pytest.mark.parametrize("empty", [None, "", []])
def test_a_model_may_send_an_empty_value_for_every_unused_input(client: OpenClient, zoom: Sandbox, empty: Any) -> None:
    async def work(mcp: Client) -> None:
        tools = {tool.name: tool.input_schema["properties"] for tool in (await mcp.list_tools()).tools}
        unused = dict.fromkeys(tools["createMeeting"], empty)
        created = get_value(await mcp.call_tool("createMeeting", {**unused, "userId": "me", "topic": "Daily"}))
        assert created["data"]["topic"] == "Daily"
        body = zoom.requests[-1].json()
        unused = dict.fromkeys(tools["listUsers"], empty)
        assert get_value(await mcp.call_tool("listUsers", {**unused, "maxItems": 5}))["data"]["users"]
        assert "resume" in tools["listUsers"]
        await mcp.call_tool("createMeeting", {"userId": "me", "topic": "Daily"})
        assert zoom.requests[-1].json() == body

    run_with_client(client, work)


@pytest.mark.parametrize(
    ("name", "arguments", "message", "kind"),
    [
        (
            "createMeeting",
            {"userId": "me", "duration": "soon"},
            'duration: expected an integer from 1 to 1440, got "soon"',
            "input_error",
        ),
        ("createMeeting", {"userId": "me", "topik": "x"}, "did you mean topic?", "input_error"),
        ("getMeeting", {"meetingId": "85746065432"}, "does not exist", "not_found"),
        ("listUsers", {"maxItems": 0}, "maxItems: expected an integer from 1", "input_error"),
        ("listUsers", {"resume": "made-up"}, "next page token", "refused"),
    ],
)
def test_an_error_says_what_to_do(
    client: OpenClient, name: str, arguments: dict[str, Any], message: str, kind: str
) -> None:
    result = run_with_client(client, lambda mcp: mcp.call_tool(name, arguments))
    assert message in get_error_text(result)
    assert result.structured_content["error"]["kind"] == kind


async def create_meeting(arguments: dict[str, Any], mcp: Client) -> types.CallToolResult:
    return await mcp.call_tool("createMeeting", arguments)


def test_a_dry_run_returns_the_request_and_sends_nothing(client: OpenClient, zoom: Sandbox) -> None:
    arguments = {"userId": "me", "topic": "Daily"}
    for options in ({"dry_run": True}, {}):
        dry_run = {} if options else {"dryRun": True}
        plan = get_value(run_with_client(client, partial(create_meeting, {**arguments, **dry_run}), **options))
        assert plan["request"]["body"]["topic"] == "Daily"
        assert plan["request"]["headers"]["Authorization"] == "[redacted]"
    assert zoom.requests == []


def test_only_selected_actions_are_offered(client: OpenClient) -> None:
    async def work(mcp: Client) -> None:
        assert {tool.name for tool in (await mcp.list_tools()).tools} == {"getUser", "listUsers", "listOptions"}
        with pytest.raises(MCPError, match='unknown tool "deleteUser"'):
            await mcp.call_tool("deleteUser", {"userId": "me"})

    run_with_client(client, work, ActionSelection(only=("read",), resources=("users",)))


@pytest.mark.parametrize(
    ("selection", "problem"),
    [
        (ActionSelection(only=("reed",)), '--only: unknown effect "reed"; did you mean read?'),
        (ActionSelection(resources=("meeting",)), '--resources: unknown resource "meeting"'),
        (ActionSelection(include=("creatMeeting",)), '--include: no action matches "creatMeeting"'),
        (ActionSelection(exclude=("x*",)), '--exclude: no action matches "x*"'),
    ],
)
def test_a_selection_that_matches_nothing_is_refused(
    component: Component, selection: ActionSelection, problem: str
) -> None:
    with pytest.raises(InputError, match=problem.replace("*", r"\*").replace("?", r"\?")):
        selection.select_actions(component.catalogue)


@pytest.mark.parametrize(("answer", "is_deleted"), [("accept", True), ("decline", False), ("cancel", False)])
def test_a_person_is_asked_before_something_is_deleted(
    client: OpenClient, zoom: Sandbox, answer: Any, is_deleted: bool
) -> None:
    questions: list[str] = []

    async def answer_question(context: Any, params: Any) -> types.ElicitResult:
        questions.append(params.message)
        return types.ElicitResult(action=answer, content={} if answer == "accept" else None)

    email = "user000001@example.com"
    arguments = {"userId": email, "action": "delete"}
    result = run_with_client(
        client, lambda mcp: mcp.call_tool("deleteUser", arguments), elicitation_callback=answer_question
    )
    assert len(questions) == 1
    assert email in questions[0]
    assert ("DELETE" in [request.method for request in zoom.requests]) is is_deleted
    assert result.is_error is (not is_deleted)


def test_a_raw_request_needs_confirmation_before_a_write_only(client: OpenClient, zoom: Sandbox) -> None:
    questions: list[str] = []

    async def decline(context: Any, params: Any) -> types.ElicitResult:
        questions.append(params.message)
        return types.ElicitResult(action="decline")

    async def work(mcp: Client) -> None:
        read = {"url": "/users/me", "method": "GET", "responseType": "json"}
        assert get_value(await mcp.call_tool("rawRequest", read))["data"]
        assert get_error_text(await mcp.call_tool("rawRequest", {**read, "method": "DELETE"}))

    run_with_client(client, work, elicitation_callback=decline)
    assert len(questions) == 1
    assert [request.method for request in zoom.requests] == ["GET"]


def test_a_delete_is_done_if_the_client_cannot_ask(client: OpenClient) -> None:
    arguments = {"userId": "user000001@example.com", "action": "delete"}
    assert get_value(run_with_client(client, lambda mcp: mcp.call_tool("deleteUser", arguments))) == {"data": {}}


def test_resources_can_be_read(client: OpenClient) -> None:
    async def work(mcp: Client) -> None:
        uris = {str(each.uri) for each in (await mcp.list_resources()).resources}
        assert uris == {"zoom://actions", "zoom://countries", "zoom://events", "zoom://time-zones"}
        for uri, text in (
            ("zoom://time-zones", "Europe/Paris"),
            ("zoom://countries", '"DE": "Germany"'),
            ("zoom://events/meeting.started", "host_id"),
        ):
            [content] = (await mcp.read_resource(uri)).contents
            assert isinstance(content, types.TextResourceContents)
            assert text in content.text
        with pytest.raises(MCPError, match=r"did you mean meeting\.started"):
            await mcp.read_resource("zoom://events/meeting.startet")

    run_with_client(client, work)


def test_prompts_are_filled_with_their_arguments(client: OpenClient, component: Component) -> None:
    async def work(mcp: Client) -> None:
        prompts = (await mcp.list_prompts()).prompts
        for prompt in prompts:
            arguments = {each.name: "a-value" for each in prompt.arguments or []}
            [message] = (await mcp.get_prompt(prompt.name, arguments)).messages
            assert isinstance(message.content, types.TextContent)
            assert "a-value" in message.content.text
            assert "{" not in message.content.text
        with pytest.raises(MCPError, match="findRecording requires day"):
            await mcp.get_prompt("findRecording", {"person": "me"})

    run_with_client(client, work)


def test_without_a_connection_tools_are_listed_and_a_call_reports_what_is_missing(
    component: Component, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoom_component.server.mcp.server import McpHandlers, build_server

    def open_session() -> Any:
        return component.aconnect("nowhere")

    async def main() -> types.CallToolResult:
        actions = {each.key: each for each in WITHOUT_RAW_REQUEST.select_actions(component.catalogue)}
        async with Client(build_server(McpHandlers(component.catalogue, actions, open_session)), mode=mode) as mcp:
            assert (await mcp.list_tools()).tools
            return await mcp.call_tool("getUser", {"userId": "me"})

    assert "nowhere" in get_error_text(anyio.run(main))


def test_a_result_has_its_attempts_beside_it_if_something_was_sent_again(client: OpenClient, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
    results = [run_with_client(client, lambda mcp: mcp.call_tool("getUser", {"userId": "me"})) for _ in range(2)]
    assert results[0].meta["zoom-component/attempts"] == {"requests": 2, "retries": 1}
    assert set(get_value(results[0])) == {"data"}
    assert "zoom-component/attempts" not in (results[1].meta or {})
