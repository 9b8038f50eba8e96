"""`export`: the component as data, in the form that its reader wants."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "Writes the component as JSON. component: in the words of the component document; catalogue: the toolkit "
    "catalogue; json-schema: inputs and results of each action; openai-tools, anthropic-tools: lists of tools for a "
    "model; openapi: the gateway, as OpenAPI 3.1; manifest: everything that the specs say."
)
EXAMPLES = (
    "zoom-component export component --out component.json",
    "zoom-component export catalogue",
    "zoom-component export openai-tools --only read --resources meetings,users --strict",
    "zoom-component export anthropic-tools --include 'list*' --exclude listDevices",
    "zoom-component export openapi --out openapi.json",
    "zoom-component export manifest --out release.json",
)
FORMS = ("component", "catalogue", "json-schema", "openai-tools", "anthropic-tools", "openapi", "manifest")
_SELECTION_OPTIONS = ("only", "resources", "include", "exclude")
_SUPPORTED_OPTIONS = {
    "json-schema": _SELECTION_OPTIONS,
    "openai-tools": (*_SELECTION_OPTIONS, "advanced", "strict", "responses"),
    "anthropic-tools": (*_SELECTION_OPTIONS, "advanced"),
}


def options(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=FORMS, help="what to export")
    parser.add_argument("--out", metavar="FILE", help="a file instead of stdout")
    chosen = parser.add_argument_group(
        "which actions", "for json-schema and the lists of tools; values joined by commas"
    )
    chosen.add_argument("--only", metavar="EFFECTS", help="only those that do this: read, create, update, delete, any")
    chosen.add_argument("--resources", metavar="R,...", help="only those of these resources, such as meetings,users")
    chosen.add_argument("--include", metavar="KEY,...", help="only these; * stands for any text, as in list*")
    chosen.add_argument("--exclude", metavar="KEY,...", help="all but these")
    tools = parser.add_argument_group("lists of tools")
    tools.add_argument("--advanced", action="store_true", help="with the advanced inputs, too")
    tools.add_argument("--strict", action="store_true", help="openai-tools: hold the model to the schema")
    tools.add_argument("--responses", action="store_true", help="openai-tools: in the shape of the Responses API")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    _check(args)
    found = _build_export(args, Catalogue(*find_spec_folders(args)))
    if args.out is None:
        screen.print_json(found)
        return 0
    try:
        Path(args.out).write_text(screen.encode_json(found, indent=2) + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "that is no file name").lower()
        raise InputError([Problem("--out", f"{args.out!r} cannot be written: {reason}")]) from None
    screen.report(f"Written: {args.out}")
    return 0


def _check(args: Namespace) -> None:
    """An option that does nothing would be believed to do something."""
    heeded = _SUPPORTED_OPTIONS.get(args.what, ())
    given = [name for name in (*_SELECTION_OPTIONS, "advanced", "strict", "responses") if getattr(args, name)]
    problems = [Problem(f"--{name}", f"{args.what} takes none of it") for name in given if name not in heeded]
    if problems:
        raise InputError(problems)


def _build_export(args: Namespace, catalogue: Catalogue) -> Any:
    if args.what == "component":
        from zoom_component.tools.export.definition import build_definition

        return build_definition(catalogue)
    if args.what == "catalogue":
        from zoom_component.tools.export.toolkit_catalogue import build_toolkit_catalogue

        return build_toolkit_catalogue(catalogue)
    if args.what == "openapi":
        from zoom_component.tools.export.openapi import build_openapi

        return build_openapi(catalogue)
    if args.what == "manifest":
        from zoom_component.tools.export.manifest import build_manifest

        return build_manifest(catalogue)
    from zoom_component.tools.export import model_tools
    from zoom_component.tools.export.action_selection import ActionSelection

    wanted = {name: _split_names(getattr(args, name)) for name in _SELECTION_OPTIONS}
    if args.what == "json-schema":
        return model_tools.build_json_schemas(ActionSelection(**wanted).select_actions(catalogue))
    actions = ActionSelection(**wanted).select_actions(catalogue)
    if args.what == "anthropic-tools":
        return model_tools.build_anthropic_tools(actions, advanced=args.advanced)
    return model_tools.build_openai_tools(actions, strict=args.strict, responses=args.responses, advanced=args.advanced)


def _split_names(text: str | None) -> Sequence[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
