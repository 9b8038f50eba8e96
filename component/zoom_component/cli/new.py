"""`new`: writes the first file of an action, from what is known of its operation."""

from __future__ import annotations

import difflib
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component import paths
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.errors import InputError, Problem
from zoom_component.spec.action_draft import KEY_PATTERN, draft_action
from zoom_component.spec.catalogue import Catalogue
from zoom_facts import Operation, find_operation, iter_operations

DESCRIPTION = (
    "Writes actions/<resource>/<KEY>.yaml, which passes `check` as it is. With an operation of Zoom's API, its path, "
    "query, body and pages are filled in; without one, the file is a minimal one to go on from."
)
EXAMPLES = (
    "zoom-component new action getPastMeeting --operation pastMeetingDetails",
    "zoom-component new action deleteMeeting --method DELETE --path '/meetings/{meetingId}' --resource meetings",
    "zoom-component new action myAction --in my-specs",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]|\{[A-Za-z][A-Za-z0-9_]*\})+)+\Z")
_RESOURCE = re.compile(r"[a-z][A-Za-z0-9]*\Z")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("action",), help="what to write a file for")
    parser.add_argument("key", metavar="KEY", help="the key of the action, such as getPastMeeting")
    parser.add_argument("--resource", metavar="R", help="the folder below actions/ (the operation's own unless said)")
    parser.add_argument("--operation", metavar="ID", help="the operation's id in spec/zoom")
    parser.add_argument("--method", choices=METHODS, help="the request's method, together with --path")
    parser.add_argument("--path", help="the request's path, as '/users/{userId}/meetings'")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="the folder that holds actions/ (.)")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    _check(args)
    operation = _find_operation(args)
    method = operation.method if operation else args.method or "GET"
    path = operation.path if operation else args.path or "/users/{userId}"
    resource = args.resource or (_name_resource(operation) if operation else "general")
    folder = _choose_folder(args)
    target = folder / "actions" / resource / f"{args.key}.yaml"
    _check_is_new(args, folder, target)
    _write(target, draft_action(args.key, method, path, operation))
    if screen.as_json:
        screen.print_json({"file": str(target)})
    else:
        screen.print(str(target))
    screen.report(f"Written. Say in `comments` what each input means, then: zoom-component check {target}")
    return 0


def _check(args: Namespace) -> None:
    problems = []
    if not KEY_PATTERN.match(args.key):
        rule = "a key begins with a small letter and has letters and digits only, as in createMeeting"
        problems.append(Problem("KEY", f"came {args.key!r}; {rule}"))
    if args.resource is not None and not _RESOURCE.match(args.resource):
        problems.append(Problem("--resource", f"came {args.resource!r}; accepted: one word, such as meetings"))
    if args.path is not None and not _PATH.match(args.path):
        problems.append(Problem("--path", f"came {args.path!r}; accepted: a path such as '/users/{{userId}}/meetings'"))
    if args.operation and (args.method or args.path):
        problems.append(Problem("--operation", "it has a method and a path; leave --method and --path out"))
    if bool(args.method) != bool(args.path):
        problems.append(Problem("--method", "it goes together with --path; give both"))
    if problems:
        raise InputError(problems)


def _find_operation(args: Namespace) -> Operation | None:
    if args.operation is None:
        return find_operation(args.method, args.path) if args.method else None
    ids = []
    for operation in iter_operations():
        if operation.id == args.operation:
            return operation
        ids.append(operation.id)
    near = difflib.get_close_matches(args.operation, ids, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "spec/zoom/operations.jsonl has them all"
    raise InputError([Problem("--operation", f"the API has no operation {args.operation!r}; {hint}")])


def _name_resource(operation: Operation) -> str:
    words = re.findall(r"[A-Za-z0-9]+", operation.tag) or ["general"]
    first, *rest = (word.lower() for word in words)
    name = first + "".join(word.capitalize() for word in rest)
    return name if _RESOURCE.match(name) else "general"


def _choose_folder(args: Namespace) -> Path:
    if args.folder is not None:
        if not Path(args.folder).is_dir():
            raise InputError([Problem("--in", f"{args.folder!r} is no folder; make it first")])
        return Path(args.folder)
    return Path()


def _check_is_new(args: Namespace, folder: Path, target: Path) -> None:
    if target.exists():
        raise InputError([Problem("KEY", f"{target} is there already; it is left as it is")])
    further = [folder] if (folder / "actions").is_dir() and folder.resolve() != paths.get_bundle_dir().resolve() else []
    if args.key in [row["key"] for row in Catalogue(*find_spec_folders(args), *further).listing()]:
        raise InputError([Problem("KEY", f"there is an action {args.key} already; choose another key")])


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise InputError([Problem("--in", f"{target} cannot be written: {reason}")]) from None
