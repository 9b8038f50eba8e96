"""A component at work over a transport that is a plain function: the same for threads and for asyncio."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.calls import FakeConnection
from tests.support.specs import RAW_REQUEST, text_of, write

from zoom_component import Component, Options, Result
from zoom_component.errors import ComponentError, InputError, NotFound, QuotaSpent, RepeatedPage, SpecError, Unexpected

ACTIONS: dict[str, str | bytes] = {
    "actions/things/rawThing.yaml": text_of(RAW_REQUEST.replace("key: rawRequest", "key: rawThing") % "sends: json"),
    "actions/things/makeThing.yaml": text_of(
        """
key: makeThing
inputs:
  name: {label: Name, required: true, send: body}
  note: {label: Note, default: none, send: body}
  password: {label: Password, send: body}
  owner: {label: Owner, caution: A number means the latest, send: nowhere}
  debugRequest: {label: Debug, type: boolean, send: nowhere}
"""
    ),
    "actions/things/registerThing.yaml": text_of(
        """
key: registerThing
request: {method: POST, path: "/things/{id}"}
inputs:
  id: {label: Id, required: true, send: path}
  email: {label: Mail, format: email, required: true, send: body}
daily: {name: registrations, limit: 3, per: [id, email]}
"""
    ),
    "actions/things/changeMeeting.yaml": text_of(
        """
key: changeMeeting
effect: update
request: {method: PATCH, path: "/meetings/{id}"}
inputs:
  id: {label: Id, required: true, send: path}
  kind: {label: Kind, sends: integer, send: body.recurrence.type}
  every: {label: Every, sends: integer, along: kind, send: body.recurrence.repeat_interval}
merge: {read: "/meetings/{meetingId}", groups: [recurrence]}
"""
    )
    .replace("/meetings/{id}", "/meetings/{meetingId}")
    .replace(
        "  id: {label: Id, required: true, send: path}", "  id: {label: Id, required: true, send: path.meetingId}"
    ),
    "actions/things/listPeople.yaml": text_of(
        "key: listPeople\neffect: read\nrequest: {method: GET, path: /users}\npages: {items: users}"
    ),
}
Answer = Callable[[httpx.Request], httpx.Response]
PRESENT = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
OPTIONS = Options(count_daily=False, first_wait=0.0, clock=lambda: PRESENT, chance=lambda: 0.0)


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Component:
    return Component.load(write(tmp_path_factory.mktemp("root"), ACTIONS))


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(201, json={"path": request.url.path, "sent": json.loads(request.content or b"null")})


class Lists:
    """Answers /users page by page, and counts the requests."""

    def __init__(self, pages: int, size: int = 3, *, breaks_at: int = 0) -> None:
        self.pages, self.size, self.breaks_at = pages, size, breaks_at
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.url.params))
        number = int(request.url.params.get("next_page_token") or 1)
        if number == self.breaks_at:
            return httpx.Response(200, text="<html>")
        users = [f"{number}.{at}" for at in range(self.size)]
        token = str(number + 1) if number < self.pages else ""
        return httpx.Response(200, json={"users": users, "next_page_token": token, "page_size": self.size})


class Colour:
    """One call in one colour."""

    def __init__(
        self, component: Component, answer: Answer, options: Options = OPTIONS, connection: FakeConnection | None = None
    ) -> None:
        self.component, self.options = component, options
        self.transport = httpx.MockTransport(answer)
        self.connection = connection or FakeConnection()


class Sync(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return session.run(*call, **how)

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return list(session.stream(*call, **how))

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        with self.component.connect(self.connection, options=self.options, transport=self.transport) as session:
            return [(page.items, page.next_token) for page in session.pages(*call, **how)]


class Async(Colour):
    def run(self, *call: Any, **how: Any) -> Result:
        async def main() -> Result:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return await session.run(*call, **how)

        return asyncio.run(main())

    def stream(self, *call: Any, **how: Any) -> list[Any]:
        async def main() -> list[Any]:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return [item async for item in session.stream(*call, **how)]

        return asyncio.run(main())

    def pages(self, *call: Any, **how: Any) -> list[tuple[list[Any], str]]:
        async def main() -> list[tuple[list[Any], str]]:
            async with self.component.aconnect(
                self.connection, options=self.options, transport=self.transport
            ) as session:
                return [(page.items, page.next_token) async for page in session.pages(*call, **how)]

        return asyncio.run(main())


BOTH = pytest.mark.parametrize("colour", [Sync, Async])


@BOTH
def test_an_action_runs_and_gives_its_envelope(component: Component, colour: type[Sync | Async]) -> None:
    result = colour(component, echo).run("makeThing", {"name": "Daily", "owner": "5"})
    assert result.data == {"path": "/v2/things", "sent": {"name": "Daily", "note": "none"}}
    assert result.as_json() == {"data": result.data}
    assert result.cautions == ("owner: A number means the latest",)


class Kept:
    """Echoes, and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return echo(request)


@BOTH
def test_a_wrong_input_is_told_and_nothing_is_sent(component: Component, colour: type[Sync | Async]) -> None:
    kept = Kept()
    with pytest.raises(InputError, match="did you mean name"):
        colour(component, kept).run("makeThing", {"nam": "x"})
    with pytest.raises(InputError, match="name: it is required"):
        colour(component, kept).run("makeThing")
    with pytest.raises(InputError, match="page_size"):
        colour(component, kept).run("listPeople", page_size=0)
    with pytest.raises(SpecError, match="did you mean makeThing"):
        colour(component, kept).run("makeThng")
    assert kept.requests == []


@BOTH
def test_empty_text_is_absent_only_where_that_is_wished(component: Component, colour: type[Sync | Async]) -> None:
    inputs = {"name": "x", "note": ""}
    assert colour(component, echo).run("makeThing", inputs).data["sent"] == {"name": "x", "note": ""}
    wished = Options(count_daily=False, empty_is_absent=True)
    assert colour(component, echo, wished).run("makeThing", inputs).data["sent"] == {"name": "x", "note": "none"}


@BOTH
def test_a_list_is_merged_streamed_or_paged(component: Component, colour: type[Sync | Async]) -> None:
    assert colour(component, Lists(3)).run("listPeople").data == {
        "users": [f"{n}.{i}" for n in (1, 2, 3) for i in range(3)]
    }
    assert colour(component, Lists(2)).stream("listPeople") == ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2"]
    assert colour(component, Lists(2, 1)).pages("listPeople") == [(["1.0"], "2"), (["2.0"], "")]
    answers = Lists(4, 1)
    assert colour(component, answers).stream("listPeople", page_size=1, resume="3") == ["3.0", "4.0"]
    assert answers.asked[0]["page_size"] == "1"


@BOTH
def test_streaming_another_action_gives_its_data_as_one_item(component: Component, colour: type[Sync | Async]) -> None:
    (item,) = colour(component, echo).stream("makeThing", {"name": "x"})
    assert item["sent"]["name"] == "x"


@BOTH
def test_a_broken_third_page_keeps_two_and_says_where_to_go_on(
    component: Component, colour: type[Sync | Async]
) -> None:
    with pytest.raises(Unexpected) as caught:
        colour(component, Lists(4, 1, breaks_at=3)).run("listPeople")
    assert caught.value.partial == {"users": ["1.0", "2.0"]}
    assert colour(component, Lists(4, 1)).run("listPeople", resume=caught.value.resume).data == {
        "users": ["3.0", "4.0"]
    }


@BOTH
def test_a_connection_that_fails_on_a_later_page_keeps_what_came(
    component: Component, colour: type[Sync | Async]
) -> None:
    answers = Lists(4, 1)

    def expiring(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"code": 124}) if len(answers.asked) == 2 else answers(request)

    with pytest.raises(ComponentError) as caught:
        colour(component, expiring, connection=FakeConnection(tokens=1)).run("listPeople")
    assert (caught.value.kind, caught.value.partial, caught.value.resume) == (
        "connection_failed",
        {"users": ["1.0", "2.0"]},
        "3",
    )


@BOTH
def test_the_same_token_for_ever_ends(component: Component, colour: type[Sync | Async]) -> None:
    answer = httpx.Response(200, json={"users": ["a"], "next_page_token": "same"})
    with pytest.raises(RepeatedPage):
        colour(component, lambda _: httpx.Response(200, content=answer.content)).stream("listPeople")


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


def test_a_stream_asks_for_a_page_when_it_is_wanted_and_never_after_it_is_left(component: Component) -> None:
    answers = Lists(50, 2)
    with component.connect(FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(answers)) as session:
        items: Any = session.stream("listPeople")
        assert answers.asked == []
        assert [next(items), next(items)] == ["1.0", "1.1"]
        assert len(answers.asked) == 1
        next(items)
        assert len(answers.asked) == 2
        items.close()
        assert list(items) == []
    assert len(answers.asked) == 2


def test_an_async_stream_that_is_left_asks_no_more(component: Component) -> None:
    answers = Lists(50, 2)

    async def main() -> None:
        async with component.aconnect(
            FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(answers)
        ) as session:
            items: Any = session.stream("listPeople")
            async for item in items:
                if item == "2.0":
                    break
            await items.aclose()

    asyncio.run(main())
    assert len(answers.asked) == 2


def test_streaming_holds_one_page_at_a_time(component: Component) -> None:
    import tracemalloc

    heavy = "x" * 20_000

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("next_page_token") or 1)
        users = [f"{number}.{at}{heavy}" for at in range(20)]
        return httpx.Response(200, json={"users": users, "next_page_token": str(number + 1) if number < 40 else ""})

    page = 20 * len(heavy)
    with component.connect(FakeConnection(), options=OPTIONS, transport=httpx.MockTransport(answer)) as session:
        list(session.stream("listPeople", resume="39"))
        tracemalloc.start()
        try:
            count = sum(1 for _ in session.stream("listPeople"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == 800
    assert peak < 10 * page, "forty pages in all; an answer, its JSON and its items are a few pages' worth"


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
