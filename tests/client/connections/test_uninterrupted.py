"""Test what runs to its end."""

from __future__ import annotations

import threading

from zoom_component.client.connections.uninterrupted import finish_pending, run_to_end
from zoom_component.errors import ConnectionFailed


def test_an_error_of_what_ran_to_its_end_is_raised_on_every_thread() -> None:
    def fail() -> None:
        raise ConnectionFailed("no")

    failures: list[BaseException] = []

    def run() -> None:
        try:
            run_to_end(fail)
        except ConnectionFailed as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    run()
    assert len(failures) == 2
    finish_pending()
