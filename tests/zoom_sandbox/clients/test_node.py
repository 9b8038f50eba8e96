"""A program in Node works against the embedded Zoom with its own fetch and no package."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from zoom_sandbox import Sandbox

NODE = shutil.which("node")
WALK = Path(__file__).with_name("walk.mjs")


@pytest.mark.skipif(NODE is None, reason="NOT TESTED: node is not installed, so no client of Node's was run")
def test_node_walks_through_a_meetings_life(zoom: Sandbox) -> None:
    app = (zoom.client_id, zoom.client_secret, zoom.account_id)
    done = subprocess.run(
        [str(NODE), str(WALK), zoom.url, *app], capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "walked"), done.stderr
