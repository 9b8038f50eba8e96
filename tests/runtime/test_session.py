"""A component at work over a transport that is a plain function: the same for threads and for asyncio."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.calls import FakeConnection
from tests.support.colours import ACTIONS, OPTIONS, PRESENT, Async, Kept, Sync, echo
from tests.support.specs import write

from zoom_component import Component, Options, Result
from zoom_component.errors import InputError, NotFound, QuotaSpent


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Component:
    return Component.load(write(tmp_path_factory.mktemp("root"), ACTIONS))


BOTH = pytest.mark.parametrize("colour", [Sync, Async])


@BOTH
def test_an_action_runs_and_gives_its_envelope(component: Component, colour: type[Sync | Async]) -> None:
    result = colour(component, echo).run("makeThing", {"name": "Daily", "owner": "5"})
    assert result.data == {"path": "/v2/things", "sent": {"name": "Daily", "note": "none"}}
    assert result.as_json() == {"data": result.data}
    assert result.cautions == ("owner: A number means the latest",)


@BOTH
def test_a_wrong_input_is_told_and_nothing_is_sent(component: Component, colour: type[Sync | Async]) -> None:
    kept = Kept()
    with pytest.raises(InputError, match="did you mean name"):
        colour(component, kept).run("makeThing", {"nam": "x"})
    with pytest.raises(InputError, match="name: it is required"):
        colour(component, kept).run("makeThing")
    with pytest.raises(InputError, match="page_size"):
        colour(component, kept).run("listPeople", page_size=0)
    with pytest.raises(InputError, match="did you mean makeThing"):
        colour(component, kept).run("makeThng")
    assert kept.requests == []


@BOTH
def test_empty_text_is_absent_only_where_that_is_wished(component: Component, colour: type[Sync | Async]) -> None:
    inputs = {"name": "x", "note": ""}
    assert colour(component, echo).run("makeThing", inputs).data["sent"] == {"name": "x", "note": ""}
    wished = Options(count_daily=False, empty_is_absent=True)
    assert colour(component, echo, wished).run("makeThing", inputs).data["sent"] == {"name": "x", "note": "none"}


@BOTH
def test_a_refused_token_is_renewed_and_the_call_goes_on(component: Component, colour: type[Sync | Async]) -> None:
    seen: list[str] = []

    def once(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401) if len(seen) == 1 else echo(request)

    colour(component, once).run("makeThing", {"name": "x"})
    assert seen == ["Bearer token-1", "Bearer token-2"]


@BOTH
def test_read_merge_write(component: Component, colour: type[Sync | Async]) -> None:
    seen: list[tuple[str, Any]] = []

    def meeting(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, json.loads(request.content or b"null")))
        if request.method == "GET":
            return httpx.Response(200, json={"recurrence": {"type": 2, "repeat_interval": 1, "weekly_days": "1"}})
        return httpx.Response(204)

    assert colour(component, meeting).run("changeMeeting", {"id": "5", "every": "3"}, merge=True).data == {}
    assert seen == [("GET", None), ("PATCH", {"recurrence": {"type": 2, "repeat_interval": 3, "weekly_days": "1"}})]
    with pytest.raises(InputError, match="counts only along with kind"):
        colour(component, meeting).run("changeMeeting", {"id": "5", "every": "3"})


@BOTH
def test_a_days_allowance_is_refused_early_with_its_reset(
    component: Component, colour: type[Sync | Async], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    kept = Kept()
    counting = Options(count_daily=True, clock=lambda: PRESENT)
    person = {"id": "5", "email": "someone@example.com"}

    def register(inputs: dict[str, str]) -> Result:
        return colour(component, kept, counting).run("registerThing", inputs)

    with pytest.raises(InputError):
        register({"id": "5", "email": "nobody"})
    for _ in range(3):
        register(person)
    with pytest.raises(QuotaSpent) as caught:
        register(person)
    assert caught.value.retry_at == "2026-02-01T00:00:00Z"
    register({**person, "email": "other@example.com"})
    assert len(kept.requests) == 4


def test_a_plan_sends_nothing_and_shows_the_request(component: Component) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("a plan was sent")

    with component.connect(FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(never)) as session:
        plan = session.plan("makeThing", {"name": "x", "owner": "5"})
    assert (plan.request.method, plan.request.path, plan.request.body) == (
        "POST",
        "/things",
        {"name": "x", "note": "none"},
    )
    assert plan.values == {"name": "x", "note": "none", "owner": "5"}
    assert plan.cautions == ("owner: A number means the latest",)
    assert component.plan("listPeople").request.query[0][0] == "page_size"
    with pytest.raises(InputError):
        component.plan("makeThing")


@BOTH
def test_debugging_logs_one_redacted_line(
    component: Component, colour: type[Sync | Async], caplog: pytest.LogCaptureFixture
) -> None:
    inputs = {"name": "x", "password": "hunter2", "debugRequest": True}
    with caplog.at_level(logging.INFO, "zoom_component.requests"):
        colour(component, echo).run("makeThing", inputs)
        colour(component, echo).run("makeThing", {"name": "quiet"})
    (record,) = [found for found in caplog.records if found.name.startswith("zoom_component")]
    told = json.loads(record.getMessage())
    assert told["body"] == {"name": "x", "note": "none", "password": "[redacted]"}
    assert told["headers"]["Authorization"] == "[redacted]"
    assert "token-1" not in caplog.text


def test_twenty_tasks_share_one_session(component: Component) -> None:
    async def main() -> list[Any]:
        async def slowly(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0.001)
            return echo(request)

        async with component.aconnect(
            FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(slowly)
        ) as session:
            found = await asyncio.gather(*(session.run("makeThing", {"name": str(at)}) for at in range(20)))
        return [result.data["sent"]["name"] for result in found]

    assert asyncio.run(main()) == [str(at) for at in range(20)]


def test_eight_threads_share_one_session(component: Component) -> None:
    found: dict[str, str] = {}
    failures: list[Exception] = []
    fresh = Component(component.catalogue)

    def work(session: Any, name: str) -> None:
        try:
            for at in range(10):
                found[f"{name}.{at}"] = session.run("makeThing", {"name": f"{name}.{at}"}).data["sent"]["name"]
        except Exception as error:
            failures.append(error)

    with fresh.connect(FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(echo)) as session:
        threads = [threading.Thread(target=work, args=(session, str(at))) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(found) == 80
    assert all(key == name for key, name in found.items())


@BOTH
def test_a_raw_request_is_tried_again_as_its_caller_wishes(component: Component, colour: type[Sync | Async]) -> None:
    seen: list[httpx.Request] = []

    def busy_twice(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503, headers={"retry-after": "0"}) if len(seen) < 3 else httpx.Response(200, json=[1])

    inputs = {"url": "/things?x=1", "method": "PUT", "data": {"a": 1}, "maxRetries": 2, "retryDelayMS": 1}
    result = colour(component, busy_twice).run("rawThing", {**inputs, "headers": {"X-A": "1"}})
    assert result.data["data"] == [1]
    assert result.data["headers"]["content-type"] == "application/json"
    assert [(str(request.url), request.headers["x-a"], request.content) for request in seen] == [
        ("http://zoom.test/v2/things?x=1", "1", b'{"a":1}')
    ] * 3


@BOTH
def test_a_refusal_is_typed(component: Component, colour: type[Sync | Async]) -> None:
    answer = httpx.Response(
        404, json={"code": 3001, "message": "Meeting does not exist."}, headers={"x-zm-trackingid": "t1"}
    )
    with pytest.raises(NotFound) as caught:
        colour(component, lambda _: answer).run("makeThing", {"name": "x"})
    assert caught.value.as_json() == {
        "kind": "not_found",
        "message": caught.value.message,
        "status": 404,
        "code": 3001,
        "said": "Meeting does not exist.",
        "tracking_id": "t1",
    }
