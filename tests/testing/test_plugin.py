"""Test the pytest plugin in a separate project: fixtures, specs, the conformance suite and a fast start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

GOOD = "name: The owner\nsteps: [{run: getUser, inputs: {userId: me}}]\n"
ACTION = """
key: cancelMeeting
label: Cancel Meeting
description: Delete a meeting
effect: delete
operation: meetingDelete
request: {method: DELETE, path: "/meetings/{meetingId}"}
inputs:
  meetingId: {use: meetingId}
examples:
  - inputs: {meetingId: "85746065432"}
    sends: {method: DELETE, path: /meetings/85746065432}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\nzoom_specs = mine\n", encoding="utf-8")
    return tmp_path


def run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *words]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_each_test_gets_a_new_sandbox(project: Path) -> None:
    (project / "test_mine.py").write_text(
        dedent("""
        def test_a_meeting(zoom_component, zoom_connection, zoom_sandbox):
            with zoom_component.connect(zoom_connection) as session:
                session.run("createMeeting", {"userId": "me", "topic": "Daily"})
            assert [arrival.method for arrival in zoom_sandbox.requests] == ["POST"]
        """),
        encoding="utf-8",
    )
    result = run(project, "-q")
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_specs_are_tests_and_fail_without_a_traceback(project: Path) -> None:
    (project / "good.test.yaml").write_text(GOOD, encoding="utf-8")
    (project / "bad.test.yaml").write_text(GOOD.replace("me}", "nobody}"), encoding="utf-8")
    result = run(project, "-v")
    assert result.returncode == 1
    assert "good.test.yaml::The owner PASSED" in result.stdout
    assert "bad.test.yaml:2: step 1, getUser: the step failed with not_found" in result.stdout
    assert "request: GET /users/nobody" in result.stdout
    assert "Traceback" not in result.stdout
    assert "runner.py" not in result.stdout


def test_json_specs_are_tests_and_other_json_files_are_not(project: Path) -> None:
    spec = '{"name": "The \\ud83d\\ude00",\n "steps": [{"run": "getUser", "inputs": {"userId": "me"}}]}'
    (project / "good.test.json").write_text(spec, encoding="utf-8")
    (project / "tsconfig.test.json").write_text('{"extends": "./tsconfig.json", // a comment\n}', encoding="utf-8")
    result = run(project, "-v")
    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout
    (project / "bad.test.json").write_text('{"name": "Bad",\n "steps": [{"run": "getUsr"},]}', encoding="utf-8")
    result = run(project)
    assert "bad.test.json:2:29: not JSON: expected no comma before ]" in result.stdout


def test_an_invalid_spec_fails_the_collection(project: Path) -> None:
    (project / "bad.test.yaml").write_text(GOOD.replace("getUser", "getUsr"), encoding="utf-8")
    result = run(project)
    assert result.returncode == 2
    assert 'bad.test.yaml:2:15: unknown action "getUsr"; did you mean getUser?' in result.stdout


def test_one_import_tests_a_new_action(project: Path) -> None:
    home = project / "mine" / "actions" / "meetings"
    home.mkdir(parents=True)
    (home / "cancelMeeting.yaml").write_text(ACTION, encoding="utf-8")
    (project / "test_mine.py").write_text("from zoom_component.testing.conformance import TestEveryAction\n")
    result = run(project, "-q", "-k", "cancelMeeting", "-rA")
    assert result.returncode == 0, result.stdout
    assert "test_examples_hold[cancelMeeting]" in result.stdout
    (home / "cancelMeeting.yaml").write_text(ACTION.replace("path: /meetings/8", "path: /meetings/9"))
    result = run(project, "-q", "-k", "cancelMeeting")
    assert "the request differs from the example" in result.stdout
    assert "1 failed" in result.stdout


def test_the_plugin_imports_nothing_heavy_at_start(project: Path) -> None:
    (project / "test_mine.py").write_text(
        dedent("""
        import sys

        def test_nothing_is_loaded():
            loaded = {"httpx", "yaml", "pydantic", "uvicorn", "zoom_component.component"} & set(sys.modules)
            assert loaded == set()
        """),
        encoding="utf-8",
    )
    result = run(project, "-q", "-p", "no:respx")
    assert "1 passed" in result.stdout, result.stdout
