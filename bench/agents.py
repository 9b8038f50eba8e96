"""Measure an MCP server from its start to its first answer, against `python -c "import mcp"`."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

from common import median, print_result, run_sandbox

ROUNDS = 7
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def main() -> None:
    """Print the ratio of the CPU times of the two child processes."""
    tool = os.path.join(os.path.dirname(sys.executable), "zoom-component")
    with run_sandbox() as (base, token):
        environment = {**os.environ, "ZOOM_TOKEN": token, "ZOOM_BASE_URL": base}
        pairs = []
        for _ in range(ROUNDS + 1):
            ours = _measure_cpu([tool, "mcp"], environment, _list_tools())
            bare = _measure_cpu([sys.executable, "-c", "import mcp.server.stdio, mcp.server"], environment, b"")
            pairs.append((ours, bare))
    ours, bare = median([p[0] for p in pairs[1:]]), median([p[1] for p in pairs[1:]])
    note = f"{bare * 1e3:,.0f} ms import mcp, {ours * 1e3:,.0f} ms to the list of tools"
    print_result("cold start of mcp: CPU", median([p[0] / p[1] for p in pairs[1:]]), "1.5", note)


def _list_tools() -> bytes:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    return json.dumps(request).encode() + b"\n"


def _measure_cpu(command: list[str], environment: dict[str, str], stdin: bytes) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(command, env=environment, input=stdin, stdout=subprocess.PIPE, check=True)
    if stdin and b"createMeeting" not in result.stdout:
        raise RuntimeError(f"no tools were listed: {result.stdout[:300]!r}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
