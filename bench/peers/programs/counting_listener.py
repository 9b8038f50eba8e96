"""Count the events of a worker of the project: a listener of the kind `call`, which does nothing else.

After BENCH_COUNT events it writes to the file BENCH_OUTPUT the time of each event (epoch seconds), its delay since the
receipt, and its delay since the sender sent it, where the topic of the meeting ends with that time.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

COUNT, OUTPUT = int(os.environ["BENCH_COUNT"]), Path(os.environ["BENCH_OUTPUT"])
moments: list[float] = []
receipts: list[float] = []
delays: list[float] = []


def count(event: Any, delivery: Any) -> None:
    """Note the moment of an event."""
    moments.append(time.time())
    receipts.append(moments[-1] - delivery.received_at)
    _, _, sent_at = event.object["topic"].partition("@")
    if sent_at:
        delays.append(moments[-1] - float(sent_at))
    if len(moments) == COUNT:
        new = OUTPUT.with_suffix(".new")
        new.write_text(
            json.dumps({"moments": sorted(moments), "receipts": receipts, "delays": delays}), encoding="utf-8"
        )
        new.rename(OUTPUT)
