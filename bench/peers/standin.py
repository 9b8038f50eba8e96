"""Serve the stand-in for Zoom: prepared bytes over httptools and uvloop, so cheap that it is not what is measured.

Run in the environment of `requirements/servers.txt`; it prints its port, and serves until its stdin ends. An
argument is the number of users.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import httptools
import uvloop
from bench.peers.answers import USERS, PreparedAnswers


class _Connection(asyncio.Protocol):
    def __init__(self, answers: PreparedAnswers) -> None:
        self._answers = answers
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are not subclasses

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._close()

    def on_message_begin(self) -> None:
        self._target = b""

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_message_complete(self) -> None:
        if self._transport is not None:
            self._transport.write(self._answers.find(self._parser.get_method(), self._target))
        if not self._parser.should_keep_alive():
            self._close()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _serve(users: int) -> None:
    answers = PreparedAnswers(users)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]) if sys.argv[1:] else USERS))
