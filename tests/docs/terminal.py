"""A terminal as a reader has it: commands typed one after the other, and what a screen shows for each."""

from __future__ import annotations

import os
import pty
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

_NUMBER = re.compile(r"\b[0-9]{11}\b")


class Terminal:
    """Runs command lines in one folder with one environment; `zoom-component` is the one under test."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        programs = folder.parent / "programs"
        programs.mkdir()
        program = programs / "zoom-component"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m zoom_component "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        self._folder = folder
        self._environment = {**environment, "PATH": f"{programs}:{os.defpath}", "NO_COLOR": "1", "COLUMNS": "100"}
        self._running: list[subprocess.Popen[bytes]] = []

    def type(self, line: str) -> str:
        """What the screen shows for a line; an `export` is remembered and shows nothing."""
        if line.startswith("export "):
            for name, _, value in (word.partition("=") for word in shlex.split(line)[1:]):
                self._environment[name] = value
            return ""
        screen, side = pty.openpty()
        with subprocess.Popen(
            line,
            shell=True,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=side,
            stderr=side,
        ):
            os.close(side)
            shown = b"".join(iter(lambda: _read(screen), b""))
        os.close(screen)
        return shown.decode().replace("\r\n", "\n")

    def leave_running(self, line: str, port: int | None) -> None:
        """Starts a line that does not end, and waits until something listens at the port, where there is to be one."""
        process = self._start(f"exec {line}", subprocess.DEVNULL)
        self._running.append(process)
        if port is None:
            return
        for _ in range(1000):
            assert process.poll() is None, f"{line} ended with {process.returncode}"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError(f"nothing listens after {line}")

    def _start(self, line: str, screen: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["/bin/sh", "-c", line],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=screen,
        )

    def close(self) -> None:
        """Ends what was left running."""
        for process in self._running:
            process.terminate()
            process.wait(timeout=10)


class Names:
    """Numbers that differ from run to run: each on the page stands for the one that came in its place."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def put(self, text: str) -> str:
        """A line of the page with the numbers of this run."""
        return _NUMBER.sub(lambda found: self._known.get(found.group(), found.group()), text)

    def learn(self, expected: str, shown: str) -> None:
        """Compares a screen with the page, where `...` is any text of a line, or any lines if it stands alone."""
        pattern = "".join(self._line(line) for line in expected.splitlines())
        found = re.fullmatch(pattern, shown, re.DOTALL)
        assert found is not None, f"expected:\n{expected}\nshown:\n{shown}"
        self._known.update({name[1:]: number for name, number in found.groupdict().items()})

    def _line(self, line: str) -> str:
        if line == "...":
            return r"(?:[^\n]*\n)*?"
        return "[^\n]*".join(self._part(part) for part in line.split("...")) + "\n"

    def _part(self, part: str) -> str:
        made, at = "", 0
        for found in _NUMBER.finditer(part):
            known = self._known.get(found.group())
            made += re.escape(part[at : found.start()]) + (known or f"(?P<n{found.group()}>[0-9]{{11}})")
            at = found.end()
        return made + re.escape(part[at:])


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux says so when the last program has left the terminal
        return b""


def steps(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a console block that are typed, each with what stands below it."""
    typed, shown = "", ""
    for line in text.splitlines():
        if line.startswith("$ "):
            if typed:
                yield typed, shown
            typed, shown = line[2:], ""
        else:
            shown += f"{line}\n"
    yield typed, shown
