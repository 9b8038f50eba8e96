"""Verify captured webhook deliveries. Nothing is stored between deliveries."""

from __future__ import annotations

import json
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from zoom_component.cli import arguments
from zoom_component.cli.arguments import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.cli.console import Console, quote
from zoom_component.cli.parser import add_json_option, number_between
from zoom_component.cli.secret_options import clean_secret
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
from zoom_component.json_output import to_json

DESCRIPTION = (
    "Verify a webhook delivery from its raw body and headers, and print why it is refused. With --batch, one per line: "
    "JSON objects with id, headers, body_base64, secrets, now and window in; id, outcome, status, response, reason and "
    "event out, in the same order. Deliveries are independent of each other. Differences between a genuine event and "
    "the schema of Zoom are reported, and refused with --strict. The exit code is 0 for a genuine delivery, "
    f"{WebhookRejected.exit_code} for a refused one, and with --batch 2 if a line is not a delivery."
)
EXAMPLES = (
    "zoom-component verify body.json -H 'x-zm-signature: v0=5f...' -H 'x-zm-request-timestamp: 1773140400'",
    "zoom-component verify - --headers headers.txt --now 1773140400 --window 300 < body.json",
    "zoom-component verify --batch deliveries.jsonl",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="the raw body; - is stdin")
    parser.add_argument(
        "-H",
        "--header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="a header of the delivery; repeatable",
    )
    parser.add_argument("--headers", metavar="FILE", help="read the headers from a file, one per line")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="SECRET",
        help=f"the secret token of the app; repeatable ({SECRET} is safer)",
    )
    parser.add_argument(
        "--now",
        type=number_between(0, 1e12),
        metavar="SECONDS",
        help="the time of arrival in epoch seconds (default: now)",
    )
    parser.add_argument(
        "--window",
        type=number_between(0.001, 1e9),
        default=SIGNATURE_WINDOW,
        metavar="SECONDS",
        help=f"accept signed times that differ by up to this (default: {SIGNATURE_WINDOW:g})",
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse unknown events and events that differ from the schema"
    )
    parser.add_argument("--batch", metavar="FILE", help="verify a file of deliveries; - is stdin")
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    if args.batch is not None:
        return _verify_batch(args, console)
    if args.file is None:
        raise InputError([Problem("FILE", "is required: the file with the raw body, or - for stdin")])
    secrets = read_secrets(args.secret, console)
    verifier = Verifier(secrets, args.window)
    with arguments.open_input(args.file, "FILE") as file:
        body = file.read()
    now = time.time() if args.now is None else args.now
    verdict = verifier.verify(_read_headers(args), body, now)
    report = detect_drift(verdict.event) if isinstance(verdict, Notification) else None
    rejection = report.to_rejection() if report is not None and args.strict else None
    return _print_verdict(rejection or verdict, report, console)


def read_secrets(values: list[str], console: Console, option: str = "--secret") -> list[str]:
    """Return the secrets of options or environment, and mask them. Raise InputError for a blank one."""
    variable = os.environ.get(SECRET, "")
    secrets = [clean_secret(value, option) for value in values or _split_secrets(variable)]
    console.add_secrets(lambda: [secret for secret in secrets if secret])
    if not secrets or not all(secrets):
        state = "is blank" if secrets else f"is required, here or in {SECRET}"
        raise InputError([Problem(option, f"{state}: it authenticates deliveries")])
    return secrets


def _split_secrets(variable: str) -> list[str]:
    """Return the secrets of the variable: two while one replaces the other. No secret contains a blank."""
    return [secret for secret in variable.split(" ") if secret] or [variable] * bool(variable)


def _read_headers(args: Namespace) -> list[tuple[str, str]]:
    lines = [*(arguments.read_text(args.headers, "--headers").splitlines() if args.headers else ()), *args.header]
    invalid = [line for line in lines if line.strip() and ":" not in line]
    if invalid:
        raise InputError([Problem("--header", f"expected name: value, got {quote(line[:60])}") for line in invalid])
    pairs = (line.partition(":") for line in lines if line.strip())
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _print_verdict(verdict: Verdict, report: DriftReport | None, console: Console) -> int:
    if console.as_json:
        console.print(to_json({**verdict_to_dict(verdict), "drift": None if report is None else report.to_dict()}))
    elif isinstance(verdict, Rejection):
        console.print(f"Refused with {verdict.status}: {verdict.message}.")
    else:
        console.print(f"Genuine: {verdict.event.name}, branch {verdict.branch}.")
        for line in report.to_lines() if report is not None else ():
            console.report(f"differs from the schema of Zoom: {line}")
        if verdict.response is not None:
            console.print(f"Answer with: {to_json(dict(verdict.response))}")
    return WebhookRejected.exit_code if isinstance(verdict, Rejection) else 0


def _verify_batch(args: Namespace, console: Console) -> int:
    if args.file is not None:
        raise InputError([Problem("FILE", "cannot be combined with --batch")])
    if args.strict:
        raise InputError([Problem("--strict", "cannot be combined with --batch: a batch checks signatures only")])
    invalid = 0
    with arguments.open_input(args.batch, "--batch") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row, problem = _verify_line(line)
            if problem:
                invalid += 1
                console.report(f"line {number}: {problem}")
            console.print(to_json(row))
    return 2 if invalid else 0


def _verify_line(line: bytes) -> tuple[Mapping[str, Any], str]:
    """Return the result of a line, and the problem of a line that is not a delivery."""
    row: Any = None
    try:
        row = json.loads(line)
        return verify_line(row, time.time()), ""
    except InvalidDelivery as error:
        problem = str(error)
    except (ValueError, RecursionError):
        problem = "the line is not JSON"
    line_id = row.get("id") if isinstance(row, dict) else None
    return {"id": line_id, "outcome": "refused", **_REFUSED_FIELDS, "reason": "bad_line", "event": None}, problem


_REFUSED_FIELDS = {"status": 400, "response": None}
