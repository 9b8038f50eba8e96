"""Test `zoom-component test`: selection, order, output and exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.testing.conftest import Write

from zoom_component.cli.main import main
from zoom_sandbox import Sandbox

GOOD = "name: The owner\nsteps: [{run: getUser, inputs: {userId: me}, expect: {paths: {email: owner@example.com}}}]\n"
BAD = "name: Nobody\nsteps: [{run: getUser, inputs: {userId: nobody}}]\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("ZOOM_BASE_URL", raising=False)

    def test(*words: str) -> tuple[int, str, str]:
        code = main(["test", *words])
        result = capsys.readouterr()
        return code, result.out, result.err

    return test


def test_specs_below_a_folder_run_and_set_the_exit_code(run: Run, write: Write) -> None:
    write(GOOD, "a/good.test.yaml")
    write("never: read", "a/.hidden/bad.test.yaml")
    assert run("a") == (0, "ok    a/good.test.yaml: The owner\n", "1 passed\n")
    write(BAD, "b/bad.test.yaml")
    code, out, err = run("a", "b")
    assert (code, err) == (1, "1 passed, 1 failed\n")
    assert "FAIL  b/bad.test.yaml: Nobody\n  b/bad.test.yaml:2: step 1, getUser: the step failed with not_found" in out
    assert "request: GET /users/nobody?" in out


def test_an_invalid_spec_stops_the_run_and_is_reported(run: Run, write: Write) -> None:
    write(GOOD, "good.test.yaml")
    write("name: One\nsteps: [{runs: getUser}]\n", "bad.test.yaml")
    code, out, err = run(".")
    assert (code, out) == (2, "")
    assert 'bad.test.yaml:2:10: unknown key "runs"; did you mean run?\n' in err
    assert err.endswith("1 problem; nothing was run\n")
    code, out, _ = run(".", "--json")
    assert (code, json.loads(out)["error"]["kind"]) == (2, "spec_error")


def test_an_action_file_runs_its_examples(run: Run, write: Write) -> None:
    root = Path(__file__).resolve().parents[2]
    code, out, err = run(str(root / "actions/users"), "-k", "getuser:")
    assert (code, out.count("ok  ")) == (0, int(err.split()[0]))
    assert "actions/users/getUser.yaml: getUser: " in out


def test_a_wrong_example_fails_with_its_line(run: Run, write: Write) -> None:
    write(
        """
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
            sends: {method: DELETE, path: /meetings/85746065431}
        """,
        "actions/meetings/cancelMeeting.yaml",
    )
    code, out, _ = run(".")
    assert code == 1
    assert (
        "actions/meetings/cancelMeeting.yaml:11: cancelMeeting: example 1: the request differs from the example" in out
    )
    assert '-  "path": "/meetings/85746065431",' in out
    assert "request: DELETE /meetings/85746065432" in out


def test_a_path_without_tests_is_refused(run: Run, write: Write) -> None:
    write("", "empty/readme.txt")
    expected = (
        "input_error: PATH: expected a folder with *.test.yaml or *.test.json files or actions with examples, got"
    )
    code, _, err = run("empty")
    assert (code, err) == (2, f'{expected} "empty"\n')
    code, _, err = run("gone")
    assert (code, err) == (2, f'{expected} "gone", which does not exist\n')


def test_json_and_junit_contain_every_result(run: Run, write: Write) -> None:
    write(GOOD, "good.test.yaml")
    write(BAD, "bad.test.yaml")
    code, out, _ = run("good.test.yaml", "bad.test.yaml", "--json", "--junit", "out.xml")
    rows = {row["name"]: row for row in json.loads(out)}
    assert (code, rows["The owner"]["status"], rows["Nobody"]["status"]) == (1, "passed", "failed")
    assert rows["Nobody"]["failures"][0]["line"] == 2
    suite = ElementTree.parse("out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
    assert [case.find("failure") is not None for case in suite] == [False, True]
    assert all(float(case.get("time", "")) >= 0 for case in suite)


def test_the_xml_is_valid_for_any_spec_name(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda *words: "ascii")
    write(r'{name: "Ü \u0007 \uffff <&>", steps: [{run: getUser, inputs: {userId: nobody}, expect: {equals: 1}}]}')
    assert run("one.test.yaml", "--junit", "out.xml")[0] == 1
    (case,) = ElementTree.parse("out.xml").getroot()[0]
    assert case.get("name") == "Ü \ufffd \ufffd <&>"
    (failure,) = case
    assert (failure.text or "").startswith("one.test.yaml:1: step 1, getUser: the step failed with not_found")


def test_x_stops_at_the_first_failure_and_k_filters(run: Run, write: Write) -> None:
    write(BAD, "1.test.yaml")
    write(GOOD, "2.test.yaml")
    assert run(".", "-k", "test.yaml", "-x")[2] == "1 failed\n"
    assert run(".", "-k", "the OWNER")[2] == "1 passed\n"
    code, out, err = run(".", "-k", "no such word")
    assert (code, out) == (2, "")
    assert err.startswith("input_error: -k: none of the ")


def test_the_seed_determines_the_order_also_in_parallel(run: Run, write: Write) -> None:
    for number in range(8):
        write(GOOD.replace("The owner", f"Number {number}"), f"{number}.test.yaml")
    _, first, _ = run(".", "-k", "Number", "--seed", "7")
    assert run(".", "-k", "Number", "--seed", "7", "--parallel", "4")[1] == first
    assert sorted(first.splitlines()) == run(".", "-k", "Number")[1].splitlines() != first.splitlines()


def test_a_real_account_skips_specs_that_need_a_sandbox(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(GOOD, "good.test.yaml")
    write("name: Fault\nsteps: [{run: getUser, inputs: {userId: me}, faults: [{drop: true}]}]\n", "fault.test.yaml")
    with Sandbox() as zoom:
        monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
        code, out, err = run("good.test.yaml", "fault.test.yaml", "--base-url", zoom.api_url)
        assert [arrival.path for arrival in zoom.requests] == ["/v2/users/me"]
    assert (code, err) == (0, "1 passed, 1 skipped\n")
    assert "skip  fault.test.yaml: Fault (only a sandbox supports faults)" in out


def test_specs_and_recordings_may_be_json(run: Run, write: Write) -> None:
    steps = [{"run": "getUser", "inputs": {"userId": "me"}, "expect": {"paths": {"email": "owner@example.com"}}}]
    spec = json.dumps({"$schema": "test.schema.json", "name": "The owner", "steps": steps})
    write(spec, "a/good.test.json")
    write('{"compilerOptions": {}, }', "a/tsconfig.test.json")
    assert run("a") == (0, "ok    a/good.test.json: The owner\n", "1 passed\n")
    assert run("a", "--record", "zoom.json")[0] == 0
    assert json.loads(Path("zoom.json").read_text(encoding="utf-8"))["exchanges"]
    assert run("a", "--from-recording", "zoom.json")[0] == 0
    assert run("a/tsconfig.test.json")[0] == 2
    write(spec.replace("getUser", "getUsr").replace('"steps"', '\n"steps"'), "b/bad.test.json")
    assert 'b/bad.test.json:2:19: unknown action "getUsr"; did you mean getUser?' in run("b")[2]
