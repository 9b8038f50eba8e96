"""Run the commands of a page in a terminal, one after the other, and compare the output with the page."""

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

from zoom_component.paths import PACKAGE

_NUMBER = re.compile(r"\b[0-9]{11}\b")


class Terminal:
    """Run command lines in one folder with one environment, in which `zoom-component` is the program under test."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        programs = folder.parent / "programs"
        programs.mkdir()
        program = programs / "zoom-component"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m zoom_component "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        self._folder = folder
        paths = {"PATH": f"{programs}:{os.defpath}", "PYTHONPATH": str(PACKAGE.parent)}
        self._environment = {**environment, **paths, "NO_COLOR": "1", "COLUMNS": "100"}
        self._running: list[subprocess.Popen[bytes]] = []

    def type(self, line: str) -> str:
        """Run a line and return its output. An `export` line only sets a variable for later lines."""
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
        """Start a line that does not end. With a port, wait until something listens on it."""
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
        raise AssertionError(f"nothing listens on port {port} after: {line}")

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
        """End the lines that were left running."""
        for process in self._running:
            process.terminate()
            process.wait(timeout=10)


class Names:
    """Map the meeting numbers of a page to those of this run, which differ."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def fill_in(self, text: str) -> str:
        """Return a line of the page with the numbers of this run."""
        return _NUMBER.sub(lambda match: self._known.get(match[0], match[0]), text)

    def learn(self, expected: str, shown: str) -> None:
        """Compare output with the page. `...` matches any text in a line; alone on a line, it matches any lines."""
        pattern = "".join(self._build_line_pattern(line) for line in expected.splitlines())
        match = re.fullmatch(pattern, shown, re.DOTALL)
        assert match is not None, f"expected:\n{expected}\nshown:\n{shown}"
        self._known.update({name[1:]: number for name, number in match.groupdict().items()})

    def _build_line_pattern(self, line: str) -> str:
        if line == "...":
            return r"(?:[^\n]*\n)*?"
        return "[^\n]*".join(self._build_part_pattern(part) for part in line.split("...")) + "\n"

    def _build_part_pattern(self, part: str) -> str:
        pattern, at = "", 0
        for match in _NUMBER.finditer(part):
            known = self._known.get(match[0])
            pattern += re.escape(part[at : match.start()]) + (known or f"(?P<n{match[0]}>[0-9]{{11}})")
            at = match.end()
        return pattern + re.escape(part[at:])


def find_free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux raises this when the last program has closed the terminal
        return b""


def parse_commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block and the output below it."""
    typed, shown = "", ""
    for line in text.splitlines():
        if line.startswith("$ "):
            if typed:
                yield typed, shown
            typed, shown = line[2:], ""
        else:
            shown += f"{line}\n"
    yield typed, shown
