"""Test lists with canned replies: where they end, what they warn of, and how a long range is asked for.

No sandbox: it answers every list with the paging fields of its operation, and these answers have others.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.calls import HandlerRun, build_call, build_reply
from tests.support.specs import compile_action

from zoom_component.client.calls import Call
from zoom_component.errors import InputError, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest, CallWarning, Page

NOW = 1_796_117_400.0  # 2026-12-01T09:30:00Z
BOTH = compile_action("effect: read\nrequest: {method: GET, path: /users}\npages: {items: users, pageSize: 3}")
TOKENS = compile_action(
    "effect: read\nrequest: {method: GET, path: /archive_files}\npages: {items: meetings, pageSize: 3}"
)
NUMBERS = compile_action(
    """
effect: read
request: {method: GET, path: "/users/{userId}/webinars"}
pages: {items: webinars, pageSize: 3}
inputs: {userId: {label: User, required: true, target: path}}
"""
)
RECORDINGS = compile_action(
    """
effect: read
request: {method: GET, path: "/users/{userId}/recordings"}
pages: {items: meetings}
inputs:
  userId: {label: User, required: true, target: path}
  from: {label: From, format: date, target: query}
  to: {label: To, format: date, target: query}
"""
)


def fetch(action: Any, *answers: Any, **options: Any) -> HandlerRun:
    """Run a list with answers, each a list of items or an answer with `items`."""
    field = action.pages.items
    replies = []
    for answer in answers:
        fields = {"items": answer} if isinstance(answer, list) else dict(answer)
        replies.append(build_reply({field: fields.pop("items"), **fields}))
    inputs = {"userId": "me"} if "userId" in action.inputs else {}
    return HandlerRun(build_call(action, inputs, now=NOW, **options), replies)


def asked_pages(run: HandlerRun) -> list[str]:
    """Return what each request asks for: a token, a page number, or nothing."""
    queries = [dict(query) for _, _, query, _ in run.requests]
    return [query.get("next_page_token") or query.get("page_number") or "" for query in queries]


@pytest.mark.parametrize("action", [BOTH, NUMBERS], ids=["tokens and numbers", "numbers"])
@pytest.mark.parametrize(
    ("answers", "pages"),
    [
        ([[1, 2]], [""]),
        ([[1, 2, 3], [4, 5]], ["", "2"]),  # a full page without any paging field
        ([[1, 2, 3], []], ["", "2"]),
        ([{"items": [1, 2, 3], "page_size": 3}, [4]], ["", "2"]),
        ([{"items": [1, 2], "page_size": "2"}, {"items": [3], "page_size": 2}], ["", "2"]),  # smaller than asked
        ([{"items": [1, 2, 3], "page_count": "2", "page_number": "1"}, {"items": [4], "page_count": "2"}], ["", "2"]),
        ([{"items": [1, 2], "page_count": 2}, {"items": [3], "page_count": 2}], ["", "2"]),
        ([{"items": [1, 2, 3], "total_records": "5"}, {"items": [4, 5], "total_records": "5"}], ["", "2"]),
        ([{"items": [1, 2, 3], "total": 3}], [""]),
        ([{"items": [1, 2, 3], "total_records": 3, "page_count": 1}], [""]),
        # The count of pages is that of the request, and the total says that there is more.
        (
            [
                {"items": [1, 2, 3], "page_count": 1, "total_records": 5},
                {"items": [4, 5], "page_count": 1, "total_records": 5},
            ],
            ["", "2"],
        ),
        ([{"items": [1, 2, 3], "next_page_token": ""}], [""]),
        ([{"items": [1, 2, 3], "next_page_token": "", "page_count": 2}, {"items": [4], "page_count": 2}], ["", "2"]),
        ([{"items": [1, 2, 3], "next_page_token": "", "total_records": 4}, {"items": [4]}], ["", "2"]),
        # A token is followed whatever stands beside it, also on an empty page.
        ([{"items": [1, 2], "next_page_token": "t", "page_count": 1, "total_records": 2}, [3]], ["", "t"]),
        ([{"items": [], "next_page_token": "t"}, {"items": [], "next_page_token": "u"}, [1]], ["", "t", "u"]),
        ([{"items": [1], "next_page_token": "t", "page_number": 1}, {"items": [2], "page_number": 1}], ["", "t"]),
        ([{"items": [1, 2, 3], "next_page_token": "t"}, [4, 5, 6]], ["", "t"]),  # tokens end a list of tokens
    ],
)
def test_a_list_ends_where_its_answers_say_so(action: Any, answers: list[Any], pages: list[str]) -> None:
    run = fetch(action, *answers)
    items = [item for answer in answers for item in (answer if isinstance(answer, list) else answer["items"])]
    assert run.result[action.pages.items] == items
    assert asked_pages(run) == pages
    assert run.warnings == []


@pytest.mark.parametrize(
    ("action", "answers", "warning"),
    [
        (TOKENS, [[1, 2, 3]], "its last page is full, and the answer does not offer another one"),
        (
            TOKENS,
            [{"items": [1, 2, 3], "page_count": 3}],
            "its last page is full, and the answer does not offer another",
        ),
        (TOKENS, [{"items": [1, 2], "total_records": 7}], "it ended after 2 of 7 items"),
        (BOTH, [{"items": [1, 2, 3], "total": "700"}, {"items": [], "total": "700"}], "it ended after 3 of 700 items"),
        (BOTH, [{"items": [1, 2], "next_page_token": "", "total_records": 7}], "it ended after 2 of 7 items"),
        (BOTH, [[1, 2, 3], [1, 2, 3]], "its last page is full, and the next one is the same page again"),
        (BOTH, [{"items": [1, 2, 3], "total": 9}] * 2, "it ended after 3 of 9 items"),
    ],
)
def test_a_list_that_may_be_incomplete_is_a_warning(action: Any, answers: list[Any], warning: str) -> None:
    run = fetch(action, *answers)
    assert len(run.warnings) == 1
    assert run.warnings[0].startswith(f"the list may be incomplete: {warning}")
    streamed = fetch(action, *answers, stream=True)
    assert streamed.pages[-1].warnings == tuple(run.warnings)
    assert [item for page in streamed.pages for item in page.items] == run.result[action.pages.items]


@pytest.mark.parametrize("totals", [(5, 4), (4, 5), (4, 4), (9, 4), (4, None)])
def test_items_that_come_or_go_meanwhile_are_no_warning(totals: tuple[int, int | None]) -> None:
    first = {"items": [1, 2], "next_page_token": "t", "total_records": totals[0]}
    assert fetch(BOTH, first, {"items": [3, 4], "total_records": totals[1]}).warnings == []


def test_a_list_that_is_resumed_does_not_know_its_total() -> None:
    assert fetch(BOTH, {"items": [3], "total_records": 9}, resume="t").warnings == []


@pytest.mark.parametrize(
    "answers",
    [
        [{"items": [1, 2], "next_page_token": "a"}, {"items": [3, 4], "next_page_token": "a"}],
        [{"items": [1, 2], "next_page_token": "a"}, {"items": [1, 2], "next_page_token": "b"}],
        [{"items": [1, 2, 3], "page_count": 9}, {"items": [1, 2, 3], "page_count": 9}],
        [{"items": [], "next_page_token": f"t{at}"} for at in range(200)],
        [{"items": [1], "next_page_token": f"t{at}"} for at in range(200)],
    ],
)
def test_a_list_that_would_never_end_is_an_error(answers: list[Any]) -> None:
    with pytest.raises(RepeatedPage, match="never end"):
        fetch(BOTH, *answers)


def test_a_page_that_comes_again_is_not_part_of_the_items_so_far() -> None:
    with pytest.raises(RepeatedPage) as caught:
        fetch(BOTH, *[{"items": [1, 2], "next_page_token": token} for token in "ab"])
    assert (caught.value.partial, caught.value.resume) == ({"users": [1, 2]}, "a")


@pytest.mark.parametrize(("action", "token"), [(BOTH, "page_number=2"), (NUMBERS, "2")])
def test_a_page_that_is_asked_for_by_number_can_be_resumed_at(action: Any, token: str) -> None:
    with pytest.raises(Unexpected) as caught:
        fetch(action, [1, 2, 3], {"items": None})
    assert caught.value.resume == token
    rest = fetch(action, [4, 5, 6], [7], resume=token)
    assert (asked_pages(rest), rest.result[action.pages.items]) == (["2", "3"], [4, 5, 6, 7])


def test_a_token_in_a_list_of_page_numbers_can_be_resumed_at() -> None:
    with pytest.raises(Unexpected) as caught:
        fetch(NUMBERS, {"items": [1], "next_page_token": "t"}, {"items": None})
    assert caught.value.resume == "next_page_token=t"
    assert asked_pages(fetch(NUMBERS, [2], resume="next_page_token=t")) == ["t"]


class PagingServer:
    """Answer the pages of a list with the paging fields that a test chooses, as text or as numbers."""

    def __init__(self, count: int, size: int, fields: set[str], *, as_text: bool) -> None:
        self.items, self.size, self.fields, self.as_text = list(range(count)), size, fields, as_text

    def answer(self, query: dict[str, str]) -> Any:
        number = (
            int(query.get("next_page_token", "t1")[1:]) if "token" in self.fields else int(query.get("page_number", 1))
        )
        items = self.items[(number - 1) * self.size : number * self.size]
        pages = -(-len(self.items) // self.size)
        values: dict[str, Any] = {
            "page_count": pages, "page_number": number, "page_size": self.size, "total_records": len(self.items)
        }  # fmt: skip
        answer = {name: str(value) if self.as_text else value for name, value in values.items() if name in self.fields}
        if "token" in self.fields:
            answer["next_page_token"] = f"t{number + 1}" if number < pages else ""
        return build_reply({"users": items, **answer})


def drive(call: Call, server: PagingServer) -> tuple[Any, int, list[str]]:
    """Run a list on a server. Return its result, the number of requests and the warnings."""
    from zoom_component.client.handlers import HANDLERS

    flow, requests, warnings = HANDLERS[call.action.handler](call), 0, []
    try:
        step = next(flow)
        while True:
            if isinstance(step, BoundRequest):
                requests += 1
                step = flow.send(server.answer(dict(step.query)))
                continue
            warnings += [step.text] if isinstance(step, CallWarning) else list(step.warnings)
            assert not isinstance(step, Page)
            step = flow.send(None)
    except StopIteration as end:
        return end.value, requests, warnings


@settings(max_examples=400, deadline=None)
@given(
    st.integers(0, 40),
    st.integers(1, 9),
    st.sets(st.sampled_from(["token", "page_count", "page_number", "total_records"])),
    st.booleans(),
)
def test_any_pattern_of_paging_fields_ends_with_each_item_once(
    count: int, size: int, fields: set[str], as_text: bool
) -> None:
    server = PagingServer(count, size, fields | {"page_size"}, as_text=as_text)
    result, requests, warnings = drive(build_call(BOTH, now=NOW), server)
    assert result["users"] == list(range(count))
    assert requests <= -(-count // min(size, 3)) + 2
    assert warnings == []


def recordings(*names: str, first: str = "", last: str = "", token: str = "", **more: Any) -> Any:
    answer = {"meetings": list(names), "next_page_token": token, "total_records": len(names), **more}
    return build_reply(answer | ({"from": first, "to": last} if first else {}))


def list_recordings(inputs: dict[str, str], *replies: Any, **options: Any) -> HandlerRun:
    return HandlerRun(build_call(RECORDINGS, {"userId": "me", **inputs}, now=NOW, **options), replies)


def asked_ranges(run: HandlerRun) -> list[str]:
    queries = [dict(query) for _, _, query, _ in run.requests]
    return [f"{query.get('from', '')}..{query.get('to', '')}/{query.get('next_page_token', '')}" for query in queries]


LONG = {"from": "2026-09-15", "to": "2026-11-20"}


def test_a_long_range_is_asked_for_window_by_window() -> None:
    run = list_recordings(
        LONG,
        recordings("a", first="2026-09-15", last="2026-10-14", token="t", total_size=5, host="x", note=1),
        recordings("b", first="2026-09-15", last="2026-10-14"),
        recordings(first="2026-10-15", last="2026-11-14", total_size=0, host="x", note=2),
        recordings("c", first="2026-11-15", last="2026-11-20", total_size=7, host="x", note=3),
    )
    assert asked_ranges(run) == [
        "2026-09-15..2026-10-14/", "2026-09-15..2026-10-14/t", "2026-10-15..2026-11-14/", "2026-11-15..2026-11-20/",
    ]  # fmt: skip
    assert run.result == {
        "from": "2026-09-15", "to": "2026-11-20", "meetings": ["a", "b", "c"], "total_size": 12, "host": "x",
    }  # fmt: skip
    assert run.warnings == []


def test_a_range_without_an_end_ends_today() -> None:
    run = list_recordings(
        {"from": "2026-10-15"}, recordings("a", first="2026-10-15", last="2026-11-14"), recordings("b")
    )
    assert asked_ranges(run) == ["2026-10-15..2026-11-14/", "2026-11-15..2026-12-01/"]
    assert (run.result["from"], run.result["to"]) == ("2026-10-15", "2026-12-01")


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [
        ({}, "../"),
        ({"to": "2026-11-20"}, "..2026-11-20/"),
        ({"from": "2026-11-20"}, "2026-11-20../"),
        ({"from": "2027-05-01"}, "2027-05-01../"),
        ({"from": "2026-10-20", "to": "2026-11-20"}, "2026-10-20..2026-11-20/"),
    ],
)
def test_any_other_range_is_sent_as_it_is(inputs: dict[str, str], asked: str) -> None:
    assert asked_ranges(list_recordings(inputs, recordings("a"))) == [asked]


def test_an_answer_that_covers_less_than_was_asked_for_is_a_warning() -> None:
    replies = recordings("a", first="2026-10-25", last="2026-11-20")
    run = list_recordings({"from": "2026-10-20", "to": "2026-11-20"}, replies)
    assert run.warnings == [
        "the answer covers 2026-10-25 to 2026-11-20 only, although 2026-10-20 to 2026-11-20 was asked for; items of "
        "the rest are missing"
    ]
    streamed = list_recordings({"from": "2026-10-20", "to": "2026-11-20"}, replies, stream=True)
    assert streamed.pages[0].warnings == tuple(run.warnings)


def test_a_stream_names_the_next_window_and_its_page() -> None:
    run = list_recordings(LONG, recordings("a", token="t"), recordings("b"), recordings(), recordings("c"), stream=True)
    assert [(page.items, page.next_token) for page in run.pages] == [
        (["a"], "2026-09-15..2026-10-14/t"),
        (["b"], "2026-10-15..2026-11-14/"),
        ([], "2026-11-15..2026-11-20/"),
        (["c"], ""),
    ]


def test_every_page_of_a_stream_can_be_resumed_after() -> None:
    replies = [recordings("a", token="t"), recordings("b"), recordings(), recordings("c")]
    whole = list_recordings(LONG, *replies, stream=True)
    for at, page in enumerate(whole.pages[:-1], start=1):
        rest = list_recordings(LONG, *replies[at:], stream=True, resume=page.next_token)
        assert rest.pages == whole.pages[at:]
        assert asked_ranges(rest) == asked_ranges(whole)[at:]


def test_a_failure_in_a_window_carries_the_items_before_it_and_resumes_there() -> None:
    with pytest.raises(Unexpected) as caught:
        list_recordings(LONG, recordings("a"), recordings("b", token="t"), build_reply(b"<html>"))
    assert caught.value.partial["meetings"] == ["a", "b"]
    assert caught.value.resume == "2026-10-15..2026-11-14/t"
    rest = list_recordings(LONG, recordings("c"), recordings("d"), resume=caught.value.resume)
    assert rest.result["meetings"] == ["c", "d"]
    with pytest.raises(Unexpected) as caught:
        list_recordings(LONG, recordings("a"), build_reply(b"<html>"))
    assert caught.value.resume == "2026-10-15..2026-11-14/"
    with pytest.raises(Unexpected) as caught:
        list_recordings(LONG, build_reply(b"<html>"))
    assert (caught.value.partial, caught.value.resume) == (None, "")


@pytest.mark.parametrize(
    ("inputs", "resume"),
    [
        (LONG, "t"),
        (LONG, "2025-01-01..2025-01-31/"),
        ({"from": "2026-11-01"}, "2026-10-15..2026-11-14/t"),
        ({}, "2026-10-15..2026-11-14/"),
    ],
)
def test_a_token_of_another_range_is_refused_before_a_request(inputs: dict[str, str], resume: str) -> None:
    with pytest.raises(InputError, match="resume: "):
        list_recordings(inputs, resume=resume)
