"""Test the handler of nearly every action with canned replies, and with invented actions for each key of a spec.

No sandbox: it does not have the operations of invented actions.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.calls import HandlerRun, build_call, build_reply
from tests.support.specs import compile_action

from zoom_component.errors import ConnectionFailed, NotFound, RepeatedPage, Unavailable, Unexpected

LIST = compile_action(
    """
effect: read
request: {method: GET, path: /users}
pages: {items: users}
inputs:
  status: {label: Status, default: active, target: query}
"""
)
UPDATE = compile_action(
    """
effect: update
request: {method: PATCH, path: "/meetings/{meetingId}"}
inputs:
  meetingId: {label: Id, required: true, target: path}
  topic: {label: Topic, target: body}
  interval: {label: Interval, wireType: integer, dependsOn: kind, target: body.recurrence.repeat_interval}
  kind: {label: Kind, wireType: integer, target: body.recurrence.type}
merge: {read: "/meetings/{meetingId}", groups: [recurrence]}
"""
)


def page(*names: str, token: str = "", **more: Any) -> Any:
    return build_reply({"page_size": 300, "total_records": 5, "next_page_token": token, "users": list(names), **more})


def test_an_action_is_one_request() -> None:
    run = HandlerRun(build_call(UPDATE, {"meetingId": "/a==", "topic": ""}), [build_reply(None, 204)])
    assert run.requests == [("PATCH", "/meetings/%252Fa%253D%253D", [], {"topic": ""})]
    assert run.result == {}


def test_a_list_is_fetched_to_its_end_and_merged() -> None:
    run = HandlerRun(
        build_call(LIST), [page("a", "b", token="t1", role="x"), page("c", token="t2", role="y"), page("d", new=1)]
    )
    assert run.result == {"users": ["a", "b", "c", "d"], "role": "x", "new": 1}
    assert [query for _, _, query, _ in run.requests] == [
        [("status", "active"), ("page_size", size)] + ([("next_page_token", token)] if token else [])
        for size, token in ((str(LIST.pages.max_page_size if LIST.pages else 0), token) for token in ("", "t1", "t2"))
    ]
    assert run.pages == []
    assert run.warnings == ["the list may be incomplete: it ended after 4 of 5 items"]


def test_a_stream_yields_pages_and_stores_none() -> None:
    run = HandlerRun(build_call(LIST, stream=True), [page("a", token="t1"), page("b")])
    assert [(each.items, each.next_token) for each in run.pages] == [(["a"], "t1"), (["b"], "")]
    assert run.result == {"users": []}


def test_a_list_resumes_at_a_token_with_the_callers_page_size() -> None:
    run = HandlerRun(build_call(LIST, resume="t7", page_size=2), [page("z")])
    assert run.requests[0][2] == [("status", "active"), ("page_size", "2"), ("next_page_token", "t7")]


@pytest.mark.parametrize(
    ("third", "kind"),
    [
        (build_reply({"code": 500, "message": "down"}, 500), Unavailable),
        (build_reply(b"<html>"), Unexpected),
        (build_reply({"users": None}), Unexpected),
        (ConnectionFailed("no token"), ConnectionFailed),
        (Unavailable("no way stored"), Unavailable),
    ],
)
def test_a_failure_on_page_three_carries_two_pages_and_the_token_to_resume_at(
    third: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        HandlerRun(build_call(LIST), [page("a", token="t1", role="x"), page("b", token="t2"), third])
    error: Any = caught.value
    assert error.partial == {"users": ["a", "b"], "role": "x"}
    assert error.resume == "t2"
    assert error.as_json()["resume"] == "t2"


def test_a_failure_on_the_first_page_carries_nothing() -> None:
    with pytest.raises(NotFound) as caught:
        HandlerRun(build_call(LIST), [build_reply({"code": 1001, "message": "none"}, 404)])
    assert caught.value.partial is None
    assert "partial" not in caught.value.as_json()
    assert "resume" not in caught.value.as_json()


def test_a_failing_stream_carries_the_token_to_resume_at() -> None:
    with pytest.raises(Unexpected) as caught:
        HandlerRun(build_call(LIST, stream=True), [page("a", token="t1"), build_reply(b"<html>")])
    assert (caught.value.partial, caught.value.resume) == (None, "t1")


def test_a_repeated_token_is_an_error_that_carries_every_page() -> None:
    with pytest.raises(RepeatedPage) as caught:
        HandlerRun(build_call(LIST), [page("a", token="t1"), page("b", token="t1")])
    assert caught.value.partial == {"users": ["a", "b"]}


def test_a_stream_yields_the_last_page_before_the_error_of_a_repeated_token() -> None:
    pages: list[Any] = []

    class RecordingRun(HandlerRun):
        def _run(self, called: Any, replies: Any) -> None:
            try:
                super()._run(called, replies)
            finally:
                pages.extend(each.items for each in self.pages)

    with pytest.raises(RepeatedPage):
        RecordingRun(build_call(LIST, stream=True), [page("a", token="t1"), page("b", token="t1")])
    assert pages == [["a"], ["b"]]


def test_a_merge_reads_first_and_writes_the_merged_groups() -> None:
    stored = {
        "topic": "Old",
        "recurrence": {"type": 2, "repeat_interval": 1, "weekly_days": "1,3"},
        "settings": {"x": 1},
    }
    run = HandlerRun(
        build_call(UPDATE, {"meetingId": "5", "interval": 3}, merge=True),
        [build_reply(stored), build_reply(None, 204)],
    )
    assert run.requests == [
        ("GET", "/meetings/5", [], None),
        ("PATCH", "/meetings/5", [], {"recurrence": {"type": 2, "repeat_interval": 3, "weekly_days": "1,3"}}),
    ]
    assert run.result == {}


def test_a_merge_leaves_groups_without_inputs_alone() -> None:
    run = HandlerRun(
        build_call(UPDATE, {"meetingId": "5", "topic": "New"}, merge=True),
        [build_reply({"recurrence": {"type": 2}}), build_reply(None, 204)],
    )
    assert run.requests[1][3] == {"topic": "New"}


def test_a_merge_over_nothing_is_a_plain_write() -> None:
    inputs = {"meetingId": "5", "kind": 1, "interval": 2}
    for stored in ({"topic": "x"}, {"recurrence": None}):
        run = HandlerRun(build_call(UPDATE, inputs, merge=True), [build_reply(stored), build_reply(None, 204)])
        assert run.requests[1][3] == {"recurrence": {"type": 1, "repeat_interval": 2}}


def test_a_failed_read_stops_the_write() -> None:
    with pytest.raises(NotFound):
        HandlerRun(
            build_call(UPDATE, {"meetingId": "5", "interval": 3}, merge=True),
            [build_reply({"code": 3001, "message": "x"}, 404)],
        )
