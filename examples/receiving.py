"""Run a webhook receiver for the tour.

Signed deliveries are verified, stored in an inbox and passed to a listener.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import Dispatcher
from zoom_component.events.receiver import Receiver
from zoom_component.events.receiver.server import create_server, open_socket
from zoom_component.events.webhook import Event
from zoom_sandbox import Webhook


@dataclass
class Hearing:
    """Hold the webhook to send events to, and the events that the listener has received."""

    webhook: Webhook
    heard: list[str] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Hearing]:
    """Run a receiver on a free port with a temporary inbox and one listener."""
    secret = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory() as folder, open_socket("127.0.0.1", 0) as at:
        store = SqliteInbox(Path(folder) / "inbox.db")
        hearing = Hearing(Webhook(f"http://127.0.0.1:{at.getsockname()[1]}", secret, events=("meeting.*",)))
        dispatcher = Dispatcher(store)

        @dispatcher.on("meeting.*")
        def react(event: Event) -> None:
            hearing.heard.append(f"{event.name}: {event.object.get('topic', event.object_id)}")

        ready = Flag()
        served = create_server(Receiver(store, [secret]), on_ready=ready.set)
        thread = Thread(target=served.run, args=([at],), daemon=True)
        thread.start()
        ready.wait(10)
        with dispatcher:
            yield hearing
        served.should_exit = True
        thread.join(10)
        store.close()
