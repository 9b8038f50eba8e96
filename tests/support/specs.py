"""Compile specs from small YAML texts, so that no test builds an action by hand."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

from zoom_component.paths import find_spec_files
from zoom_component.spec import decoder
from zoom_component.spec.builder import BuildResult, build_specs
from zoom_component.spec.spec import ActionSpec, Input

_WORDS = {
    "key": "doThing",
    "label": "Do Thing",
    "description": "Does a thing",
    "effect": "create",
    "request": "{method: POST, path: /things}",
}


def compile_files(files: dict[str, str | bytes]) -> BuildResult:
    """Compile files, by their path below a root, such as `actions/things/doThing.yaml`."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_files(Path(folder), files)
        return build_specs(find_spec_files(root))


def write_files(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a root and return the root."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def complete_action_text(words: str) -> str:
    """Return the text of an action file, with the required keys that are missing in `words` added."""
    has_handler = "handler" if re.search(r"^handler:", words, re.MULTILINE) else ""
    missing = [
        f"{word}: {value}"
        for word, value in _WORDS.items()
        if not re.search(rf"^{word}:", words, re.MULTILINE) and not (has_handler and word == "request")
    ]
    return "\n".join([*missing, words.strip("\n"), ""])


@lru_cache(maxsize=512)
def compile_action(words: str, shared: str = "") -> ActionSpec:
    """Return the compiled action of a small YAML text. Fail the test if the text is not valid."""
    text = complete_action_text(words)
    key = re.search(r"^key: (\w+)", text, re.MULTILINE)
    assert key is not None
    files: dict[str, str | bytes] = {f"actions/things/{key.group(1)}.yaml": text}
    if shared:
        files["actions/_inputs.yaml"] = shared
    result = compile_files(files)
    assert not result.diagnostics, [str(diagnostic) for diagnostic in result.diagnostics]
    return decoder.decode_action(result.actions[key.group(1)])


def compile_input(words: str) -> Input:
    """Return one input from the inside of a YAML mapping, such as `wireType: integer, minimum: 1`."""
    return compile_action(f"inputs:\n  value: {{label: Value, target: body, {words}}}").inputs["value"]


# rawRequest as in its document, except for the type of `data`.
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
