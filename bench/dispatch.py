"""Nothing lost, nothing doubled: 10,000 events dispatched while the workers are killed (-9) again and again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.kills import AT_ONCE, survive

EVENTS, KILL_EACH, WORKERS = 10_000, 300, 3


def main() -> int:
    """Prints the account; 1 when an event was lost, or given again after it was acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        account = survive(Path(folder), EVENTS, KILL_EACH, WORKERS)
    told = f"{account.put:,} events put while {WORKERS} workers were killed {account.kills} times"
    print(f"{told}, {account.seconds:.0f} s:")
    print(f"  lost: {account.lost}, unfinished: {account.unfinished}, given again after the ack: {account.after_ack}")
    most = account.kills * AT_ONCE
    print(f"  given again before the ack: {account.repeated} (a kill may repeat what was in hand: {most} at most)")
    return 1 if account.lost or account.unfinished or account.after_ack else 0


if __name__ == "__main__":
    sys.exit(main())
