"""How a list goes on, and when it must not."""

from __future__ import annotations

import pytest
from tests.support.specs import compile_action

from zoom_component.client.request.paging import Paginator
from zoom_component.errors import InputError, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import PagingSpec


def pages_of(path: str, items: str, words: str = "") -> PagingSpec:
    found = compile_action(
        f'effect: read\nrequest: {{method: GET, path: "{path}"}}\npages: {{items: {items}{words}}}\n'
        "inputs:\n  userId: {label: User, required: true, target: path}"
    ).pages
    assert found is not None
    return found


BY_TOKEN = pages_of("/users/{userId}/meetings", "meetings")
BY_NUMBER = pages_of("/users/{userId}/webinars", "webinars")


def walk(pages: PagingSpec = BY_TOKEN, size: int | None = None, resume: str = "") -> Paginator:
    return Paginator(pages, BoundRequest("GET", "/things", query=[("type", "live")]), size=size, resume=resume)


def test_the_largest_page_size_unless_asked_otherwise_and_never_more() -> None:
    assert ("page_size", str(BY_TOKEN.max_page_size)) in walk().request().query
    assert ("page_size", "5") in walk(size=5).request().query
    assert ("page_size", str(BY_TOKEN.max_page_size)) in walk(size=10**9).request().query
    assert ("page_size", "30") in walk(pages_of("/users/{userId}/meetings", "meetings", ", size: 30")).request().query


@pytest.mark.parametrize("size", [0, -5])
def test_a_page_size_below_one_is_an_input_error(size: int) -> None:
    with pytest.raises(InputError, match="page_size: came"):
        walk(size=size)


def test_the_token_of_an_answer_is_followed_and_the_filters_stay() -> None:
    going = walk()
    assert going.advance({"next_page_token": "two"}, 300)
    assert going.request().query == [
        ("type", "live"),
        ("page_size", str(BY_TOKEN.max_page_size)),
        ("next_page_token", "two"),
    ]
    assert not going.advance({"next_page_token": ""}, 3)
    going.check()


@pytest.mark.parametrize("token", ["", None, 0, False])
def test_no_token_is_the_end(token: object) -> None:
    assert not walk().advance({"next_page_token": token}, 300)
    assert not walk().advance({}, 300)


def test_a_token_given_as_a_number_is_followed() -> None:
    going = walk()
    assert going.advance({"next_page_token": 7}, 300)
    assert going.token == "7"


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]])
def test_a_token_that_comes_twice_is_an_error(tokens: list[str]) -> None:
    going = walk()
    for token in tokens[:-1]:
        assert going.advance({"next_page_token": token}, 300)
        going.check()
    assert not going.advance({"next_page_token": tokens[-1]}, 300)
    with pytest.raises(RepeatedPage, match="never end"):
        going.check()


def test_a_walk_resumes_at_a_token_and_knows_it() -> None:
    going = walk(resume="three")
    assert ("next_page_token", "three") in going.request().query
    going.advance({"next_page_token": "three"}, 300)
    with pytest.raises(RepeatedPage):
        going.check()


def test_paging_by_number_counts_to_the_last_page() -> None:
    going, asked = walk(BY_NUMBER), []
    for number in (1, 2, 3):
        asked.append(dict(going.request().query).get("page_number"))
        more = going.advance({"page_count": 3, "page_number": number}, 300)
        assert more is (number < 3)
    assert asked == [None, "2", "3"]


@pytest.mark.parametrize(
    ("data", "count", "more"),
    [
        ({"page_count": "2", "page_number": "1"}, 300, True),
        ({"page_count": 2}, 300, True),
        ({"page_count": 2}, 0, False),
        ({"page_count": 1}, 300, False),
        ({}, 300, False),
        ({"page_count": None}, 300, False),
        ({"page_count": True}, 300, False),
    ],
)
def test_paging_by_number_is_tolerant_and_stops(data: dict[str, object], count: int, more: bool) -> None:
    assert walk(BY_NUMBER).advance(data, count) is more


def test_the_same_page_again_is_an_error_by_number_too() -> None:
    going = walk(BY_NUMBER)
    assert going.advance({"page_count": 3, "page_number": 1}, 300)
    assert not going.advance({"page_count": 3, "page_number": 1}, 300)
    with pytest.raises(RepeatedPage):
        going.check()


def test_a_walk_by_number_resumes_at_a_number() -> None:
    assert ("page_number", "3") in walk(BY_NUMBER, resume="3").request().query
    with pytest.raises(InputError, match="the number of a page"):
        walk(BY_NUMBER, resume="abc")


@pytest.mark.parametrize("token", [True, {"a": 1}, ["x"], 1.5])
def test_a_token_that_is_no_text_is_no_token(token: object) -> None:
    with pytest.raises(Unexpected, match="no text"):
        walk().advance({"next_page_token": token}, 300)
