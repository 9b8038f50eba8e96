"""Specs out of small texts: every test's action goes through the language, none is put together by hand."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

from zoom_component.spec import decoder
from zoom_component.spec.builder import BuildResult, build_specs
from zoom_component.spec.spec import ActionSpec, Input
from zoom_component.spec.spec_files import find_spec_files

_WORDS = {
    "key": "doThing",
    "label": "Do Thing",
    "description": "Does a thing",
    "effect": "create",
    "request": "{method: POST, path: /things}",
}


def compile_files(files: dict[str, str | bytes]) -> BuildResult:
    """Compiles files, given by their path below a root, as `actions/things/doThing.yaml`."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder), files)
        return build_specs(find_spec_files(root))


def write_files(root: Path, files: dict[str, str | bytes]) -> Path:
    """Writes files below a root, and gives the root."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def complete_action_text(words: str) -> str:
    """The text of an action's file: what `words` leaves out of the first words is filled in."""
    handled = "handler" if re.search(r"^handler:", words, re.MULTILINE) else ""
    missing = [
        f"{word}: {value}"
        for word, value in _WORDS.items()
        if not re.search(rf"^{word}:", words, re.MULTILINE) and not (handled and word == "request")
    ]
    return "\n".join([*missing, words.strip("\n"), ""])


@lru_cache(maxsize=512)
def compile_action(words: str, shared: str = "") -> ActionSpec:
    """The compiled action of a small YAML text. A text with faults fails the test that brought it."""
    text = complete_action_text(words)
    key = re.search(r"^key: (\w+)", text, re.MULTILINE)
    assert key is not None
    files: dict[str, str | bytes] = {f"actions/things/{key.group(1)}.yaml": text}
    if shared:
        files["actions/_inputs.yaml"] = shared
    found = compile_files(files)
    assert not found.diagnostics, [str(fault) for fault in found.diagnostics]
    return decoder.decode_action(found.actions[key.group(1)])


def compile_input(words: str) -> Input:
    """One input out of its words in braces, as `wireType: integer, minimum: 1`."""
    return compile_action(f"inputs:\n  value: {{label: Value, target: body, {words}}}").inputs["value"]


# rawRequest as its document has it, but for how `data` is read.
RAW_REQUEST = """
key: rawRequest
effect: any
handler: rawRequest
inputs:
  url: {label: URL, required: true}
  method: {label: Method, required: true, model: {DELETE: d, GET: g, HEAD: h, PATCH: p, POST: p, PUT: p, OPTIONS: o}}
  data: {label: Data, %s}
  formData: {label: Form Data, collection: keyvaluelist}
  fileData: {label: File Data, collection: keyvaluelist}
  fileDataFileNames: {label: File Names, collection: keyvaluelist}
  queryParams: {label: Query, collection: keyvaluelist}
  headers: {label: Headers, collection: keyvaluelist}
  responseType: {label: Response Type, default: json, model: {arraybuffer: a, document: d, json: j, text: t}}
  timeout: {label: Timeout, wireType: integer}
  retryDelayMS: {label: Delay, wireType: integer, default: "0"}
  retryAllErrors: {label: All, type: boolean, default: false}
  maxRetries: {label: Most, wireType: integer, default: "0"}
  useExponentialBackoff: {label: Backoff, type: boolean, default: false}
  debugRequest: {label: Debug, type: boolean}
"""
