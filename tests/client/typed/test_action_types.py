"""The types of the actions: fresh, true to what runs, and as mypy sees them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.mypy_programs import check_programs

from zoom_component import Component
from zoom_component.client.typed import AsyncTyped, Typed
from zoom_component.paths import PACKAGE
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.action_types import FOLDER, action_types

ROOT = PACKAGE.parent.parent
GOOD = """
from zoom_component import Component
from zoom_component.client.typed import AsyncTyped, CreateMeetingResult, ListUsersItem, Typed


def made(zoom: Typed) -> str:
    meeting: CreateMeetingResult = zoom.create_meeting(
        user_id="me", topic="Daily", meeting_type=8, recurrence=2, weekly_day=[2, 4], audio="both", host_video=True
    )
    zoom.update_meeting(meeting_id=meeting["id"], topic="Weekly", agenda=None)
    number: int | str = meeting["id"]
    starts = [each["start_time"] for each in meeting["occurrences"]]
    return f"{number} {starts[0].upper()} {zoom.get_user(user_id='me')['email'].lower()}"


def mail(user: ListUsersItem) -> str:
    return user["email"]


def emails(zoom: Typed) -> list[str]:
    return [mail(user) for user in zoom.stream.list_users(status="active", resume="abc")]


async def later(zoom: AsyncTyped) -> list[str]:
    whole = await zoom.list_users()
    return [user["email"] async for user in zoom.stream.list_users()] + [user["email"] for user in whole["users"]]


with Component.load().connect() as session:
    print(made(Typed(session)), Typed(session).session.plan("listUsers"))
"""
BAD = """
from zoom_component import AsyncSession, Session
from zoom_component.client.typed import AsyncTyped, Typed
from zoom_component.client.typed import CreatMeetingResult  # E


def wrong(zoom: Typed, session: AsyncSession) -> None:
    zoom.create_meeting(topic="Daily")  # E
    zoom.create_meeting("me")  # E
    zoom.create_meeting(user_id="me", topik="Daily")  # E
    zoom.create_meeting(user_id="me", duration="soon")  # E
    zoom.create_meeting(user_id="me", meeting_type=7)  # E
    zoom.create_meeting(user_id="me", topic=None)  # E
    zoom.creat_meeting(user_id="me")  # E
    zoom.get_user(user_id="me")["emial"]  # E
    number: int = zoom.get_user(user_id="me")["email"]  # E
    zoom.stream.get_user(user_id="me")  # E
    zoom.stream.list_users(page_size=3)  # E
    Typed(session)  # E


async def also_wrong(zoom: AsyncTyped) -> None:
    zoom.get_user(user_id="me")["email"]  # E
    for user in zoom.stream.list_users():  # E
        pass
"""


def test_mypy_lets_the_right_program_pass_and_finds_each_mistake_of_the_wrong_one(tmp_path: Path) -> None:
    check_programs(tmp_path, GOOD, BAD)


def test_the_types_are_fresh() -> None:
    made = action_types(Catalogue())
    there = {path.relative_to(ROOT).as_posix() for path in (PACKAGE / "client" / "typed").glob("*.pyi")}
    assert there == set(made)
    for path, text in made.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run: zoom-component docs"


def methods(ending: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of the classes whose names end so, in every file."""
    for path, text in action_types(Catalogue()).items():
        if path != f"{FOLDER}/__init__.pyi":
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef) and node.name.endswith(ending):
                    yield from (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("of", [Typed, AsyncTyped])
def test_the_types_say_what_runs(of: Any) -> None:
    component = Component.load()
    zoom = of(component.connect(token="t") if of is Typed else component.aconnect(token="t"))
    for ending, at in (("Actions", zoom), ("Streams", zoom.stream)):
        found = {each.name: each for each in methods(ending)}
        assert set(found) == set(dir(at)) - {"session", "stream"}
        for name, node in found.items():
            runs = inspect.signature(getattr(at, name)).parameters
            assert [each.arg for each in node.args.kwonlyargs] == list(runs)
            said = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            assert [each.arg for each, how in said if not how] == [
                each.name for each in runs.values() if each.default is each.empty
            ]
            lines = [" ".join((text or "").split()) for text in (ast.get_docstring(node), getattr(at, name).__doc__)]
            assert lines[0] == lines[1]
