"""Test sessions that were used before their process was forked, and sessions on a second event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import httpx
import pytest
from tests.support.forked import fork_child, run_in_child

from zoom_component import Component
from zoom_component.client.session import AsyncSession, Session
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

# Every call of a child asks for something of its own, so a crossed answer shows. 10,000 for a thorough run.
CALLS = int(os.environ.get("ZOOM_COMPONENT_FORKED_CALLS", "120"))
component = Component.load()
_fork: Any = multiprocessing.get_context("fork")
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
session: Session


@pytest.fixture(scope="module")
def zoom() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def used_session(zoom: Sandbox) -> Iterator[Session]:
    """Provide a session with an open connection; the functions of a pool find it as a global."""
    global session
    with component.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        assert create_meeting("before the fork")
        yield session


def create_meeting(topic: str) -> bool:
    """Return whether the answer is that of the call."""
    data = session.run("createMeeting", {"userId": "me", "topic": topic}).data
    return bool(data["topic"] == topic)


def count_own_answers(part: int) -> int:
    return sum(create_meeting(f"{os.getpid()} {part} {number}") for number in range(10))


def test_a_pool_of_processes_gets_its_own_answers(used_session: Session) -> None:
    parts = max(CALLS // 20, 1)
    with _fork.Pool(4) as pool:
        own = pool.map_async(count_own_answers, range(parts), chunksize=1)
        in_parent = sum(count_own_answers(part) for part in range(parts))
        assert sum(own.get()) == 10 * parts
    assert in_parent == 10 * parts


def test_an_executor_of_processes_gets_its_own_answers(used_session: Session) -> None:
    with ProcessPoolExecutor(2, mp_context=_fork) as pool:
        assert list(pool.map(count_own_answers, range(4))) == [10] * 4


def test_a_child_of_a_child_gets_its_own_answers(used_session: Session) -> None:
    def run() -> list[int]:
        return [count_own_answers(1), run_in_child(lambda: count_own_answers(2)), count_own_answers(3)]

    assert run_in_child(run) == [10, 10, 10]
    assert create_meeting("after the fork")


def test_a_child_that_is_forked_while_threads_call_gets_its_own_answers(used_session: Session) -> None:
    stop, wrong = threading.Event(), []

    def call(thread: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            if not create_meeting(f"{thread} {number}"):
                wrong.append(number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    children = [fork_child(lambda: count_own_answers(0)) for _ in range(5)]
    own = [child.finish() for child in children]
    stop.set()
    for thread in threads:
        thread.join()
    assert own == [10] * 5
    assert wrong == []


def test_a_list_that_was_begun_goes_on_in_the_child(zoom: Sandbox, used_session: Session) -> None:
    items = used_session.stream("listMeetings", {"userId": "me"}, page_size=1)
    first = next(items)["id"]
    here = fork_child(lambda: [item["id"] for item in items])
    rest = [item["id"] for item in items]
    assert here.finish() == rest
    assert first not in rest


@pytest.mark.parametrize("is_async", [False, True])
def test_a_transport_of_the_caller_that_may_have_connections_is_refused(zoom: Sandbox, is_async: bool) -> None:
    token = zoom.issue_token()
    sync = component.connect(token=token, base_url=zoom.api_url, transport=httpx.HTTPTransport())
    concurrent = component.aconnect(token=token, base_url=zoom.api_url, transport=httpx.AsyncHTTPTransport())

    def call() -> Any:
        return asyncio.run(run_async(concurrent)) if is_async else sync.run("getUser", {"userId": "me"}).data["id"]

    def refuse() -> str:
        with pytest.raises(InputError) as caught:
            call()
        return caught.value.message

    with sync:
        assert "Open the session after the fork" in run_in_child(refuse)
        assert sync.run("getUser", {"userId": "me"})


def test_a_transport_without_a_network_is_used_in_the_child(zoom: Sandbox) -> None:
    with component.connect(
        token=zoom.issue_token(), base_url=zoom.api_url, transport=zoom.create_transport()
    ) as own_session:
        user = own_session.run("getUser", {"userId": "me"}).data["id"]
        assert run_in_child(lambda: own_session.run("getUser", {"userId": "me"}).data["id"]) == user


async def run_async(opened: AsyncSession) -> str:
    return str((await opened.run("getUser", {"userId": "me"})).data["id"])


def test_an_async_session_is_used_on_the_loop_of_the_child(zoom: Sandbox) -> None:
    async def main() -> tuple[str, str]:
        async with component.aconnect(token=zoom.issue_token(), base_url=zoom.api_url) as opened:
            before = await run_async(opened)
            in_child = run_in_child(lambda: run_in_new_thread(lambda: asyncio.run(run_async(opened))))
            assert await run_async(opened) == before
            return before, in_child

    before, in_child = asyncio.run(main())
    assert before == in_child


def run_in_new_thread(function: Callable[[], Any]) -> Any:
    """Run a function on a thread on which no event loop runs."""
    outcome: list[Any] = []
    thread = threading.Thread(target=lambda: outcome.append(function()))
    thread.start()
    thread.join()
    return outcome[0]


def test_a_second_event_loop_is_told_what_to_do(zoom: Sandbox) -> None:
    opened = component.aconnect(token=zoom.issue_token(), base_url=zoom.api_url)
    assert asyncio.run(run_async(opened))
    zoom.clear_requests()
    with pytest.raises(InputError, match=r"Open a session in each event loop"):
        asyncio.run(run_async(opened))
    assert zoom.requests == []
    asyncio.run(opened.close())


def test_a_child_that_was_forked_inside_a_coroutine_is_told_what_to_do(zoom: Sandbox) -> None:
    async def main() -> None:
        async with component.aconnect(token=zoom.issue_token(), base_url=zoom.api_url) as opened:
            child = os.fork()
            if child == 0:
                try:
                    await run_async(opened)
                except InputError as error:
                    os._exit(7 if "Start an event loop in the child" in error.message else 1)
                os._exit(2)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            assert await run_async(opened)

    asyncio.run(main())


def test_one_of_two_event_loops_that_begin_at_once_is_refused(zoom: Sandbox) -> None:
    opened = component.aconnect(token=zoom.issue_token(), base_url=zoom.api_url)
    start, outcomes = threading.Barrier(2), list[str]()

    async def call() -> None:
        start.wait(20)
        try:
            outcomes.append(f"user {bool(await run_async(opened))}")
        except InputError as error:
            outcomes.append(error.kind)

    threads = [threading.Thread(target=asyncio.run, args=(call(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["input_error", "user True"]
    asyncio.run(opened.close())


def test_a_child_closes_its_copy_of_a_session_only(used_session: Session) -> None:
    run_in_child(used_session.close)
    assert create_meeting("after the child closed its session")


def test_a_session_without_a_network_is_used_on_several_event_loops(zoom: Sandbox) -> None:
    opened = component.aconnect(token=zoom.issue_token(), base_url=zoom.api_url, transport=zoom.create_transport())
    assert asyncio.run(run_async(opened)) == asyncio.run(run_async(opened))


def test_threads_share_a_session(used_session: Session) -> None:
    outcomes: list[int] = []
    threads = [threading.Thread(target=lambda n=n: outcomes.append(count_own_answers(n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [10] * 8


def test_a_session_is_not_pickled(used_session: Session) -> None:
    with pytest.raises(TypeError, match=r"Open a Session in the other process"):
        pickle.dumps(used_session)


def test_a_token_that_a_thread_requests_during_a_fork_is_requested_once_more_at_most(
    zoom: Sandbox, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fork while another thread holds the locks of the connection; the child must not wait for that thread."""
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    fault = zoom.add_fault("POST", "/oauth/token", delay=0.5)
    try:
        with component.connect(
            client_id=zoom.client_id, client_secret=zoom.client_secret, account_id=zoom.account_id,
            base_url=zoom.api_url,
        ) as opened:  # fmt: skip
            thread = threading.Thread(target=opened.connection.authorize)
            thread.start()
            time.sleep(0.2)
            header = run_in_child(opened.connection.authorize)
            thread.join()
            assert header == opened.connection.authorize()
    finally:
        zoom.clear_faults()
    assert fault
