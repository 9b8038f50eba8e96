"""Format results as text, and as JUnit XML for CI systems."""

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
    """Yield the lines of one result: one line, and all details of its failures."""
    reason = f" ({result.skipped})" if result.skipped else ""
    yield f"{_SIGNS[result.status]}  {result.file}: {result.name}{reason}"
    for failure in result.failures:
        yield from (f"  {line}" for line in failure.format_lines())


def format_summary(results: Sequence[SpecResult]) -> str:
    """Return how many passed, failed and were skipped, in one line."""
    counts = Counter(result.status for result in results)
    parts = [f"{counts[status]} {status}" for status in ("passed", "failed", "skipped") if counts[status]]
    return ", ".join(parts) or "no tests found"


def format_junit(results: Sequence[SpecResult]) -> str:
    """Return the results as JUnit XML."""
    counts = Counter(result.status for result in results)
    suite = ElementTree.Element(
        "testsuite",
        name="zoom-component",
        tests=str(len(results)),
        failures=str(counts["failed"]),
        errors="0",
        skipped=str(counts["skipped"]),
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        suite.append(_build_case(result))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    # Not "unicode": the declaration would name the machine's encoding instead of UTF-8.
    xml: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return xml.decode() + "\n"


def _build_case(result: SpecResult) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_escape_forbidden(result.file),
        name=_escape_forbidden(result.name),
        file=_escape_forbidden(result.file),
        line=str(result.line),
        time=f"{result.seconds:.3f}",
    )
    if result.failures:  # one element for all failures: readers use only the first
        first = result.failures[0]
        element = ElementTree.SubElement(
            case, "failure", message=_escape_forbidden(f"{first.file}:{first.line}: {first.message}"), type="failed"
        )
        element.text = _escape_forbidden(
            "\n".join(line for failure in result.failures for line in failure.format_lines())
        )
    if result.skipped:
        ElementTree.SubElement(case, "skipped", message=_escape_forbidden(result.skipped))
    return case


def _escape_forbidden(text: str) -> str:
    """Return the text with the characters replaced that XML cannot contain."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
