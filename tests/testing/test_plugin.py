"""The pytest plugin in a project of its own: fixtures, specs as items, the suite by one import, a light start."""

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


def test_a_test_has_a_zoom_of_its_own(project: Path) -> None:
    (project / "test_mine.py").write_text(
        dedent("""
        def test_a_meeting(zoom_component, zoom_connection, zoom_sandbox):
            with zoom_component.connect(zoom_connection) as session:
                session.run("createMeeting", {"userId": "me", "topic": "Daily"})
            assert [arrival.method for arrival in zoom_sandbox.requests] == ["POST"]
        """),
        encoding="utf-8",
    )
    done = run(project, "-q")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_specs_are_items_and_fail_without_a_traceback(project: Path) -> None:
    (project / "good.test.yaml").write_text(GOOD, encoding="utf-8")
    (project / "bad.test.yaml").write_text(GOOD.replace("me}", "nobody}"), encoding="utf-8")
    done = run(project, "-v")
    assert done.returncode == 1
    assert "good.test.yaml::The owner PASSED" in done.stdout
    assert "bad.test.yaml:2: step 1, getUser: it failed with not_found" in done.stdout
    assert "sent: GET /users/nobody" in done.stdout
    assert "Traceback" not in done.stdout
    assert "running.py" not in done.stdout


def test_a_faulty_spec_is_an_error_of_collection(project: Path) -> None:
    (project / "bad.test.yaml").write_text(GOOD.replace("getUser", "getUsr"), encoding="utf-8")
    done = run(project)
    assert done.returncode == 2
    assert "bad.test.yaml:2:15: there is no action 'getUsr'; did you mean getUser?" in done.stdout


def test_a_new_action_has_the_suite_by_one_import(project: Path) -> None:
    home = project / "mine" / "actions" / "meetings"
    home.mkdir(parents=True)
    (home / "cancelMeeting.yaml").write_text(ACTION, encoding="utf-8")
    (project / "test_mine.py").write_text("from zoom_component.testing.conformance import TestEveryAction\n")
    done = run(project, "-q", "-k", "cancelMeeting", "-rA")
    assert done.returncode == 0, done.stdout
    assert "test_its_examples_hold[cancelMeeting]" in done.stdout
    (home / "cancelMeeting.yaml").write_text(ACTION.replace("path: /meetings/8", "path: /meetings/9"))
    done = run(project, "-q", "-k", "cancelMeeting")
    assert "what is sent is another" in done.stdout
    assert "1 failed" in done.stdout


def test_pytest_starts_as_light_as_before(project: Path) -> None:
    (project / "test_mine.py").write_text(
        dedent("""
        import sys

        def test_nothing_is_loaded():
            loaded = {"httpx", "yaml", "pydantic", "uvicorn", "zoom_component.component"} & set(sys.modules)
            assert loaded == set()
        """),
        encoding="utf-8",
    )
    done = run(project, "-q", "-p", "no:respx")
    assert "1 passed" in done.stdout, done.stdout
