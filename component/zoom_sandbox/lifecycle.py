"""Simulate what people do in Zoom's clients: start, join, leave, record, summarize and end a meeting or webinar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.live.state import (
    DEFAULT_FILES,
    RECORDING_FILES,
    Guest,
    LiveSession,
    LiveSessions,
    add_poll_answer,
    add_question,
)
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.past.state import PastInstance, PastInstances
from zoom_sandbox.resources.summaries.content import build_summary
from zoom_sandbox.resources.webinars.state import Webinars

Id = int | str


class Lifecycle:
    """Do, as `sandbox.lifecycle`, what people do in Zoom's clients and no operation of the API does.

    A `meeting_id` is the id of a meeting or webinar (or a personal meeting id), or its uuid as the API returns it.
    Everything happens now, by the sandbox's clock, or `minutes_ago`. Raises ValueError for an unknown id, and for what
    cannot happen now, such as leaving a meeting that the person did not join.

    >>> from zoom_sandbox import Sandbox
    >>> sandbox = Sandbox()
    >>> uuid = sandbox.lifecycle.start(6000000001, minutes_ago=30)
    >>> sandbox.lifecycle.join(6000000001, "Gus Guest", "gus@guests.example.org", minutes_ago=25)
    '16778241'
    >>> sandbox.lifecycle.record(6000000001)
    >>> sandbox.lifecycle.end(6000000001) == uuid
    True
    """

    def __init__(self, engine: SandboxEngine) -> None:
        self._engine = engine

    def start(self, meeting_id: Id, *, minutes_ago: float = 0) -> str:
        """Start a meeting or webinar. Returns the uuid of this instance."""
        with self._engine.lock:
            conference, store = self._find_conference(meeting_id)
            if conference.status == "started":
                raise ValueError(f"meeting_id: {meeting_id} is already in progress")
            self._sessions.start(conference, store, self._seconds(minutes_ago))
            return conference.uuid

    def join(self, meeting_id: Id, name: str, email: str = "", *, minutes_ago: float = 0) -> str:
        """Let a person join; users and registrants are recognized by their email. Returns the participant's id."""
        with self._engine.lock:
            conference, session = self._find_session(meeting_id)
            guest = self._sessions.join(conference, name, email, max(self._seconds(minutes_ago), session.start))
            return str(16_778_240 + guest.number)

    def leave(self, meeting_id: Id, participant: str, *, minutes_ago: float = 0) -> None:
        """Let a participant leave, given by email or name."""
        with self._engine.lock:
            conference, session = self._find_session(meeting_id)
            self._sessions.leave(conference, _find_participant(session, participant), self._seconds(minutes_ago))

    def record(self, meeting_id: Id, *files: str) -> None:
        """Record the meeting in progress, or the last instance; the files exist once the meeting has ended.

        `files` are `video`, `gallery`, `audio`, `transcript` and `chat`; the default is video, audio and transcript.
        """
        unknown = [name for name in files if name not in RECORDING_FILES]
        if unknown:
            raise ValueError(f'files: expected one of {", ".join(RECORDING_FILES)}, got "{unknown[0]}"')
        chosen = files or DEFAULT_FILES
        with self._engine.lock:
            conference, _ = self._find_conference(meeting_id)
            session = self._sessions.find(conference)
            if session is None:
                self._sessions.create_recording(self._last_instance(conference), chosen, self._engine.base_url)
            elif not self._sessions.control_recording(conference, "start", self._engine.account.now(), chosen):
                session.recording_files = chosen

    def summarize(self, meeting_id: Id, overview: str = "", next_steps: Sequence[str] = ()) -> None:
        """Write the summary of the meeting in progress, or of the last instance."""
        with self._engine.lock:
            conference, _ = self._find_conference(meeting_id)
            summary = build_summary(conference.topic, overview, tuple(next_steps))
            session = self._sessions.find(conference)
            if session is not None:
                session.summary = summary
            else:
                self._last_instance(conference).data["summary"] = summary

    def answer_poll(self, meeting_id: Id, participant: str, question: str, answer: str) -> None:
        """Answer a poll's question in the meeting in progress, or in the last instance. Reports show the answer."""
        with self._engine.lock:
            add_poll_answer(self._find_answers(meeting_id), participant, question, answer, self._engine.account.now())

    def ask_question(self, meeting_id: Id, participant: str, question: str, answer: str = "") -> None:
        """Ask a question in public, with the host's answer to it. Reports show both."""
        with self._engine.lock:
            add_question(self._find_answers(meeting_id), participant, question, answer, self._engine.account.now())

    def end(self, meeting_id: Id, *, minutes_ago: float = 0) -> str:
        """End the meeting in progress; the remaining participants leave. Returns the uuid of the instance."""
        with self._engine.lock:
            conference, _ = self._find_session(meeting_id)
            return self._sessions.end(conference, self._seconds(minutes_ago), self._engine.base_url).uuid

    @property
    def _sessions(self) -> LiveSessions:
        return self._engine.account.store(LiveSessions)

    def _seconds(self, minutes_ago: float) -> int:
        return self._engine.account.now() - int(minutes_ago * 60)

    def _find_conference(self, meeting_id: Id) -> tuple[Conference, ConferenceStore]:
        account = self._engine.account
        stores: list[ConferenceStore] = [account.store(Meetings), account.store(Webinars)]
        for store in stores:
            conference = store.find(str(meeting_id))
            if conference is not None:
                return conference, store
        raise ValueError(f"meeting_id: no meeting or webinar has the id {meeting_id}; create one with the API first")

    def _find_session(self, meeting_id: Id) -> tuple[Conference, LiveSession]:
        conference, _ = self._find_conference(meeting_id)
        session = self._sessions.find(conference)
        if session is None:
            remedy = f"start it first: lifecycle.start({meeting_id!r})"
            raise ValueError(f"meeting_id: {meeting_id} is not in progress; {remedy}")
        return conference, session

    def _find_answers(self, meeting_id: Id) -> dict[str, Any]:
        conference, _ = self._find_conference(meeting_id)
        session = self._sessions.find(conference)
        return self._last_instance(conference).data if session is None else session.answers

    def _last_instance(self, conference: Conference) -> PastInstance:
        instances = self._engine.account.store(PastInstances).instances_of(conference.kind, conference.id)
        if not instances:
            raise ValueError(f"meeting_id: {conference.id} has not taken place yet; start and end it first")
        return instances[0]


def _find_participant(session: LiveSession, name: str) -> Guest:
    for guest in session.participants:
        if guest.leave_time is None and name in (guest.name, guest.email):
            return guest
    raise ValueError(f'participant: expected the name or email of a participant, got "{name}"')
