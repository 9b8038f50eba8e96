"""The pick lists as a tool: over the actions that are offered, with errors that say what to do."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from mcp import Client
from tests.server.mcp.conftest import Opens
from tests.server.mcp.test_agents import said, talk, value

from zoom_component.tools.export.action_selection import ActionSelection


async def picked(it: Client, arguments: dict[str, Any]) -> Any:
    return await it.call_tool("pick", arguments)


def test_an_agent_finds_an_id_by_a_name(client: Opens) -> None:
    found = value(talk(client, partial(picked, arguments={"source": "selectUser", "search": "ada"})))
    assert found == {"choices": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}]}
    first = value(talk(client, partial(picked, arguments={"source": "selectUser", "most": 1})))
    more = value(talk(client, partial(picked, arguments={"source": "selectUser", "most": 1, "resume": first["next"]})))
    assert more["choices"] == found["choices"]


def test_only_lists_over_actions_that_are_offered(client: Opens) -> None:
    async def sources(it: Client) -> list[str]:
        tools = {tool.name: tool for tool in (await it.list_tools()).tools}
        return list(tools["pick"].input_schema["properties"]["source"]["enum"]) if "pick" in tools else []

    assert talk(client, sources, ActionSelection(resources=("webinars",))) == [
        "selectWebinar", "selectWebinarParticipant",
    ]  # fmt: skip
    assert talk(client, sources, ActionSelection(include=("createMeeting",))) == []
    assert talk(client, sources, dry=True) == []
    refused = talk(
        client, partial(picked, arguments={"source": "selectUser"}), ActionSelection(resources=("webinars",))
    )
    assert "there is no source 'selectUser'" in said(refused)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "source: there is no source None"),
        ({"source": "selectMeeting"}, "userId: it is required"),
        ({"source": "selectUser", "most": "3"}, "most: came '3'; accepted: a whole number"),
        ({"source": "selectUser", "serch": "x"}, "serch: there is no such argument; did you mean search?"),
        ({"source": "selectMeetingRegistrant", "inputs": {"meetingId": "81234567890"}}, "answered 404"),
    ],
)
def test_what_cannot_be_picked(client: Opens, arguments: dict[str, Any], told: str) -> None:
    assert told in said(talk(client, partial(picked, arguments=arguments)))
