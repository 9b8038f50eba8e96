"""Test the tool that lists options: its data sources, results and errors."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from mcp import Client
from tests.server.mcp.conftest import OpenClient
from tests.server.mcp.test_server import get_error_text, get_value, run_with_client

from zoom_component.tools.export.action_selection import ActionSelection


async def list_options(mcp: Client, arguments: dict[str, Any]) -> Any:
    return await mcp.call_tool("listOptions", arguments)


def test_an_id_is_found_by_a_name(client: OpenClient) -> None:
    page = get_value(
        run_with_client(client, partial(list_options, arguments={"source": "selectUser", "search": "ada"}))
    )
    assert page == {"options": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}]}
    first = get_value(run_with_client(client, partial(list_options, arguments={"source": "selectUser", "limit": 1})))
    more = get_value(
        run_with_client(
            client, partial(list_options, arguments={"source": "selectUser", "limit": 1, "resume": first["next"]})
        )
    )
    assert more["options"] == page["options"]


def test_null_and_empty_arguments_count_as_not_given(client: OpenClient) -> None:
    empties = {"inputs": None, "search": "", "limit": None, "resume": None}
    whole = get_value(run_with_client(client, partial(list_options, arguments={"source": "selectUser"})))
    same = get_value(run_with_client(client, partial(list_options, arguments={"source": "selectUser", **empties})))
    assert same == whole


def test_only_sources_of_offered_actions_are_listed(client: OpenClient) -> None:
    async def sources(mcp: Client) -> list[str]:
        tools = {tool.name: tool for tool in (await mcp.list_tools()).tools}
        return list(tools["listOptions"].input_schema["properties"]["source"]["enum"]) if "listOptions" in tools else []

    assert run_with_client(client, sources, ActionSelection(resources=("webinars",))) == [
        "selectWebinar", "selectWebinarParticipant",
    ]  # fmt: skip
    assert run_with_client(client, sources, ActionSelection(include=("createMeeting",))) == []
    assert run_with_client(client, sources, dry_run=True) == []
    refused = run_with_client(
        client, partial(list_options, arguments={"source": "selectUser"}), ActionSelection(resources=("webinars",))
    )
    assert 'unknown source "selectUser"' in get_error_text(refused)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "source: is required"),
        ({"source": "selectMeeting"}, "userId: is required"),
        ({"source": "selectUser", "limit": "3"}, "limit: expected an integer, got '3'"),
        ({"source": "selectUser", "serch": "x"}, "serch: unknown argument; did you mean search?"),
        ({"source": "selectMeetingRegistrant", "inputs": {"meetingId": "81234567890"}}, "answered 404"),
    ],
)
def test_errors_say_what_to_do(client: OpenClient, arguments: dict[str, Any], message: str) -> None:
    assert message in get_error_text(run_with_client(client, partial(list_options, arguments=arguments)))
