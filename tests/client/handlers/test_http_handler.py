"""The handler of nearly every action, driven by canned replies.

No embedded Zoom: a handler is a generator without a wire, and invented actions show each word of the language alone.
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


def test_one_request_and_its_answer() -> None:
    played = HandlerRun(build_call(UPDATE, {"meetingId": "/a==", "topic": ""}), [build_reply(None, 204)])
    assert played.requests == [("PATCH", "/meetings/%252Fa%253D%253D", [], {"topic": ""})]
    assert played.result == {}


def test_a_list_is_fetched_to_its_end_and_merged() -> None:
    played = HandlerRun(
        build_call(LIST), [page("a", "b", token="t1", role="x"), page("c", token="t2", role="y"), page("d", new=1)]
    )
    assert played.result == {"users": ["a", "b", "c", "d"], "role": "x", "new": 1}
    assert [query for _, _, query, _ in played.requests] == [
        [("status", "active"), ("page_size", size)] + ([("next_page_token", token)] if token else [])
        for size, token in ((str(LIST.pages.max_page_size if LIST.pages else 0), token) for token in ("", "t1", "t2"))
    ]
    assert played.pages == []


def test_a_stream_hands_pages_on_and_keeps_none() -> None:
    played = HandlerRun(build_call(LIST, stream=True), [page("a", token="t1"), page("b")])
    assert [(found.items, found.next_token) for found in played.pages] == [(["a"], "t1"), (["b"], "")]
    assert played.result == {"users": []}


def test_a_list_begins_at_a_token_with_a_size_of_the_callers_own() -> None:
    played = HandlerRun(build_call(LIST, resume="t7", page_size=2), [page("z")])
    assert played.requests[0][2] == [("status", "active"), ("page_size", "2"), ("next_page_token", "t7")]


@pytest.mark.parametrize(
    ("third", "kind"),
    [
        (build_reply({"code": 500, "message": "down"}, 500), Unavailable),
        (build_reply(b"<html>"), Unexpected),
        (build_reply({"users": None}), Unexpected),
        (ConnectionFailed("no token"), ConnectionFailed),
        (Unavailable("no way there"), Unavailable),
    ],
)
def test_a_failure_on_page_three_keeps_what_came_and_says_where_to_go_on(third: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        HandlerRun(build_call(LIST), [page("a", token="t1", role="x"), page("b", token="t2"), third])
    error: Any = caught.value
    assert error.partial == {"users": ["a", "b"], "role": "x"}
    assert error.resume == "t2"
    assert error.as_json()["resume"] == "t2"


def test_a_failure_on_the_first_page_has_nothing_to_keep() -> None:
    with pytest.raises(NotFound) as caught:
        HandlerRun(build_call(LIST), [build_reply({"code": 1001, "message": "none"}, 404)])
    assert caught.value.partial is None
    assert "partial" not in caught.value.as_json()
    assert "resume" not in caught.value.as_json()


def test_a_failing_stream_says_where_to_go_on() -> None:
    with pytest.raises(Unexpected) as caught:
        HandlerRun(build_call(LIST, stream=True), [page("a", token="t1"), build_reply(b"<html>")])
    assert (caught.value.partial, caught.value.resume) == (None, "t1")


def test_the_same_token_for_ever_is_an_error_that_keeps_every_page() -> None:
    with pytest.raises(RepeatedPage) as caught:
        HandlerRun(build_call(LIST), [page("a", token="t1"), page("b", token="t1")])
    assert caught.value.partial == {"users": ["a", "b"]}


def test_a_streams_last_page_is_handed_on_before_its_repeated_token_is_told() -> None:
    seen: list[Any] = []

    class Watched(HandlerRun):
        def _play(self, called: Any, replies: Any) -> None:
            try:
                super()._play(called, replies)
            finally:
                seen.extend(found.items for found in self.pages)

    with pytest.raises(RepeatedPage):
        Watched(build_call(LIST, stream=True), [page("a", token="t1"), page("b", token="t1")])
    assert seen == [["a"], ["b"]]


def test_read_merge_write_lays_the_given_over_what_is_there() -> None:
    there = {
        "topic": "Old",
        "recurrence": {"type": 2, "repeat_interval": 1, "weekly_days": "1,3"},
        "settings": {"x": 1},
    }
    played = HandlerRun(
        build_call(UPDATE, {"meetingId": "5", "interval": 3}, merge=True),
        [build_reply(there), build_reply(None, 204)],
    )
    assert played.requests == [
        ("GET", "/meetings/5", [], None),
        ("PATCH", "/meetings/5", [], {"recurrence": {"type": 2, "repeat_interval": 3, "weekly_days": "1,3"}}),
    ]
    assert played.result == {}


def test_merging_leaves_what_was_not_given_alone() -> None:
    played = HandlerRun(
        build_call(UPDATE, {"meetingId": "5", "topic": "New"}, merge=True),
        [build_reply({"recurrence": {"type": 2}}), build_reply(None, 204)],
    )
    assert played.requests[1][3] == {"topic": "New"}


def test_merging_over_nothing_is_a_plain_write() -> None:
    inputs = {"meetingId": "5", "kind": 1, "interval": 2}
    for there in ({"topic": "x"}, {"recurrence": None}):
        played = HandlerRun(build_call(UPDATE, inputs, merge=True), [build_reply(there), build_reply(None, 204)])
        assert played.requests[1][3] == {"recurrence": {"type": 1, "repeat_interval": 2}}


def test_a_failing_read_stops_the_write() -> None:
    with pytest.raises(NotFound):
        HandlerRun(
            build_call(UPDATE, {"meetingId": "5", "interval": 3}, merge=True),
            [build_reply({"code": 3001, "message": "x"}, 404)],
        )
