"""Do the jobs with http.client of the standard library: one connection a thread, kept open."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from rounds import BASE_URL, MEETING, MEETING_ID, TOKEN, repeat, repeat_in_threads, serve_rounds

ADDRESS = urlsplit(BASE_URL)
HEADERS = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
LOCAL = threading.local()


def request(method: str, path: str, body: str | None = None) -> Any:
    """Send one request over the connection of this thread."""
    connection = getattr(LOCAL, "connection", None)
    if connection is None:
        assert ADDRESS.hostname is not None
        connection = LOCAL.connection = HTTPConnection(ADDRESS.hostname, ADDRESS.port)
    connection.request(method, ADDRESS.path + path, body, HEADERS)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"expected a success, got {answer.status}")
    return json.loads(data)


def create() -> Any:
    """Create a meeting."""
    return request("POST", "/users/me/meetings", json.dumps(MEETING))


def get() -> Any:
    """Get a meeting."""
    return request("GET", f"/meetings/{MEETING_ID}")


def list_users(_count: int) -> int:
    """List all users as one list."""
    users: list[Any] = []
    path = "/users?page_size=300"
    while True:
        page = request("GET", path)
        users += page["users"]
        if not page["next_page_token"]:
            return len(users)
        path = f"/users?page_size=300&next_page_token={page['next_page_token']}"


if __name__ == "__main__":
    serve_rounds(
        {
            "create": lambda count: repeat(create, count),
            "get": lambda count: repeat_in_threads(get, count),
            "list": list_users,
        }
    )
