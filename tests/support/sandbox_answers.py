"""Read responses of the sandbox, and compare them with the facts."""

from __future__ import annotations

from typing import Any

import httpx


def get_json(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    """Return the body of a GET request that has to succeed."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def get_refusal(answer: httpx.Response) -> tuple[int, int]:
    """Return status and Zoom's code of an error response."""
    return answer.status_code, answer.json()["code"]


def find_unknown_keys(value: Any, schema: Any, at: str = "") -> list[str]:
    """Return the paths of the keys that the schema does not define."""
    if isinstance(value, dict) and "properties" in schema:
        unknown = [f"{at}.{name}" for name in value if name not in schema["properties"]]
        for name, part in value.items():
            unknown += find_unknown_keys(part, schema["properties"].get(name, {}), f"{at}.{name}")
        return unknown
    if isinstance(value, list):
        return [key for part in value for key in find_unknown_keys(part, schema.get("items", {}), f"{at}[]")]
    return []
