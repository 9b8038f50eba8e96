"""Compare a whole process, from start to end, with `python -c "import httpx"`."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

from common import embedded_zoom, line, middle

ROUNDS = 11


def main() -> None:
    """Print the ratios of the CPU times of the child processes."""
    tool = os.path.join(os.path.dirname(sys.executable), "zoom-component")
    with embedded_zoom() as (base, token):
        environment = {**os.environ, "ZOOM_TOKEN": token, "ZOOM_BASE_URL": base}
        floor = [sys.executable, "-c", "import httpx"]
        sides = {
            "list": ([tool, "list"], "0.3"),
            "plan": ([tool, "plan", "createMeeting", "-i", "userId=me", "-i", "topic=Daily"], "0.6"),
            "run": ([tool, "run", "getUser", "-i", "userId=me"], "1.5"),
        }
        for name, (command, aim) in sides.items():
            pairs = [(_cost(command, environment), _cost(floor, environment)) for _ in range(ROUNDS + 1)][1:]
            ours, bare = middle([p[0] for p in pairs]), middle([p[1] for p in pairs])
            note = f"{bare * 1e3:,.0f} ms import httpx, {ours * 1e3:,.0f} ms {name}"
            line(f"cold start of {name}: CPU", middle([p[0] / p[1] for p in pairs]), aim, note)


def _cost(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
