"""Compare a whole process, from start to end, with `python -c "import httpx"`."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

from common import median, print_result, run_sandbox

ROUNDS = 11


def main() -> None:
    """Print the ratios of the CPU times of the child processes."""
    tool = os.path.join(os.path.dirname(sys.executable), "zoom-component")
    with run_sandbox() as (base, token):
        environment = {**os.environ, "ZOOM_TOKEN": token, "ZOOM_BASE_URL": base}
        baseline = [sys.executable, "-c", "import httpx"]
        commands = {
            "list": ([tool, "list"], "0.3"),
            "plan": ([tool, "plan", "createMeeting", "-i", "userId=me", "-i", "topic=Daily"], "0.6"),
            "run": ([tool, "run", "getUser", "-i", "userId=me"], "1.5"),
        }
        for name, (command, target) in commands.items():
            pairs = [
                (_measure_cpu(command, environment), _measure_cpu(baseline, environment)) for _ in range(ROUNDS + 1)
            ][1:]
            ours, bare = median([p[0] for p in pairs]), median([p[1] for p in pairs])
            note = f"{bare * 1e3:,.0f} ms import httpx, {ours * 1e3:,.0f} ms {name}"
            print_result(f"cold start of {name}: CPU", median([p[0] / p[1] for p in pairs]), target, note)


def _measure_cpu(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
