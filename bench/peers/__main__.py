"""Run the comparison with peers: `python bench/peers --help`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from bench.peers.command import main  # noqa: E402 (the path comes first)

if __name__ == "__main__":
    sys.exit(main())
