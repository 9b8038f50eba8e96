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

from zoom_component.asgi.server import create_server, open_socket
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import Dispatcher
from zoom_component.events.receiver import Receiver
from zoom_component.events.webhook import Event
from zoom_sandbox import Webhook


@dataclass
class TourListener:
    """Hold the webhook to send events to, and the events that the listener has received."""

    webhook: Webhook
    received: list[str] = field(default_factory=list)


@contextmanager
def run_receiver() -> Iterator[TourListener]:
    """Run a receiver on a free port with a temporary inbox and one listener."""
    secret = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory() as folder, open_socket("127.0.0.1", 0) as server_socket:
        inbox = SqliteInbox(Path(folder) / "inbox.db")
        url = f"http://127.0.0.1:{server_socket.getsockname()[1]}"
        listener = TourListener(Webhook(url, secret, events=("meeting.*",)))
        dispatcher = Dispatcher(inbox)

        @dispatcher.on("meeting.*")
        def on_meeting_event(event: Event) -> None:
            listener.received.append(f"{event.name}: {event.object.get('topic', event.object_id)}")

        ready = Flag()
        server = create_server(Receiver(inbox, [secret]), on_ready=ready.set)
        thread = Thread(target=server.run, args=([server_socket],), daemon=True)
        thread.start()
        ready.wait(10)
        with dispatcher:
            yield listener
        server.should_exit = True
        thread.join(10)
        inbox.close()
