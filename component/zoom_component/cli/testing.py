"""`test`: examples and test specs, run against the embedded Zoom, an address or a recording."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoom_component.cli import calling
from zoom_component.cli.options import FOLDERS, add_json, add_specs, roots
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem, SpecError

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.testing.outcome import Outcome
    from zoom_component.testing.recording import Recording
    from zoom_component.testing.stages import Stage

DESCRIPTION = (
    "Runs the examples of actions and the test specs (*.test.yaml) below each PATH, against an embedded Zoom of their "
    "own. Without a PATH: every example, and the test specs below the current folder. The exit code is 1 when one "
    "failed, 2 when a test spec is faulty."
)
EXAMPLES = (
    "zoom-component test",
    "zoom-component test tests -k meeting -x",
    "zoom-component test tests --junit results.xml --parallel 4 --seed 7",
    "zoom-component test tests --base-url http://127.0.0.1:8087/v2 --record zoom.yaml",
    "zoom-component test tests --replay zoom.yaml",
)
FAILED, FAULTY = 1, 2


def options(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder, a test spec, or an action's file")
    parser.add_argument("-k", dest="word", default="", metavar="WORD", help="only what has the word in its name")
    parser.add_argument("-x", dest="first", action="store_true", help="end with the first failure")
    parser.add_argument("--parallel", type=calling.whole(1, 64), default=1, metavar="N", help="so many at a time (1)")
    parser.add_argument("--seed", type=calling.whole(0, 999_999_999), metavar="N", help="in an order that N makes")
    parser.add_argument("--junit", metavar="FILE", help="write the outcomes as JUnit's XML, too")
    parser.add_argument("--record", metavar="FILE", help="keep what the test specs exchange, secrets replaced")
    parser.add_argument("--replay", metavar="FILE", help="answer from what was recorded; nothing is sent")
    calling.add_patience(parser)
    add_specs(parser)
    add_json(parser)
    calling.add_connection(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.testing.suite import chosen, found, ordered, run_all

    calling.guarded(screen, args.token, args.client_secret)
    component, further = _component(args)
    try:
        cases = found(component, [Path(name) for name in args.paths], further)
    except SpecError as error:
        for fault in error.faults:
            screen.say(fault)
        count = "1 fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
        screen.say(f"{count}; nothing was run")
        if screen.as_json:
            screen.json({"error": error.as_json()})
        return FAULTY
    wanted = chosen(cases, args.word)
    if cases and not wanted:
        raise InputError([Problem("-k", f"none of the {len(cases):,} that there are has {args.word!r} in its name")])
    stage, recording = _stage(args, component, screen)
    outcomes = []
    for outcome in run_all(ordered(wanted, args.seed), stage, at_once=args.parallel, first_only=args.first):
        outcomes.append(outcome)
        _tell(outcome, screen)
    _close(args, outcomes, recording, screen)
    return FAILED if any(outcome.status == "failed" for outcome in outcomes) else 0


def _component(args: Namespace) -> tuple[Component, list[Path]]:
    """The component with the further folders that were named, and those that the paths are."""
    from zoom_component import places
    from zoom_component.component import Component

    further = roots(args)
    for path in [Path(name) for name in args.paths] or [Path()]:
        holds = any((path / folder).is_dir() for folder in FOLDERS)
        known = [folder.resolve() for folder in (places.bundle(), *further)]
        if holds and path.resolve() not in known:
            further.append(path)
    return Component.load(*further), further


def _stage(args: Namespace, component: Component, screen: Screen) -> tuple[Stage, Recording | None]:
    from zoom_component.testing.kept import Recorded, Replaying
    from zoom_component.testing.recording import Recording, Replay
    from zoom_component.testing.stages import Embedded, Remote

    if args.replay is not None:
        if args.record is not None:
            raise InputError([Problem("--record", "a replay has nothing to record; give one of the two")])
        try:
            return Replaying(component, Replay.load(Path(args.replay))), None
        except OSError as error:
            raise _unusable("--replay", args.replay, "read", error) from None
    flags = (args.base_url, args.connection, args.token, args.client_id)
    stage: Stage
    if any(flag is not None for flag in flags):
        connection = calling.connection(args, component, screen)
        stage = Remote(component, connection, options=calling.session_options(args))
    else:
        stage = Embedded(component)
    if args.record is None:
        return stage, None
    recording = Recording(Path(args.record))
    return Recorded(stage, recording), recording


def _tell(outcome: Outcome, screen: Screen) -> None:
    from zoom_component.testing.reports import told

    if not screen.as_json:
        for line in told(outcome):
            screen.line(line)


def _close(args: Namespace, outcomes: Sequence[Outcome], recording: Recording | None, screen: Screen) -> None:
    from zoom_component.testing.reports import counted, junit

    if screen.as_json:
        screen.json([outcome.as_json() for outcome in outcomes])
    if recording is not None:
        try:
            recording.write()
        except OSError as error:
            raise _unusable("--record", args.record, "written", error) from None
    if args.junit is not None:
        try:
            Path(args.junit).write_text(junit(outcomes), encoding="utf-8")
        except OSError as error:
            raise _unusable("--junit", args.junit, "written", error) from None
    screen.say(counted(outcomes))


def _unusable(option: str, name: str, what: str, error: OSError) -> InputError:
    reason = (error.strerror or os.strerror(0)).lower()
    return InputError([Problem(option, f"{name!r} cannot be {what}: {reason}")])
