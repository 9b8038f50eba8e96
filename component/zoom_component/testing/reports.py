"""Outcomes told: to a person, and as JUnit's XML to a pipeline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from zoom_component.testing.results import SpecResult

__all__ = ["format_junit", "format_result", "format_summary"]

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}


def format_result(result: SpecResult) -> Iterator[str]:
    """The lines for one outcome: a line for what passed, all that is known for what failed."""
    why = f" ({result.skipped})" if result.skipped else ""
    yield f"{_SIGNS[result.status]}  {result.file}: {result.name}{why}"
    for failure in result.failures:
        yield from (f"  {line}" for line in failure.format_lines())


def format_summary(results: Sequence[SpecResult]) -> str:
    """How many passed, failed and were skipped, in a line."""
    counts = Counter(outcome.status for outcome in results)
    parts = [f"{counts[status]} {status}" for status in ("passed", "failed", "skipped") if counts[status]]
    return ", ".join(parts) or "nothing to run"


def format_junit(results: Sequence[SpecResult]) -> str:
    """The outcomes in the form of XML that pipelines read."""
    counts = Counter(outcome.status for outcome in results)
    suite = ElementTree.Element(
        "testsuite",
        name="zoom-component",
        tests=str(len(results)),
        failures=str(counts["failed"]),
        errors="0",
        skipped=str(counts["skipped"]),
        time=f"{sum(outcome.seconds for outcome in results):.3f}",
    )
    for outcome in results:
        suite.append(_build_case(outcome))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    # Not "unicode": the declaration would then name the encoding of the machine, whatever the file is written in.
    told: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return told.decode() + "\n"


def _build_case(outcome: SpecResult) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_escape_forbidden(outcome.file),
        name=_escape_forbidden(outcome.name),
        file=_escape_forbidden(outcome.file),
        line=str(outcome.line),
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.failures:  # one for all of them: readers take the first and no other
        first = outcome.failures[0]
        told = ElementTree.SubElement(
            case, "failure", message=_escape_forbidden(f"{first.file}:{first.line}: {first.message}"), type="failed"
        )
        told.text = _escape_forbidden(
            "\n".join(line for failure in outcome.failures for line in failure.format_lines())
        )
    if outcome.skipped:
        ElementTree.SubElement(case, "skipped", message=_escape_forbidden(outcome.skipped))
    return case


def _escape_forbidden(text: str) -> str:
    """The text without the characters that XML has no way to write."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
