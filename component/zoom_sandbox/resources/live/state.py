"""Store the conferences that are in progress, and turn each into a past instance at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences import events
from zoom_sandbox.resources.conferences.kinds import PERSONAL
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.live.events import send_recording_state_event
from zoom_sandbox.resources.past.state import Attendance, PastInstance, PastInstances
from zoom_sandbox.resources.recordings.content import build_text
from zoom_sandbox.resources.recordings.events import send_recording_event
from zoom_sandbox.resources.recordings.serializers import serialize_recording
from zoom_sandbox.resources.recordings.state import CloudRecordings, build_file_row
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

# The files of a recording by our names for them: (file_type, file_extension, recording_type).
RECORDING_FILES = {
    "video": ("MP4", "MP4", "shared_screen_with_speaker_view"),
    "gallery": ("MP4", "MP4", "shared_screen_with_gallery_view"),
    "audio": ("M4A", "M4A", "audio_only"),
    "transcript": ("TRANSCRIPT", "VTT", "audio_transcript"),
    "chat": ("CHAT", "TXT", "chat_file"),
}
DEFAULT_FILES = ("video", "audio", "transcript")
# For each action: the states in which it is possible, and the next state, which is also the name of the event.
_RECORDING_TRANSITIONS = {
    "start": (("", "stopped"), "started"),
    "stop": (("started", "resumed", "paused"), "stopped"),
    "pause": (("started", "resumed"), "paused"),
    "resume": (("paused",), "resumed"),
}
_BYTES_PER_MINUTE = {"MP4": 4096, "M4A": 512}


@dataclass(slots=True)
class Guest:
    """Hold one participation; `leave_time` is None for a participant who is present. Times are epoch seconds."""

    number: int
    name: str
    email: str
    join_time: int
    leave_time: int | None = None
    registrant_id: str = ""


@dataclass(slots=True)
class LiveSession:
    """Hold the state of a conference that is in progress.

    `recording_files` are keys of `RECORDING_FILES`; `recording_state` is a state of `_RECORDING_TRANSITIONS`, since
    `recording_start`; `invitees` were invited during the meeting; `answers` are those to polls and questions.
    """

    start: int
    participants: list[Guest] = field(default_factory=list)
    recording_files: tuple[str, ...] = ()
    summary: dict[str, Any] | None = None
    recording_state: str = ""
    recording_start: int = 0
    invitees: list[str] = field(default_factory=list)
    waiting_room: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)


class LiveSessions:
    """Store the sessions that are in progress by the uuid of their conference."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sessions: dict[str, LiveSession] = {}

    def find(self, conference: Conference) -> LiveSession | None:
        """Return the session of a conference; None while it is not in progress."""
        return self._sessions.get(conference.uuid)

    def start(self, conference: Conference, store: ConferenceStore, moment: int) -> None:
        """Start a conference. Each instance has a uuid of its own."""
        instances = self._account.store(PastInstances).instances_of(conference.kind, conference.id)
        if any(instance.uuid == conference.uuid for instance in instances):
            store.renew_uuid(conference)
        session = LiveSession(moment)
        conference.status, conference.has_ended = "started", False
        self._sessions[conference.uuid] = session
        events.send_started(self._account, conference, moment)
        if conference.settings.get("auto_recording") == "cloud":
            self.control_recording(conference, "start", moment)

    def control_recording(
        self, conference: Conference, action: str, moment: int, files: tuple[str, ...] = DEFAULT_FILES
    ) -> bool:
        """Start, stop, pause or resume the recording, and return whether its state allows that."""
        session = self._sessions[conference.uuid]
        before, after = _RECORDING_TRANSITIONS[action]
        if session.recording_state not in before:
            return False
        if action == "start":
            session.recording_start, session.recording_files = moment, files
        session.recording_state = after
        send_recording_state_event(self._account, after, conference, session.start, session.recording_start)
        return True

    def join(self, conference: Conference, name: str, email: str, moment: int) -> Guest:
        """Add a participant; a registrant is recognized by the email."""
        people = self._sessions[conference.uuid].participants
        registrant = conference.registrants.get(email.lower()) if email else None
        guest = Guest(len(people) + 1, name, email, moment, registrant_id=registrant.id if registrant else "")
        people.append(guest)
        person = {**_serialize_participant(self._account, guest), "join_time": format_time(moment)}
        events.send_joined(self._account, conference, person, self._sessions[conference.uuid].start)
        return guest

    def leave(self, conference: Conference, guest: Guest, moment: int) -> None:
        """Remove a participant."""
        guest.leave_time = max(moment, guest.join_time)
        person = {
            **_serialize_participant(self._account, guest),
            "leave_time": format_time(guest.leave_time),
            "leave_reason": "left the meeting",
        }
        events.send_left(self._account, conference, person, self._sessions[conference.uuid].start)

    def end(self, conference: Conference, moment: int, base_url: str) -> PastInstance:
        """End a conference: everybody leaves; return the past instance, with its recording and summary.

        `base_url` is the address, without a path, of the recorded files.
        """
        for guest in self._sessions[conference.uuid].participants:
            if guest.leave_time is None:
                self.leave(conference, guest, moment)
        self.control_recording(conference, "stop", moment)
        session = self._sessions.pop(conference.uuid)
        events.send_ended(self._account, conference, session.start, moment)
        kind = conference.kind
        conference.status = "waiting"
        conference.has_ended = conference.type not in (kind.recurring, kind.open_ended, PERSONAL)
        instance = self._build_instance(session, conference, moment)
        self._account.store(PastInstances).add(instance)
        if session.recording_files:
            self.create_recording(instance, session.recording_files, base_url)
        if session.summary is not None:
            instance.data["summary"] = session.summary
        instance.data.update(session.answers)
        return instance

    def create_recording(self, instance: PastInstance, files: tuple[str, ...], base_url: str) -> None:
        """Create the recording of a past instance."""
        rows = []
        for name in files:
            type_, extension, kind = RECORDING_FILES[name]
            size = _BYTES_PER_MINUTE.get(extension, 0) * instance.minutes or len(build_text(instance, extension))
            rows.append(build_file_row(self._account.ids, type_, extension, size, kind))
        recordings = self._account.store(CloudRecordings)
        instance.data["recording"] = {"files": rows}
        recordings.by_uuid.pop(instance.uuid, None)
        recording = recordings.add(instance)
        payload = serialize_recording(self._account, base_url, recording, recording.available_files)
        send_recording_event(
            self._account, "completed", recording.host, payload, recordings.issue_download_token(recording)
        )

    def _build_instance(self, session: LiveSession, conference: Conference, moment: int) -> PastInstance:
        users = self._account.store(Users)
        end = max([moment, session.start, *(guest.leave_time or guest.join_time for guest in session.participants)])
        return PastInstance(
            kind=conference.kind,
            id=conference.id,
            uuid=conference.uuid,
            topic=conference.topic,
            host=users.find(conference.host_id) or users.owner,
            start=session.start,
            minutes=max(-(-(end - session.start) // 60), 1),
            participants=tuple(_build_attendance(users, guest, end) for guest in session.participants),
            data={},
        )


def _serialize_participant(account: Account, guest: Guest) -> dict[str, Any]:
    """Return a participant as events show them: `id` is the user's, `user_id` that of this instance."""
    user = account.store(Users).find(guest.email) if guest.email else None
    return {
        "id": user.id if user else "",
        "user_id": str(guest.number),
        "user_name": guest.name,
        "email": guest.email,
        "registrant_id": guest.registrant_id,
    }


def _build_attendance(users: Users, guest: Guest, end: int) -> Attendance:
    user: User | None = users.find(guest.email) if guest.email else None
    leave_time = end if guest.leave_time is None else guest.leave_time
    return Attendance(
        guest.number, user.id if user else "", guest.name, guest.email, guest.join_time, leave_time, user is not None,
        guest.registrant_id,
    )  # fmt: skip


def add_poll_answer(answers: dict[str, Any], participant: str, question: str, answer: str, moment: int) -> None:
    """Add a participant's answer to a poll to `answers`; `moment` is epoch seconds."""
    row = {"question": question, "answer": answer, "date_time": format_time(moment)}
    answers.setdefault("polled", {}).setdefault(participant, []).append(row)


def add_question(answers: dict[str, Any], participant: str, question: str, answer: str, moment: int) -> None:
    """Add a participant's question to `answers`, with the host's answer ("" for none)."""
    rows = answers.setdefault("asked", {}).setdefault(participant, [])
    row: dict[str, Any] = {"question": question, "create_time": format_time(moment), "question_status": "open"}
    if answer:
        details = {"content": answer, "create_time": format_time(moment), "type": "host_answered_publicly"}
        row |= {"answer": answer, "question_status": "answered", "answer_details": [details]}
    rows.append({"question_id": f"{participant}-{len(rows) + 1}", **row})


def end_if_live(account: Account, conference: Conference, base_url: str) -> bool:
    """End a conference that was started, and return whether it was."""
    sessions = account.store(LiveSessions)
    if sessions.find(conference) is None:
        return False
    sessions.end(conference, account.now(), base_url)
    return True
