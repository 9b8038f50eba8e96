"""`verify`: whether a captured delivery is Zoom's, and why not. Stateless: one that came before is no worse."""

from __future__ import annotations

import json
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from zoom_component.cli import arguments, reading
from zoom_component.cli.console import Console
from zoom_component.cli.options import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.cli.options import add_json_option
from zoom_component.errors import InputError, Problem, WebhookRejected
from zoom_component.events.types.schema_drift import detect_drift
from zoom_component.events.webhook import (
    SIGNATURE_WINDOW,
    DriftReport,
    InvalidDelivery,
    Notification,
    Rejection,
    Verdict,
    Verifier,
    verdict_to_dict,
    verify_line,
)

DESCRIPTION = (
    "Judges the delivery whose raw body is in FILE and whose headers are given, and says why it is refused. With "
    "--batch, one a line: JSON objects with id, headers, body_base64, secrets, now and window go in, and id, outcome, "
    "status, response, reason and event come out in the same order. Nothing is remembered from one to the next. How a "
    "genuine event differs from the schema that Zoom published is told, and refused with --strict. The "
    f"exit code is 0 for a genuine delivery, {WebhookRejected.exit_code} for one that is refused, and with --batch 2 "
    "when a line holds no delivery."
)
EXAMPLES = (
    "zoom-component verify body.json -H 'x-zm-signature: v0=5f...' -H 'x-zm-request-timestamp: 1773140400'",
    "zoom-component verify - --headers headers.txt --now 1773140400 --window 300 < body.json",
    "zoom-component verify --batch deliveries.jsonl",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="the body as it came, byte by byte; - is stdin")
    parser.add_argument("-H", "--header", action="append", default=[], metavar="'NAME: VALUE'", help="a header of it")
    parser.add_argument("--headers", metavar="FILE", help="its headers, one a line")
    parser.add_argument(
        "--secret", action="append", default=[], metavar="SECRET", help=f"what signs it; may be repeated (or {SECRET})"
    )
    parser.add_argument("--now", type=arguments.number_between(0, 1e12), metavar="SECONDS", help="epoch seconds (now)")
    parser.add_argument(
        "--window",
        type=arguments.number_between(0.001, 1e9),
        default=SIGNATURE_WINDOW,
        metavar="SECONDS",
        help=f"how far the signed time may lie off, to either side ({SIGNATURE_WINDOW:g})",
    )
    parser.add_argument("--strict", action="store_true", help="refuse an unknown event, and one that differs")
    parser.add_argument("--batch", metavar="FILE", help="judge a file full of deliveries; - is stdin")
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    if args.batch is not None:
        return _verify_batch(args, screen)
    if args.file is None:
        raise InputError([Problem("FILE", "it is required: the file with the body as it came, or - for stdin")])
    secrets = read_secrets(args.secret, screen)
    verifier = Verifier(secrets, args.window)
    with reading.open_input(args.file, "FILE") as file:
        body = file.read()
    now = time.time() if args.now is None else args.now
    verdict = verifier.verify(_read_headers(args), body, now)
    found = detect_drift(verdict.event) if isinstance(verdict, Notification) else None
    strict = found.to_rejection() if found is not None and args.strict else None
    return _print_verdict(strict or verdict, found, screen)


def read_secrets(given: list[str], screen: Console, option: str = "--secret") -> list[str]:
    """The secrets of the flags, else of the environment, kept off the screen. Raises InputError for a blank one."""
    found = given or [secret for secret in (os.environ.get(SECRET, ""),) if secret]
    screen.add_secrets(lambda: [secret for secret in found if secret.strip()])
    if not found or any(not secret.strip() for secret in found):
        what = "it is blank" if found else f"it is required, here or in {SECRET}"
        raise InputError([Problem(option, f"{what}: without a secret, anybody could forge a delivery")])
    return found


def _read_headers(args: Namespace) -> list[tuple[str, str]]:
    lines = [*(reading.read_text(args.headers, "--headers").splitlines() if args.headers else ()), *args.header]
    wrong = [line for line in lines if line.strip() and ":" not in line]
    if wrong:
        raise InputError([Problem("--header", f"came {line[:60]!r}; accepted: name: value") for line in wrong])
    pairs = (line.partition(":") for line in lines if line.strip())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _print_verdict(verdict: Verdict, drift: DriftReport | None, screen: Console) -> int:
    if screen.as_json:
        screen.print(json.dumps({**verdict_to_dict(verdict), "drift": None if drift is None else drift.to_dict()}))
    elif isinstance(verdict, Rejection):
        screen.print(f"Refused with {verdict.status}: {verdict.message}.")
    else:
        screen.print(f"Genuine: {verdict.event.name or 'an event without a name'}, branch {verdict.branch}.")
        for line in drift.to_lines() if drift is not None else ():
            screen.report(f"differs from what Zoom published: {line}")
        if verdict.response is not None:
            screen.print(f"To be answered: {json.dumps(dict(verdict.response))}")
    return WebhookRejected.exit_code if isinstance(verdict, Rejection) else 0


def _verify_batch(args: Namespace, screen: Console) -> int:
    if args.file is not None:
        raise InputError([Problem("FILE", "with --batch, the deliveries are in the batch: leave FILE out")])
    if args.strict:
        raise InputError([Problem("--strict", "a batch judges who sent, not what: leave --strict out")])
    bad = 0
    with reading.open_input(args.batch, "--batch") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row, fault = _verify_line(line)
            if fault:
                bad += 1
                screen.report(f"line {number}: {fault}")
            screen.print(json.dumps(row))
    return 2 if bad else 0


def _verify_line(line: bytes) -> tuple[Mapping[str, Any], str]:
    """What is written for a line, and what is wrong with it if it holds no delivery."""
    row: Any = None
    try:
        row = json.loads(line)
        return verify_line(row, time.time()), ""
    except InvalidDelivery as problem:
        fault = str(problem)
    except (ValueError, RecursionError):
        fault = "it is no JSON"
    ident = row.get("id") if isinstance(row, dict) else None
    return {"id": ident, "outcome": "refused", **_REFUSED_FIELDS, "reason": "bad_line", "event": None}, fault


_REFUSED_FIELDS = {"status": 400, "response": None}
