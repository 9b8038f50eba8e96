"""Show the main job against the sandbox: connect, create, register, list, update, errors and events.

`make run` runs this. Every call goes over real HTTP to a sandbox on this machine; nothing else is needed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from receiving import Hearing, receiving

from zoom_component import Component, Session
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

PEOPLE = ["ada@example.com", "grace@example.com", "katherine@example.com", "dorothy@example.com", "mary@example.com"]


def main() -> int:
    """Run the tour; return 1 when a result is not as expected."""
    component = Component.load()
    say(f"{len(component.catalogue.action_keys())} actions, each a YAML file under actions/")
    with receiving() as hearing, Sandbox(users=640, webhooks=[hearing.webhook]) as zoom:
        step("1. Connect with an app's own credentials (server to server)")
        with component.connect(
            base_url=zoom.api_url,
            client_id=zoom.client_id,
            client_secret=zoom.client_secret,
            account_id=zoom.account_id,
        ) as session:
            me = session.run("getUser", {"userId": "me"}).data
            say(f"connected to {zoom.api_url} as {me['email']}")
            meeting = create(session)
            register(session, meeting)
            page_through(session)
            unchanged = update(session, meeting)
            explain(session)
            listened = listen(hearing, zoom)
        step("What travelled")
        for arrival in zoom.requests[-4:]:
            say(f"{arrival.method:<6} {arrival.path}")
    return 0 if unchanged and listened else 1


def create(session: Session) -> Mapping[str, Any]:
    """Create a weekly meeting with registration. The inputs are text, as a form sends them."""
    step("2. Create a meeting that repeats, with registration")
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
    say(f"meeting {meeting['id']}, Mondays and Wednesdays at 9:30 in New York, clocks going forward in between:")
    for occurrence in meeting["occurrences"]:
        say(f"  {occurrence['start_time']}  {occurrence['status']}")
    return meeting


def register(session: Session, meeting: Mapping[str, Any]) -> None:
    """Register people with one call each, and list them."""
    step(f"3. Register {len(PEOPLE)} people and list them")
    for email in PEOPLE:
        name = email.partition("@")[0].title()
        session.run(
            "addMeetingRegistrant",
            {"meetingId": meeting["id"], "email": email, "firstName": name, "lastName": "Example"},
        )
    registrants = session.run("listMeetingRegistrants", {"meetingId": meeting["id"]}, page_size=2).data["registrants"]
    say(f"{len(registrants)} registrants, fetched two a page: {', '.join(person['email'] for person in registrants)}")


def page_through(session: Session) -> None:
    """Stream a long list with one page in memory at a time."""
    step("4. Stream every user, page by page")
    pages = [len(page.items) for page in session.pages("listUsers")]
    say(f"{sum(pages)} users in {len(pages)} pages ({', '.join(map(str, pages))})")


def update(session: Session, meeting: Mapping[str, Any]) -> bool:
    """Update a single input; return whether nothing else changed."""
    step("5. Update only the topic")
    before = session.run("getMeeting", {"meetingId": meeting["id"]}).data
    planned = session.plan("updateMeeting", {"meetingId": meeting["id"], "topic": "Weekly review, renamed"})
    say(f"sends {planned.request.body}")
    session.run("updateMeeting", {"meetingId": meeting["id"], "topic": "Weekly review, renamed"})
    after = session.run("getMeeting", {"meetingId": meeting["id"]}).data
    changed = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    say(f"changed: {', '.join(changed)}; {len(before['settings'])} settings and every occurrence as before")
    return changed == ["topic"]


def explain(session: Session) -> None:
    """Show that all input errors are reported at once, before anything is sent."""
    step("6. A call with mistakes in it")
    try:
        session.run(
            "createMeeting",
            {"topic": "x", "duration": "60.5", "hostVideo": "maybe", "timezone": "Mars/Olympus", "recurence": "2"},
        )
    except InputError as error:
        say(f"{error.kind}: nothing was sent")
        for problem in error.problems:
            say(f"  {problem.input}: {problem.message}")


def listen(hearing: Hearing, zoom: Sandbox) -> bool:
    """Print the events that the steps above caused; return whether the listener received all of them."""
    step("7. Meanwhile: Zoom's signed webhooks, received on this machine, and what a listener heard")
    deliveries = zoom.wait_for_deliveries()
    ends = time.monotonic() + 10
    while len(hearing.heard) < len(deliveries) and time.monotonic() < ends:
        time.sleep(0.02)
    for line in hearing.heard:
        say(line)
    kept = sum(delivery.state == "delivered" for delivery in deliveries)
    say(f"{kept} deliveries verified and kept, {len(hearing.heard)} handed on")
    return len(hearing.heard) == kept == len(deliveries) > 0


def step(title: str) -> None:
    """Print a heading."""
    sys.stdout.write(f"\n{title}\n")


def say(text: str) -> None:
    """Print a line below the heading."""
    sys.stdout.write(f"   {text}\n")


if __name__ == "__main__":
    sys.exit(main())
