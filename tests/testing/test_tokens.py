"""Test the token requests of a spec's session against the sandbox's OAuth."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.testing.conftest import COMPONENT, Outcomes, Write

from zoom_component.testing.backends import SandboxBackend
from zoom_component.testing.recording import RecordingWriter, Replay
from zoom_component.testing.recording_backends import RecordingBackend, ReplayBackend
from zoom_component.testing.runner import run_spec
from zoom_component.testing.spec_files import load_spec
from zoom_sandbox.ids import IdGenerator

SPEC = Path(__file__).resolve().parents[1] / "specs/connections/serverToServer.test.yaml"
READ = "{run: getUser, inputs: {userId: me}"


def test_the_first_call_requests_a_token_for_all(outcome_of: Outcomes) -> None:
    checked = "{run: createMeeting, inputs: {userId: me, duration: x}, expect: {error: {}, tokenRequests: 0}}"
    steps = [checked, f"{READ}, expect: {{tokenRequests: 1}}}}", f"{READ}, expect: {{tokenRequests: 0}}}}"]
    assert outcome_of(f"steps: [{', '.join(steps)}]").failures == ()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("status: 401, body: {error: invalid_client, reason: No}", "connection_failed"),
        ("status: 429, retry_after: 5", "rate_limited"),
        ("status: 503", "unavailable"),
        ("drop: true", "unavailable"),
        ("delay: 100", "timed_out"),
        ("html: true", "unavailable"),
    ],
)
def test_a_token_request_can_fail(outcome_of: Outcomes, fault: str, kind: str) -> None:
    faults = f"[{{method: POST, path: /oauth/token, {fault}}}]"
    outcome = outcome_of(f"steps: [{READ}, faults: {faults}, expect: {{error: {{kind: {kind}}}}}}}]")
    assert outcome.failures == ()
    assert outcome.seconds < 5


def test_a_fault_of_every_call_excludes_token_requests(outcome_of: Outcomes) -> None:
    step = f"{READ}, faults: [{{status: 503, calls: 1}}], expect: {{tokenRequests: 1, requests: [{{}}, {{}}]}}}}"
    assert outcome_of(f"steps: [{step}]").failures == ()


def test_a_failure_contains_the_token_request_without_secrets(outcome_of: Outcomes) -> None:
    fault = "{method: POST, path: /oauth/token, status: 401, body: {error: invalid_client, reason: No such app}}"
    (failure,) = outcome_of(f"steps: [{READ}, faults: [{fault}]}}]").failures
    assert failure.message.startswith("the step failed with connection_failed: ")
    assert failure.requests[0] == "request: POST /oauth/token"
    assert "No such app" in failure.requests[2]
    assert "sandbox-secret" not in str(failure)


def test_token_requests_are_recorded_without_secrets_and_replayed(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    token = IdGenerator.next_token

    def record(ids: IdGenerator) -> str:
        tokens.append(token(ids))
        return tokens[-1]

    monkeypatch.setattr(IdGenerator, "next_token", record)
    spec = load_spec(SPEC, COMPONENT.catalogue.action_keys())
    write("")
    recording = RecordingWriter(Path("zoom.yaml"))
    assert run_spec(spec, RecordingBackend(SandboxBackend(COMPONENT), recording)).failures == ()
    recording.write()
    text = Path("zoom.yaml").read_text(encoding="utf-8")
    assert text.count("path: /oauth/token") > 5
    assert len(tokens) > 3
    assert [secret for secret in (*tokens, "sandbox-secret", "Bearer ", "Basic ") if secret in text] == []
    assert 'access_token: "[redacted-1]"\n      token_type: bearer\n' in text
    assert run_spec(spec, ReplayBackend(COMPONENT, Replay.from_file(Path("zoom.yaml")))).failures == ()
