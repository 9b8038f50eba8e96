"""Devices of the account, to be read. https://developers.zoom.us/docs/api/meetings/#tag/devices"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.seed import moment, read
from zoom_component.sandbox.times import stamp

_ANY = -1
_SEARCHED = ("device_name", "vendor", "model", "serial_number")


@plays("GET", "/devices")
def list_devices(call: Call) -> Payload:
    """The devices that fit, by pages."""
    found = sorted((row for row in read("devices") if _fits(call, row)), key=_key)
    last_online = stamp(moment(call.world.began, 1, "08:00"))
    return page(call, found, _key, lambda row: {**row, "last_online": last_online})


def _key(row: dict[str, Any]) -> str:
    return str(row["device_id"])


def _fits(call: Call, row: dict[str, Any]) -> bool:
    query = call.query
    return (
        row["enrolled_in_zdm"] == query["is_enrolled_in_zdm"]
        and query["device_type"] in (_ANY, row["device_type"])
        and query["device_status"] in (_ANY, row["device_status"])
        and query.get("platform_os") in (None, row["platform_os"])
        and _contains(row["vendor"], query.get("device_vendor"))
        and _contains(row["model"], query.get("device_model"))
        and any(_contains(row[name], query.get("search_text")) for name in _SEARCHED)
    )


def _contains(text: str, part: str | None) -> bool:
    return part is None or part.lower() in text.lower()
