"""Test the generated types of the actions: up to date, equal to the methods at run time, and as mypy sees them."""

from __future__ import annotations

import ast
import inspect
import itertools
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
from zoom_component.client.typed import AsyncTyped, CreateMeetingInputs, CreateMeetingResult, ListUsersItem, Typed


def schedule(zoom: Typed) -> str:
    meeting: CreateMeetingResult = zoom.create_meeting(
        user_id="me", topic="Daily", meeting_type=8, recurrence=2, weekly_day=[2, 4], audio="both", host_video=True
    )
    zoom.update_meeting(meeting_id=meeting["id"], topic="Weekly", agenda=None)
    inputs: CreateMeetingInputs = {"user_id": "me", "duration": 30}
    zoom.create_meeting(**inputs)
    number: int | str = meeting["id"]
    starts = [each["start_time"] for each in meeting["occurrences"]]
    return f"{number} {starts[0].upper()} {zoom.get_user(user_id='me')['email'].lower()}"


def get_email(user: ListUsersItem) -> str:
    return user["email"]


def emails(zoom: Typed) -> list[str]:
    return [get_email(user) for user in zoom.stream.list_users(status="active", resume="abc")]


async def list_emails(zoom: AsyncTyped) -> list[str]:
    whole = await zoom.list_users()
    return [user["email"] async for user in zoom.stream.list_users()] + [user["email"] for user in whole["users"]]


with Component.load().connect() as session:
    print(schedule(Typed(session)), Typed(session).session.plan("listUsers"))
"""
BAD = """
from zoom_component import AsyncSession, Session
from zoom_component.client.typed import AsyncTyped, Typed
from zoom_component.client.typed import CreatMeetingResult  # E


def make_mistakes(zoom: Typed, session: AsyncSession) -> None:
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


async def make_async_mistakes(zoom: AsyncTyped) -> None:
    zoom.get_user(user_id="me")["email"]  # E
    for user in zoom.stream.list_users():  # E
        pass
"""


def test_mypy_accepts_the_good_program_and_finds_each_mistake_of_the_bad_one(tmp_path: Path) -> None:
    check_programs(tmp_path, GOOD, BAD)


def test_the_types_are_up_to_date() -> None:
    files = action_types(Catalogue())
    present = {path.relative_to(ROOT).as_posix() for path in (PACKAGE / "client" / "typed").glob("*.pyi")}
    assert present == set(files)
    for path, text in files.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run: make setup"


def parse_files() -> Iterator[ast.ClassDef]:
    """Yield the classes of the files of every resource."""
    for path, text in action_types(Catalogue()).items():
        if path != f"{FOLDER}/__init__.pyi":
            yield from (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))


@pytest.fixture(scope="module")
def classes() -> dict[str, ast.ClassDef]:
    return {node.name: node for node in parse_files()}


def list_fields(classes: dict[str, ast.ClassDef], name: str) -> dict[str, tuple[bool, str]]:
    """Return whether each input of a TypedDict is required, and its description, inherited inputs included."""
    fields: dict[str, tuple[bool, str]] = {}
    node = classes[name]
    for base in node.bases:
        if ast.unparse(base) != "TypedDict":
            fields |= list_fields(classes, ast.unparse(base))
    for field, text in itertools.pairwise(node.body):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(text, ast.Expr)
            description = " ".join(ast.literal_eval(text.value).split())
            fields[ast.unparse(field.target)] = (
                not ast.unparse(field.annotation).startswith("NotRequired"),
                description,
            )
    return fields


@pytest.mark.parametrize("cls", [Typed, AsyncTyped])
def test_the_types_match_the_methods_at_run_time(cls: Any, classes: dict[str, ast.ClassDef]) -> None:
    component = Component.load()
    zoom = cls(component.connect(token="t") if cls is Typed else component.aconnect(token="t"))
    for ending, owner in (("Actions", zoom), ("Streams", zoom.stream)):
        names: set[str] = set()
        for node in (each for name, each in classes.items() if name.endswith(ending)):
            if node.name.startswith("Async") is not (cls is AsyncTyped):
                continue
            for method in node.body:
                assert isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
                check_method(method, getattr(owner, method.name), classes)
                names.add(method.name)
        assert names == set(dir(owner)) - {"session", "stream"}


def check_method(node: ast.FunctionDef | ast.AsyncFunctionDef, method: Any, classes: dict[str, ast.ClassDef]) -> None:
    assert node.args.kwarg is not None
    assert node.args.kwarg.annotation is not None
    fields = list_fields(classes, ast.unparse(node.args.kwarg.annotation).removeprefix("Unpack[").removesuffix("]"))
    parameters = dict(inspect.signature(method).parameters)
    is_stream = bool(node.args.kwonlyargs)
    assert [each.arg for each in node.args.kwonlyargs] == (["resume"] if is_stream else [])
    assert ("resume" in parameters) is is_stream
    parameters.pop("resume", None)
    assert {name: required for name, (required, _) in fields.items()} == {
        name: each.default is each.empty for name, each in parameters.items()
    }
    docstring = " ".join(method.__doc__.split())
    assert docstring.startswith(" ".join((ast.get_docstring(node) or "-").split()))
    assert all(f"{name}: {description}" in docstring for name, (_, description) in fields.items())
