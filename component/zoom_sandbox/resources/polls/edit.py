"""Parse polls from the body of a request."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.errors import field_error, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.stores import get_store
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

_CHOICES = ("single", "multiple", "rank_order")


def parse_poll(call: OperationCall) -> dict[str, Any]:
    """Return the poll of a body. Raises ApiError for a question with less than two answers to choose from."""
    path = get_store(call).kind.one_path
    poll: dict[str, Any] = drop_unknown_fields(call.body, response_schema("POST", f"{path}/polls", "201"))
    problems = [
        field_error("polls.answersMissing", index=index)
        for index, question in enumerate(poll.get("questions", ()))
        if question.get("type") in _CHOICES and len(question.get("answers", ())) < 2
    ]
    if problems:
        raise validation_error(*problems)
    return {name: value for name, value in poll.items() if name not in ("id", "status")}
