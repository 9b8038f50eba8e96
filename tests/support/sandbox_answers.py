"""How tests read what the embedded Zoom answers, and hold it against the facts."""

from __future__ import annotations

from typing import Any

import httpx


def get_json(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    """The body of a GET that has to succeed."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def get_refusal(answer: httpx.Response) -> tuple[int, int]:
    """Status and Zoom's code of a refusal."""
    return answer.status_code, answer.json()["code"]


def find_unknown_keys(value: Any, schema: Any, at: str = "") -> list[str]:
    """The paths of keys that the schema does not name."""
    if isinstance(value, dict) and "properties" in schema:
        found = [f"{at}.{name}" for name in value if name not in schema["properties"]]
        for name, part in value.items():
            found += find_unknown_keys(part, schema["properties"].get(name, {}), f"{at}.{name}")
        return found
    if isinstance(value, list):
        return [key for part in value for key in find_unknown_keys(part, schema.get("items", {}), f"{at}[]")]
    return []
