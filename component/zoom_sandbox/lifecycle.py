"""A meeting's or webinar's life, played by whoever runs the sandbox: start, join, leave, record, sum up, end."""

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
    """`sandbox.play`: what people do in Zoom's clients, which no operation of the API does.

    An id is a meeting's or a webinar's id (a personal number too) or its uuid as the API gives it. Each thing happens
    now, by the sandbox's clock, or so many `minutes_ago`. Unknown ids, and what cannot happen now (leaving what one did
    not join, ending what is not under way), raise ValueError.

    >>> from zoom_sandbox import Sandbox
    >>> zoom = Sandbox()
    >>> uuid = zoom.play.start(6000000001, minutes_ago=30)
    >>> zoom.play.join(6000000001, "Gus Guest", "gus@guests.example.org", minutes_ago=25)
    '16778241'
    >>> zoom.play.record(6000000001)
    >>> zoom.play.end(6000000001) == uuid
    True
    """

    def __init__(self, zoom: SandboxEngine) -> None:
        self._zoom = zoom

    def start(self, meeting_id: Id, *, minutes_ago: float = 0) -> str:
        """Begin a meeting or webinar. Returns the uuid that this time has."""
        with self._zoom.lock:
            gathering, store = self._found(meeting_id)
            if gathering.status == "started":
                raise ValueError(f"{meeting_id} is under way already.")
            self._lives.start(gathering, store, self._when(minutes_ago))
            return gathering.uuid

    def join(self, meeting_id: Id, name: str, email: str = "", *, minutes_ago: float = 0) -> str:
        """Let somebody in: a user or a registrant is known by the email. Returns the participant's id."""
        with self._zoom.lock:
            gathering, live = self._live(meeting_id)
            guest = self._lives.join(gathering, name, email, max(self._when(minutes_ago), live.start))
            return str(16_778_240 + guest.number)

    def leave(self, meeting_id: Id, participant: str, *, minutes_ago: float = 0) -> None:
        """Let somebody go who is there, by email or name."""
        with self._zoom.lock:
            gathering, live = self._live(meeting_id)
            self._lives.leave(gathering, _present(live, participant), self._when(minutes_ago))

    def record(self, meeting_id: Id, *files: str) -> None:
        """Record what is under way, or the last time that is over; the files are there once it has ended.

        `files` are words of `video`, `gallery`, `audio`, `transcript` and `chat`; without any, the first, third and
        fourth.
        """
        strange = [word for word in files if word not in RECORDING_FILES]
        if strange:
            raise ValueError(
                f"There is no recorded file named {strange[0]}. Give words of {', '.join(RECORDING_FILES)}."
            )
        with self._zoom.lock:
            gathering, _ = self._found(meeting_id)
            live = self._lives.find(gathering)
            if live is None:
                self._lives.create_recording(self._last(gathering), files or DEFAULT_FILES, self._zoom.base_url)
            elif not self._lives.control_recording(
                gathering, "start", self._zoom.account.now(), files or DEFAULT_FILES
            ):
                live.recording_files = files or DEFAULT_FILES

    def summarize(self, meeting_id: Id, overview: str = "", next_steps: Sequence[str] = ()) -> None:
        """Write the summary of what is under way, or of the last time that is over."""
        with self._zoom.lock:
            gathering, _ = self._found(meeting_id)
            summary = build_summary(gathering.topic, overview, tuple(next_steps))
            live = self._lives.find(gathering)
            if live is not None:
                live.summary = summary
            else:
                self._last(gathering).data["summary"] = summary

    def answer_poll(self, meeting_id: Id, participant: str, question: str, answer: str) -> None:
        """Answer a poll's question in what is under way, or in the last time that is over; reports tell of it."""
        with self._zoom.lock:
            add_poll_answer(self._said(meeting_id), participant, question, answer, self._zoom.account.now())

    def ask_question(self, meeting_id: Id, participant: str, question: str, answer: str = "") -> None:
        """Ask something in public, and give the host's answer to it; reports tell of it."""
        with self._zoom.lock:
            add_question(self._said(meeting_id), participant, question, answer, self._zoom.account.now())

    def end(self, meeting_id: Id, *, minutes_ago: float = 0) -> str:
        """End what is under way; who is still there leaves. Returns the uuid of what took place."""
        with self._zoom.lock:
            return self._lives.end(self._live(meeting_id)[0], self._when(minutes_ago), self._zoom.base_url).uuid

    @property
    def _lives(self) -> LiveSessions:
        return self._zoom.account.store(LiveSessions)

    def _when(self, minutes_ago: float) -> int:
        return self._zoom.account.now() - int(minutes_ago * 60)

    def _found(self, gathering_id: Id) -> tuple[Conference, ConferenceStore]:
        stores: list[ConferenceStore] = [self._zoom.account.store(Meetings), self._zoom.account.store(Webinars)]
        for store in stores:
            found = store.find(str(gathering_id))
            if found is not None:
                return found, store
        raise ValueError(f"There is no meeting and no webinar {gathering_id}. Make one over the API first.")

    def _live(self, gathering_id: Id) -> tuple[Conference, LiveSession]:
        gathering, _ = self._found(gathering_id)
        live = self._lives.find(gathering)
        if live is None:
            raise ValueError(f"{gathering_id} is not under way. Start it first: play.start({gathering_id!r}).")
        return gathering, live

    def _said(self, gathering_id: Id) -> dict[str, Any]:
        gathering, _ = self._found(gathering_id)
        live = self._lives.find(gathering)
        return self._last(gathering).data if live is None else live.answers

    def _last(self, gathering: Conference) -> PastInstance:
        held = self._zoom.account.store(PastInstances).instances_of(gathering.kind, gathering.id)
        if not held:
            raise ValueError(f"{gathering.id} has not taken place yet. Start and end it first.")
        return held[0]


def _present(live: LiveSession, who: str) -> Guest:
    for guest in live.participants:
        if guest.leave_time is None and who in (guest.name, guest.email):
            return guest
    raise ValueError(f"{who} is not there.")
