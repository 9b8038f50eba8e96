"""Test how a list is paged, and when paging must stop."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.specs import compile_action

from zoom_component.client.request.paging import Paginator, SinglePage, create_paginator
from zoom_component.errors import InputError, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec

INPUTS = """
inputs:
  userId: {label: User, required: true, target: path}
  size: {label: Page Size, wireType: integer, target: query.page_size}
"""


def list_action(path: str, items: str, keys: str = "") -> ActionSpec:
    return compile_action(
        f'effect: read\nrequest: {{method: GET, path: "{path}"}}\npages: {{items: {items}{keys}}}\n{INPUTS}'
    )


BY_TOKEN = list_action("/users/{userId}/meetings", "meetings")
BY_NUMBER = list_action("/users/{userId}/webinars", "webinars")
REQUEST = BoundRequest("GET", "/things", query=[("type", "live")])


def max_page_size(action: ActionSpec) -> str:
    assert action.pages is not None
    return str(action.pages.max_page_size)


def paginate(action: ActionSpec = BY_TOKEN, page_size: int | None = None, resume: str = "") -> Paginator:
    return create_paginator(action, {"userId": "me"}, REQUEST, page_size=page_size, resume=resume)


def single_page(
    query: list[tuple[str, str]], page_size: int | None = None, resume: str = "", action: ActionSpec = BY_TOKEN
) -> Paginator:
    return create_paginator(
        action, {"userId": "me", "size": 5}, REQUEST._replace(query=query), page_size=page_size, resume=resume
    )


def test_a_request_asks_for_the_largest_page_unless_the_caller_sets_a_size() -> None:
    assert ("page_size", max_page_size(BY_TOKEN)) in paginate().build_request().query
    assert ("page_size", "5") in paginate(page_size=5).build_request().query
    smaller = list_action("/users/{userId}/meetings", "meetings", ", pageSize: 30")
    assert ("page_size", "30") in paginate(smaller).build_request().query


@pytest.mark.parametrize("size", [0, -5, 301, 10**9])
def test_a_page_size_that_the_operation_does_not_allow_is_an_input_error(size: int) -> None:
    with pytest.raises(InputError, match=f"page_size: expected an integer from 1 to 300, got {size}"):
        paginate(page_size=size)


def test_the_token_of_an_answer_is_followed_and_the_filters_stay() -> None:
    paginator = paginate()
    assert paginator.advance({"next_page_token": "two"}, 300)
    assert paginator.next_token == "two"
    assert paginator.build_request().query == [
        ("type", "live"), ("page_size", max_page_size(BY_TOKEN)), ("next_page_token", "two"),
    ]  # fmt: skip
    assert not paginator.advance({"next_page_token": ""}, 3)
    assert paginator.next_token == ""


@pytest.mark.parametrize("token", ["", None, 0, False])
def test_paging_ends_without_a_token(token: object) -> None:
    assert not paginate().advance({"next_page_token": token}, 300)
    assert not paginate().advance({}, 299)


def test_a_token_that_is_a_number_is_followed() -> None:
    paginator = paginate()
    assert paginator.advance({"next_page_token": 7}, 300)
    assert paginator.token == "7"


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]])
def test_a_repeated_token_is_an_error(tokens: list[str]) -> None:
    paginator = paginate()
    for token in tokens[:-1]:
        assert paginator.advance({"next_page_token": token}, 300)
    with pytest.raises(RepeatedPage, match="never end"):
        paginator.advance({"next_page_token": tokens[-1]}, 300)
    assert paginator.token == tokens[-2]


def test_paging_resumes_at_a_token_and_remembers_it() -> None:
    paginator = paginate(resume="three")
    assert ("next_page_token", "three") in paginator.build_request().query
    with pytest.raises(RepeatedPage):
        paginator.advance({"next_page_token": "three"}, 300)


def test_paging_by_number_counts_to_the_last_page() -> None:
    paginator, numbers = paginate(BY_NUMBER), []
    for number in (1, 2, 3):
        numbers.append(dict(paginator.build_request().query).get("page_number"))
        has_next = paginator.advance({"page_count": 3, "page_number": number}, 300)
        assert has_next is (number < 3)
    assert numbers == [None, "2", "3"]


@pytest.mark.parametrize(
    ("data", "count", "has_next"),
    [
        ({"page_count": "2", "page_number": "1"}, 300, True),
        ({"page_count": 2}, 300, True),
        ({"page_count": 2}, 0, False),
        ({"page_count": 1}, 300, False),
        ({}, 299, False),
        ({}, 300, True),
        ({"page_count": None}, 299, False),
        ({"page_count": None}, 300, True),
        ({"page_count": True}, 299, False),
        ({"page_count": 1, "total_records": "700"}, 300, True),
        ({"page_count": 1, "total_records": "300"}, 300, False),
    ],
)
def test_paging_by_number_is_tolerant_and_stops(data: dict[str, object], count: int, has_next: bool) -> None:
    assert paginate(BY_NUMBER).advance(data, count) is has_next


def test_a_repeated_page_number_is_an_error() -> None:
    paginator = paginate(BY_NUMBER)
    assert paginator.advance({"page_count": 3, "page_number": 1}, 300)
    with pytest.raises(RepeatedPage):
        paginator.advance({"page_count": 3, "page_number": 1}, 300)


def test_paging_by_number_resumes_at_a_number() -> None:
    assert ("page_number", "3") in paginate(BY_NUMBER, resume="3").build_request().query
    for size in (None, 5):
        with pytest.raises(InputError, match="resume: expected a page number"):
            paginate(BY_NUMBER, size, resume="abc")
    with pytest.raises(InputError, match="resume: expected a page number"):
        single_page([], resume="abc", action=BY_NUMBER)


@pytest.mark.parametrize("token", [True, {"a": 1}, ["x"], 1.5])
def test_a_token_that_is_not_text_is_an_error(token: object) -> None:
    with pytest.raises(Unexpected, match="expected text as the next page token"):
        paginate().advance({"next_page_token": token}, 300)


@pytest.mark.parametrize(
    ("arguments", "paging"),
    [
        ({"query": []}, []),
        ({"query": [("page_size", "5")]}, [("page_size", "5")]),
        ({"query": [("page_size", "99999")]}, [("page_size", "MAX")]),
        ({"query": [("page_size", "5")], "page_size": 7}, [("page_size", "7")]),
        ({"query": [("page_size", "many")]}, [("page_size", "many")]),
        ({"query": [("next_page_token", "two")]}, [("next_page_token", "two")]),
        ({"query": [("next_page_token", "two")], "resume": "three"}, [("next_page_token", "three")]),
    ],
)
def test_a_single_page_adds_nothing_to_the_query_of_the_caller(
    arguments: dict[str, Any], paging: list[tuple[str, str]]
) -> None:
    paginator = single_page(**{**arguments, "query": [("type", "live"), *arguments["query"]]})
    assert isinstance(paginator, SinglePage)
    expected = [(name, value.replace("MAX", max_page_size(BY_TOKEN))) for name, value in paging]
    assert paginator.build_request().query == [("type", "live"), *expected]
    assert not paginator.advance({"next_page_token": "two"}, 300)
    assert paginator.next_token == "two"
