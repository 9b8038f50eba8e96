"""Lists over a session: merged, streamed or paged, and what is kept when one fails."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.support.calls import FakeConnection
from tests.support.colours import ACTIONS, OPTIONS, Async, Lists, Sync, echo
from tests.support.specs import write

from zoom_component import Component
from zoom_component.errors import ComponentError, RepeatedPage, Unexpected


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> Component:
    return Component.load(write(tmp_path_factory.mktemp("root"), ACTIONS))


BOTH = pytest.mark.parametrize("colour", [Sync, Async])


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
