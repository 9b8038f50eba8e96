"""Kill batches (-9) at random moments and run them again with their journal, and check that nothing is done twice.

Every meeting of a batch must be created at most once, also those whose outcome the last run reports as unknown, and
the answer of every other call must name the meeting that exists.

.venv/bin/python bench/killed_batches.py [--batches 20] [--calls 200] [--concurrency 1 8] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from urllib.request import Request, urlopen

from zoom_sandbox import Sandbox

_COMMAND = "import sys; from zoom_component.cli.main import main; sys.exit(main())"
_TIMEOUT = 120.0


class BatchReport(NamedTuple):
    """Count the calls of batches that were killed.

    `done` calls have an answer that names their meeting. `unknown` ones were reported; `unknown_made` of them had been
    made. `repeated` were made more than once, `wrong` have an answer without a meeting, or none.
    """

    calls: int = 0
    done: int = 0
    unknown: int = 0
    unknown_made: int = 0
    repeated: int = 0
    wrong: int = 0
    kills: int = 0

    @property
    def holds(self) -> bool:
        """Return whether no call was made twice, and every one is done or reported."""
        return not self.repeated and not self.wrong and self.done + self.unknown == self.calls


def run_batches(batches: int, calls: int, concurrency: list[int], seed: int) -> BatchReport:
    """Run batches, each one killed again and again until it ends, and return the sum of their reports."""
    generator, total = random.Random(seed), BatchReport()
    for number in range(batches):
        with tempfile.TemporaryDirectory() as folder, Sandbox(users=2) as zoom:
            report = _run_batch(zoom, Path(folder), calls, concurrency[number % len(concurrency)], generator)
        total = BatchReport(*(one + other for one, other in zip(total, report, strict=True)))
    return total


def _run_batch(zoom: Sandbox, folder: Path, calls: int, concurrency: int, generator: random.Random) -> BatchReport:
    # A kill hits calls without an answer more often if answers take a moment.
    zoom.add_fault("POST", "/users/{userId}/meetings", delay=0.005)
    rows = [
        {"id": n, "action": "createMeeting", "inputs": {"userId": "me", "topic": f"Number {n}"}} for n in range(calls)
    ]
    (folder / "calls.jsonl").write_text("\n".join(map(json.dumps, rows)))
    command = [
        sys.executable, "-c", _COMMAND, "run", "--batch", str(folder / "calls.jsonl"), "--concurrency",
        str(concurrency), "--journal", str(folder / "journal"), "--token", zoom.issue_token(), "--base-url",
        zoom.api_url,
    ]  # fmt: skip
    kills, is_ended = 0, False
    while not is_ended:
        with (folder / "answers.jsonl").open("w") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
            is_ended = not _kill_after(process, zoom, generator.randint(1, max(calls // 4, 2)), generator)
        kills += not is_ended
    assert process.returncode == 0, f"the batch exited with {process.returncode}"
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    return _compare_answers(answers, zoom, calls)._replace(kills=kills)


def _kill_after(process: subprocess.Popen[bytes], zoom: Sandbox, requests: int, generator: random.Random) -> bool:
    """Kill a process a moment after it has sent some requests. Return False if it ended by itself."""
    limit, deadline = len(zoom.requests) + requests, time.monotonic() + _TIMEOUT
    while len(zoom.requests) < limit:
        if process.poll() is not None:
            return False
        if time.monotonic() > deadline:
            process.kill()
            raise SystemExit(f"a batch sent nothing in {_TIMEOUT:g} seconds")
        time.sleep(0.0005)
    time.sleep(generator.uniform(0, 0.004))
    process.kill()
    return process.wait() != 0


def _compare_answers(answers: list[dict[str, Any]], zoom: Sandbox, calls: int) -> BatchReport:
    """Compare the answers of the last run with the meetings that exist."""
    sent = Counter(_read_topic(each.body) for each in zoom.requests if each.method == "POST")
    sent.pop("", None)
    meetings = _list_meetings(zoom)
    done = unknown = unknown_made = 0
    wrong = calls - len(answers)
    for answer in answers:
        topic = f"Number {answer['id']}"
        if answer.get("outcome") == "unknown":
            unknown += 1
            unknown_made += topic in meetings
        elif [answer.get("data", {}).get("id")] == meetings.get(topic):
            done += 1
        else:
            wrong += 1
    repeated = sum(count > 1 for count in sent.values()) + sum(len(ids) > 1 for ids in meetings.values())
    return BatchReport(calls, done, unknown, unknown_made, repeated, wrong)


def _read_topic(body: bytes) -> str:
    """Return the topic of a meeting in a request; "" for a body that a kill has cut off."""
    try:
        return str(json.loads(body)["topic"])
    except ValueError:
        return ""


def _list_meetings(zoom: Sandbox) -> dict[str, list[int]]:
    """Return the IDs of all meetings by topic."""
    meetings: dict[str, list[int]] = {}
    headers, page_token = {"Authorization": f"Bearer {zoom.issue_token()}"}, ""
    while True:
        url = f"{zoom.api_url}/users/me/meetings?page_size=300&next_page_token={quote(page_token)}"
        with urlopen(Request(url, headers=headers)) as answer:
            page = json.load(answer)
        for meeting in page["meetings"]:
            meetings.setdefault(meeting["topic"], []).append(meeting["id"])
        if not (page_token := page["next_page_token"]):
            return meetings


def main() -> None:
    """Print the report; exit with 1 when a call was made twice or is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = parser.parse_args()
    print(f"seed {args.seed}")
    report = run_batches(args.batches, args.calls, args.concurrency, args.seed)
    print(f"{report.calls:,} calls in {args.batches} batches, killed {report.kills:,} times")
    print(
        f"{report.done:,} done, {report.unknown} reported as unknown ({report.unknown_made} of them made), "
        f"{report.repeated} made twice, {report.wrong} with a wrong answer or none"
    )
    sys.exit(0 if report.holds else 1)


if __name__ == "__main__":
    main()
