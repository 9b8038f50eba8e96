"""Show the main job against the sandbox: connect, create, register, list, update, errors and events.

`make run` runs this. Every call goes over real HTTP to a sandbox on this machine; nothing else is needed.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from receiving import TourListener, run_receiver

from zoom_component import Component, Session
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

PEOPLE = ["ada@example.com", "grace@example.com", "katherine@example.com", "dorothy@example.com", "mary@example.com"]


def main() -> int:
    """Run the tour; return 1 when a result is not as expected."""
    component = Component.load()
    print_line(f"{len(component.catalogue.action_keys())} actions, each a YAML file under actions/")
    with run_receiver() as listener, Sandbox(users=640, webhooks=[listener.webhook]) as sandbox:
        print_heading("1. Connect with an app's own credentials (server to server)")
        with component.connect(
            base_url=sandbox.api_url,
            client_id=sandbox.client_id,
            client_secret=sandbox.client_secret,
            account_id=sandbox.account_id,
        ) as session:
            me = session.run("getUser", {"userId": "me"}).data
            print_line(f"connected to {sandbox.api_url} as {me['email']}")
            meeting = create_meeting(session)
            register_people(session, meeting)
            stream_users(session)
            only_topic_changed = update_topic(session, meeting)
            show_input_errors(session)
            all_received = print_received_events(listener, sandbox)
        print_heading("8. The last requests")
        for request in sandbox.requests[-4:]:
            print_line(f"{request.method:<6} {request.path}")
    return 0 if only_topic_changed and all_received else 1


def create_meeting(session: Session) -> Mapping[str, Any]:
    """Create a weekly meeting with registration. The inputs are text, as a form sends them."""
    print_heading("2. Create a meeting that repeats, with registration")
    inputs = {
        "userId": "me",
        "topic": "Weekly review",
        "meetingType": "8",
        "startTime": "2030-03-04T09:30:00",
        "timezone": "America/New_York",
        "duration": "45",
        "recurrence": "2",
        "weeklyDay": "2,4",
        "endTimes": "6",
        "approvalType": "0",
        "muteUponEntry": "yes",
    }
    meeting: Mapping[str, Any] = session.run("createMeeting", inputs).data
    print_line(f"meeting {meeting['id']}, Mondays and Wednesdays at 9:30 in New York, clocks going forward in between:")
    for occurrence in meeting["occurrences"]:
        print_line(f"  {occurrence['start_time']}  {occurrence['status']}")
    return meeting


def register_people(session: Session, meeting: Mapping[str, Any]) -> None:
    """Register people with one call each, and list them."""
    print_heading(f"3. Register {len(PEOPLE)} people and list them")
    for email in PEOPLE:
        name = email.partition("@")[0].title()
        session.run(
            "addMeetingRegistrant",
            {"meetingId": meeting["id"], "email": email, "firstName": name, "lastName": "Example"},
        )
    registrants = session.run("listMeetingRegistrants", {"meetingId": meeting["id"]}, page_size=2).data["registrants"]
    emails = ", ".join(person["email"] for person in registrants)
    print_line(f"{len(registrants)} registrants, fetched two a page: {emails}")


def stream_users(session: Session) -> None:
    """Stream a long list with one page in memory at a time."""
    print_heading("4. Stream every user, page by page")
    pages = [len(page.items) for page in session.pages("listUsers", page_size=300)]
    print_line(f"{sum(pages)} users in {len(pages)} pages ({', '.join(map(str, pages))})")


def update_topic(session: Session, meeting: Mapping[str, Any]) -> bool:
    """Update a single input; return whether nothing else changed."""
    print_heading("5. Update only the topic")
    before = session.run("getMeeting", {"meetingId": meeting["id"]}).data
    plan = session.plan("updateMeeting", {"meetingId": meeting["id"], "topic": "Weekly review, renamed"})
    print_line(f"sends {plan.request.body}")
    session.run("updateMeeting", {"meetingId": meeting["id"], "topic": "Weekly review, renamed"})
    after = session.run("getMeeting", {"meetingId": meeting["id"]}).data
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    print_line(f"changed: {', '.join(changed)}; {len(before['settings'])} settings and every occurrence are unchanged")
    return changed == ["topic"]


def show_input_errors(session: Session) -> None:
    """Show that all input errors are reported at once, before anything is sent."""
    print_heading("6. A call with mistakes in it")
    try:
        session.run(
            "createMeeting",
            {"topic": "x", "duration": "60.5", "hostVideo": "maybe", "timezone": "Mars/Olympus", "recurence": "2"},
        )
    except InputError as error:
        print_line(f"{error.kind}: nothing was sent")
        for problem in error.problems:
            print_line(f"  {problem.input}: {problem.message}")


def print_received_events(listener: TourListener, sandbox: Sandbox) -> bool:
    """Print the events that the steps above caused; return whether the listener received all of them."""
    print_heading("7. Meanwhile: signed webhooks, received on this machine and passed to a listener")
    deliveries = sandbox.wait_for_deliveries()
    deadline = time.monotonic() + 10
    while len(listener.received) < len(deliveries) and time.monotonic() < deadline:
        time.sleep(0.02)
    for line in listener.received:
        print_line(line)
    delivered = sum(delivery.state == "delivered" for delivery in deliveries)
    print_line(f"{delivered} deliveries verified and stored, {len(listener.received)} passed to the listener")
    return len(listener.received) == delivered == len(deliveries) > 0


def print_heading(title: str) -> None:
    """Print a heading."""
    sys.stdout.write(f"\n{title}\n")


def print_line(text: str) -> None:
    """Print a line below the heading."""
    sys.stdout.write(f"   {text}\n")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make run | head` ends without a traceback
    sys.exit(main())
