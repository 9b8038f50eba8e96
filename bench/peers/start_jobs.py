"""Measure starts: D a process up to its first createMeeting, with warm and with empty caches, and `list`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence

from bench.peers.bench_run import BASE, PROJECT, BenchRun
from bench.peers.client_jobs import ASYNC, SYNC, build_row
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Measurement, compare, summarize
from bench.peers.processes import Contender, run_whole_rounds
from bench.peers.rows import NO_TARGET, Row, Target, format_figure

REPEATS = 5
MCP_VERSION = "2026-07-28"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
COMMAND = "project run"
CREATE = "run createMeeting -i userId=me -i topic=Daily -i duration=30"
PROGRAMS = (
    (BASE, "httpx", "programs/httpx_create.py"),
    ("http.client", "httpx", "programs/http_create.py"),
    ("zoomus", "zoomus", "programs/zoomus_create.py"),
    ("pyzoom", "pyzoom", "programs/pyzoom_create.py"),
    ("CERN", "zoom-python-client", "programs/cern_create.py"),
    ("rivet", "rivet", "programs/rivet_create.mjs"),
    (SYNC, PROJECT, "programs/project_create.py"),
    (ASYNC, PROJECT, "programs/project_create_async.py"),
)


def measure_starts(run: BenchRun) -> list[Row]:
    """Return the rows of D with warm caches; a round is the mean of five processes."""
    contenders, missing = run.build_contenders(*PROGRAMS)
    contenders.append(Contender(COMMAND, run.build_command(*CREATE.split()), run.build_variables()))
    results, failures = run_whole_rounds(contenders, run.rounds, run.report, repeats=REPEATS)
    peers = [name for name in results if name not in (BASE, SYNC, ASYNC, COMMAND)]
    label = "D start to the first createMeeting"
    return [
        build_row(f"{label}: CPU", results, SYNC, Target(0.85, 0.60), peers=peers, missing={**missing, **failures}),
        build_row("D the same by the command run", results, COMMAND, Target(0.95, 0.70), peers=()),
        build_row("D the same, async", results, ASYNC, Target(1.1, 0.85), peers=()),
    ]


def measure_cold_starts(run: BenchRun) -> list[Row]:
    """Return the row of D with an empty cache of compiled specs."""
    cache = run.folder / "cold"
    command = run.build_command(*CREATE.split())
    variables = {**run.build_variables(), "ZOOM_COMPONENT_CACHE": str(cache)}
    contenders = [
        run.build_contender(BASE, "httpx", "programs/httpx_create.py"),
        Contender(COMMAND, command, variables),
    ]
    results, missing = run_whole_rounds(
        contenders, run.rounds, run.report, lambda: shutil.rmtree(cache, ignore_errors=True)
    )
    return [build_row("D with an empty spec cache: CPU", results, COMMAND, Target(2.0, 1.2), peers=(), missing=missing)]


def measure_listing(run: BenchRun) -> list[Row]:
    """Return the rows of `list` and `plan` against `python -c pass` of the same interpreter, without -I or -S."""
    bare, plan, variables = "python -c pass", "project plan", run.build_variables()
    contenders = [
        Contender(bare, [str(run.find_python(PROJECT)), "-c", "pass"], variables),
        Contender(COMMAND, run.build_command("list"), variables),
        Contender(plan, run.build_command(*CREATE.replace("run", "plan", 1).split()), variables),
    ]
    results, missing = run_whole_rounds(contenders, run.rounds, run.report, repeats=REPEATS)
    return [
        _build_start_row("list against a bare start: CPU", results, COMMAND, bare, missing, Target(2.2, 1.8)),
        _build_start_row("plan against a bare start: CPU", results, plan, bare, missing),
    ]


def measure_agents(run: BenchRun) -> list[Row]:
    """Return the row of an MCP server, from its start to the list of its tools, against the import of its library."""
    request = run.folder / "tools.jsonl"
    params = {"_meta": {"io.modelcontextprotocol/protocolVersion": MCP_VERSION, CAPABILITIES: {}}}
    document = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
    request.write_text(json.dumps(document) + "\n", encoding="utf-8")
    bare, ours, variables = "import mcp", "project mcp", run.build_variables()
    program = [str(run.find_python(PROJECT)), "-c", "import mcp.server.stdio, mcp.server"]
    contenders = [Contender(bare, program, variables), Contender(ours, run.build_command("mcp"), variables, request)]
    results, missing = run_whole_rounds(contenders, run.rounds, run.report)
    return [_build_start_row("MCP server to its list of tools: CPU", results, ours, bare, missing)]


def _build_start_row(
    job: str,
    results: Mapping[str, Sequence[Measurement]],
    ours: str,
    bare: str,
    missing: Mapping[str, str],
    target: Target = NO_TARGET,
) -> Row:
    if bare not in results or ours not in results:
        raise PeerUnavailable("; ".join(missing.values()))
    base = format_figure(summarize([row.cpu for row in results[bare]]).scale(1000), "ms")
    return Row(job, f"{bare} {base}", compare(results, ours, bare, "cpu"), target)
