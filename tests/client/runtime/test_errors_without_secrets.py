"""Test that no error of a call holds a secret of its connection.

No sandbox: these answers repeat the token, which the sandbox never does.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from tests.support.loopback_server import LoopbackServer

from zoom_component.client.connections.connection import Connection, StaticToken
from zoom_component.component import Component
from zoom_component.errors import ComponentError

TOKEN = "echo$ed-token/4711.abc"
Run = Callable[[Component, Connection], None]
FORMS = {
    "plain": TOKEN,
    "percent": quote(TOKEN, safe=""),
    "base64": base64.b64encode(f"id:{TOKEN}".encode()).decode(),
}


@pytest.fixture(scope="module")
def component() -> Component:
    return Component.load()


def build_answer(text: str, kind: str) -> bytes:
    fields = [{"field": "x", "message": text}]
    body = json.dumps({"code": 300, "message": f"Bad {text}", "errors": fields}) if "json" in kind else f"<p>{text}</p>"
    return f"HTTP/1.1 400 Bad Request\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


def run_call(component: Component, connection: Connection) -> None:
    with component.connect(connection) as session:
        session.run("getUser", {"userId": "me"})


def run_call_in_a_loop(component: Component, connection: Connection) -> None:
    async def run() -> None:
        async with component.aconnect(connection) as session:
            await session.run("getUser", {"userId": "me"})

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("run", [run_call, run_call_in_a_loop])
def test_an_answer_that_repeats_the_token_is_masked(form: str, kind: str, run: Run, component: Component) -> None:
    with LoopbackServer(build_answer(FORMS[form], kind)) as server:
        connection = StaticToken(TOKEN, base_url=server.base_url)

        with pytest.raises(ComponentError) as raised:
            run(component, connection)
        assert TOKEN.encode() in server.requests[0]
    shown = json.dumps(raised.value.as_json()) + str(raised.value) + repr(raised.value)
    assert [name for name, text in FORMS.items() if text in shown] == []
