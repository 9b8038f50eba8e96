"""Hold what the jobs of one run share: the checkout, the rounds, the stand-in, the environments and the progress."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.peers.environments import (
    PeerUnavailable,
    prepare_node,
    prepare_project,
    prepare_python,
    unpack_wheel,
)
from bench.peers.processes import Contender, run_server

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
PROJECT = "zoom-component"
BASE = "httpx"


class BenchRun:
    """Prepare contenders for jobs; everything that a run starts or stores ends with it."""

    def __init__(self, root: Path, rounds: int, as_wheel: bool = False) -> None:
        self.root = root
        self.rounds = rounds
        self._stack = ExitStack()
        self._pythons: dict[str, Path | PeerUnavailable] = {}
        self._base_url = ""
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        self._packages = unpack_wheel(root, self.folder) if as_wheel else root / "component"

    def close(self) -> None:
        """Stop the stand-in and remove the files of the run."""
        self._stack.close()

    def report(self, text: str) -> None:
        """Print the progress over the last one, on a terminal only."""
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def find_python(self, peer: str) -> Path:
        """Return the interpreter of a peer; install it when it is used first."""
        if peer not in self._pythons:
            self.report(f"preparing {peer}")
            try:
                self._pythons[peer] = prepare_project(self.root) if peer == PROJECT else prepare_python(peer)
            except PeerUnavailable as error:
                self._pythons[peer] = error
        python = self._pythons[peer]
        if isinstance(python, PeerUnavailable):
            raise python
        return python

    def find_base_url(self) -> str:
        """Return the base URL of the stand-in, which is started when it is needed first."""
        if not self._base_url:
            command = [str(self.find_python("servers")), "-m", "bench.peers.standin"]
            _, port = self._stack.enter_context(run_server(command, {"PYTHONPATH": str(REPOSITORY)}))
            self._base_url = f"http://127.0.0.1:{port}/v2"
        return self._base_url

    def build_variables(self) -> dict[str, str]:
        """Return the variables of every process that calls the stand-in with the project."""
        return {
            **self.build_project_variables(),
            "BENCH_URL": self.find_base_url(),
            "ZOOM_BASE_URL": self.find_base_url(),
            "ZOOM_TOKEN": "bench-token",
        }

    def build_project_variables(self) -> dict[str, str]:
        """Return the variables by which a process uses the checkout or its wheel, with folders of this run."""
        return {
            "PYTHONPATH": str(self._packages),
            "ZOOM_COMPONENT_CACHE": str(self.folder / "cache"),
            "ZOOM_COMPONENT_STATE": str(self.folder / "state"),
        }

    def build_command(self, *arguments: str) -> list[str]:
        """Return a command of the project, run as its console script runs it."""
        python = self.find_python(PROJECT)
        return [str(python), str(python.parents[1] / "zoom-component.py"), *arguments]

    def build_contender(self, name: str, peer: str, script: str, *arguments: str) -> Contender:
        """Return a contender whose script runs in the environment of a peer."""
        variables = self.build_variables() if peer == PROJECT else {"BENCH_URL": self.find_base_url()}
        if peer == "rivet":
            folder = prepare_node()
            return Contender(name, ["node", str(HERE / script)], {**variables, "BENCH_MODULES": str(folder)})
        return Contender(name, [str(self.find_python(peer)), str(HERE / script), *arguments], variables)

    def build_contenders(self, *recipes: tuple[str, ...]) -> tuple[list[Contender], dict[str, str]]:
        """Return the contenders that could be prepared, and the reasons of the others by name."""
        contenders, missing = [], {}
        for name, peer, script, *arguments in recipes:
            try:
                contenders.append(self.build_contender(name, peer, script, *arguments))
            except PeerUnavailable as error:
                missing[name] = str(error)
        return contenders, missing


@contextmanager
def open_run(root: Path, rounds: int, as_wheel: bool = False) -> Iterator[BenchRun]:
    """Open a run for the duration of the block."""
    run = BenchRun(root, rounds, as_wheel)
    try:
        yield run
    finally:
        run.report("")
        run.close()
