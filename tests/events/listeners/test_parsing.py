"""Test that a listeners.yaml is parsed, and that all its problems are reported at once."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component import Component
from zoom_component.errors import SpecError
from zoom_component.events.listeners import Listener, RetrySchedule
from zoom_component.events.listeners.model import ListenerModel
from zoom_component.events.listeners.parsing import load_listeners, parse_listeners
from zoom_component.events.listeners.schema import build_schemas
from zoom_component.events.webhook import Condition, Filter
from zoom_component.paths import get_bundle_dir
from zoom_component.spec.yaml12 import parse_yaml

ENVIRON = {"CRM_SECRET": "a-secret-of-the-crm", "BLANK": " \u200b"}
GOOD = """
listeners:
  shop:
    call: listening:ended
    events: [meeting.ended, "!webinar.*"]
    where: {payload.object.type: [2, 8]}
    ordered: true
    timeout: 5m
    concurrency: 2
    retry: {maxAttempts: 3, firstDelay: 2s, factor: 2.5, maxDelay: 1h}
  archive.live: {command: [./archive.sh, --fast], env: [ARCHIVE]}
  crm: {forward: "https://crm.example.com/hooks", secret: {env: CRM_SECRET}, events: "user.*"}
  near: {forward: "http://127.0.0.1:9/x", secret: {file: secret.txt}}
  plain: {forward: "http://crm/x", secret: {file: secret.txt}, allowHttp: true}
  summary:
    run: getMeetingSummary
    events: [meeting.summary_completed]
    inputs: {meetingId: payload.object.meeting_uuid}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "listening.py").write_text("def ended(event): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "listening", raising=False)
    (tmp_path / "secret.txt").write_text("from-a-file\n")
    monkeypatch.setenv("ZOOM_TOKEN", "a-token-of-the-tests")
    return tmp_path


def find_problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse_listeners(text, "listeners.yaml", folder, Component.load(), ENVIRON)
    return [problem.removeprefix("listeners.yaml:") for problem in caught.value.diagnostics]


def test_a_file_in_json_defines_the_same_listeners(folder: Path) -> None:
    (folder / "listeners.yaml").write_text(GOOD)
    content = {"$schema": "listeners.schema.json", **parse_yaml(GOOD, "listeners.yaml").value}
    (folder / "listeners.json").write_text(json.dumps(content, indent=1))
    files = (folder / "listeners.json", folder / "listeners.yaml")
    as_json, as_yaml = (load_listeners(file, Component.load(), ENVIRON) for file in files)
    assert [(each.name, each.filter, each.retry) for each in as_json] == [
        (each.name, each.filter, each.retry) for each in as_yaml
    ]
    (folder / "listeners.json").write_text('{"listeners": {\n "crm": {"cal": "x:y"},\n}}')
    with pytest.raises(SpecError) as caught:
        load_listeners(folder / "listeners.json", Component.load(), ENVIRON)
    assert caught.value.diagnostics[0].endswith("listeners.json:2:23: not JSON: expected no comma before }")


def test_a_file_defines_listeners(folder: Path) -> None:
    (folder / "listeners.yaml").write_text(GOOD)
    listeners = load_listeners(folder / "listeners.yaml", Component.load(), ENVIRON)
    assert [each.name for each in listeners] == ["shop", "archive.live", "crm", "near", "plain", "summary"]
    where = (Condition(("payload", "object", "type"), equals_any=(2, 8)),)
    event_filter = Filter(("meeting.ended", "!webinar.*"), where)
    shop = Listener("shop", listeners[0].handler, event_filter, True, RetrySchedule(3, 2, 2.5, 3600), 300, 2)
    assert listeners[0] == shop
    assert list(listeners[2].handler.list_secrets()) == ["a-secret-of-the-crm"]
    assert list(listeners[3].handler.list_secrets()) == ["from-a-file"]
    assert "a-secret" not in repr(listeners)


def test_the_schema_accepts_the_same_file() -> None:
    [(name, text)] = build_schemas().items()
    assert (get_bundle_dir() / name).read_text(encoding="utf-8") == text
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    judge = jsonschema.Draft202012Validator(json.loads(text))
    assert list(judge.iter_errors(parse_yaml(GOOD, "x").value)) == []
    for words in ({"call": "a:b", "run": "x"}, {}, {"call": 1}):
        assert not judge.is_valid({"listeners": {"a": words}})
    assert not judge.is_valid({"listeners": {}})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("{}", "3:3: expected one of call, command, forward or run, got none"),
        ("{call: listening:ended, run: getUser}", "expected one of call, command, forward or run, got call and run"),
        ("{call: listening:gone}", "listening has no \"gone\""),
        ("{call: listening:ended, env: [A]}", "env is only valid together with command; this listener has call"),
        ("{call: listening:ended, evnts: [a]}", "unknown key \"evnts\"; did you mean events?"),
        ("{call: listening:ended, events: [meting.started]}", 'no known event matches "meting.started"; did you mean'),
        ("{call: listening:ended, where: {payload.object.x: 1}, events: meeting.ended}", "no selected event has"),
        ("{call: listening:ended, timeout: soon}", "timeout: expected a number of seconds, or a number with"),
        ("{call: listening:ended, timeout: 2w}", "timeout: expected 0.1 to 86400 seconds, got 2w"),
        ("{call: listening:ended, concurrency: 0}", "concurrency: expected 1 or more, got 0"),
        ("{call: listening:ended, ordered: 1}", "ordered: expected true or false, got 1"),
        ("{call: listening:ended, retry: {firstDelay: 2h, maxDelay: 1h}}", "maxDelay is shorter than firstDelay"),
        ("{call: listening:ended, retry: {maxAtempts: 1}}", "did you mean maxAttempts?"),
        ("{command: ls}", 'command: expected a list, got "ls"'),
        ("{command: []}", "command: expected at least one item, got an empty list"),
        ("{command: [ls], env: [A=b]}", "env: expected names of environment variables"),
        ("{forward: 'https://a/b'}", "secret is required to sign the events"),
        ("{forward: 'https://a/b', secret: hush}", "secret: expected {env: NAME} or {file: PATH}"),
        ("{forward: 'https://a/b', secret: {env: NONE}}", "the variable NONE is empty or not set"),
        ("{forward: 'https://a/b', secret: {env: BLANK}}", "the variable BLANK is empty or not set"),
        ("{forward: 'https://a/b', secret: {file: gone}}", "cannot read the file gone"),
        ("{forward: 'https://a/b', secret: {env: CRM_SECRET, file: x}}", "expected either env or file"),
        ("{forward: 'http://a/b', secret: {env: CRM_SECRET}}", "add `allowHttp: true`"),
        ("{forward: 'https://me:pw@a/b', secret: {env: CRM_SECRET}}", "expected a URL without a password"),
        ("{forward: 'ftp://a', secret: {env: CRM_SECRET}}", "expected a URL such as https://crm"),
        ("{forward: 'https://a:99999/', secret: {env: CRM_SECRET}}", "expected a URL such as https://crm"),
        ("{run: getMeetings}", "unknown action \"getMeetings\"; did you mean getMeeting?"),
        ("{run: getMeeting}", "the input \"meetingId\" of getMeeting is required; add it to inputs or constants"),
        ("{run: getMeeting, inputs: {meetingID: payload.object.id}}", "did you mean meetingId?"),
        ("{run: getUser, constants: {userId: 1}, inputs: {userId: payload.object.id}}", "is already in inputs"),
        ("{run: getMeeting, inputs: {meetingId: payload.object.*}}", "expected a path without *"),
        ("{run: getMeeting, events: meeting.ended, inputs: {meetingId: payload.object.idd}}", "no selected event has"),
        ("{run: getMeeting, inputs: {meetingId: 'a b'}}", "expected a path of names joined by dots"),
        ("{run: getUser, constants: {userId: me}, connection: none}", "connection: "),
    ],
)  # fmt: skip
def test_a_problem_is_reported_with_its_place_and_a_suggestion(folder: Path, words: str, message: str) -> None:
    problems = find_problems(folder, f"# one\nlisteners:\n  a: {words}\n")
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("3:") for problem in problems)


def test_all_problems_are_reported_at_once(folder: Path) -> None:
    text = "listeners:\n  a: {call: nowhere:x}\n  b c: {command: [ls]}\n  d: {run: gone, timeout: x}\nmore: 1\n"
    problems = find_problems(folder, text)
    assert [problem.split(":")[0] for problem in problems] == ["2", "3", "4", "4", "5"]
    assert 'got "b c"' in problems[1]


@pytest.mark.parametrize(
    "text", ["", "[]", "listeners: 1", "listeners: {a: 1}", "listeners: {}", "a: [", "listeners: [a]"]
)
def test_another_document_is_refused(folder: Path, text: str) -> None:
    assert find_problems(folder, text)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"cannot read .*: no such file"):
        load_listeners(tmp_path / "none.yaml")


_WORD = st.sampled_from([*ListenerModel.model_fields])
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(st.text(max_size=4), part, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.text(max_size=5), st.dictionaries(_WORD, _VALUE, max_size=4) | _VALUE, max_size=3))
def test_any_document_is_parsed_or_refused(listeners: object) -> None:
    with contextlib.suppress(SpecError):
        parse_listeners(json.dumps({"listeners": listeners}), "x", Path(), _COMPONENT, {})


_COMPONENT = Component.load()
