"""Test a program in Node that uses the sandbox with `fetch` and no package."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from zoom_sandbox import Sandbox

NODE = shutil.which("node")
PROGRAM = Path(__file__).with_name("manage_meeting.mjs")


@pytest.mark.skipif(NODE is None, reason="NOT TESTED: node is not installed, so no client of Node's was run")
def test_node_manages_a_meeting(zoom: Sandbox) -> None:
    app = (zoom.client_id, zoom.client_secret, zoom.account_id)
    process = subprocess.run(
        [str(NODE), str(PROGRAM), zoom.url, *app], capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert (process.returncode, process.stdout.strip()) == (0, "done"), process.stderr
