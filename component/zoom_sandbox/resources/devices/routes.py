"""Devices: listed, those that fit what is asked. https://developers.zoom.us/docs/api/meetings/#tag/devices"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.devices.search import fits
from zoom_sandbox.seed import moment, read
from zoom_sandbox.times import stamp


@plays("GET", "/devices")
def list_devices(call: Call) -> Payload:
    """The devices that fit, by pages."""
    found = sorted((row for row in read("devices") if fits(call.query, row)), key=_key)
    last_online = stamp(moment(call.world.began, 1, "08:00"))
    return page(call, found, _key, lambda row: {**row, "last_online": last_online})


def _key(row: dict[str, Any]) -> str:
    return str(row["device_id"])
