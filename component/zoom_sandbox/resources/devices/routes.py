"""List devices. https://developers.zoom.us/docs/api/meetings/#tag/devices"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.devices.search import matches_query
from zoom_sandbox.seed import read_seed, resolve_moment
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/devices")
def list_devices(call: OperationCall) -> Payload:
    """Return a page of the devices that match the query."""
    devices = sorted((row for row in read_seed("devices") if matches_query(call.query, row)), key=_device_id)
    last_online = format_time(resolve_moment(call.account.started_at, 1, "08:00"))
    return build_page(call, devices, _device_id, lambda row: {**row, "last_online": last_online})


def _device_id(row: dict[str, Any]) -> str:
    return str(row["device_id"])
