"""Run the command line with `python -m zoom_component`, if its script is not on the PATH."""

from __future__ import annotations

import sys

from zoom_component.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
