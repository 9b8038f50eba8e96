"""Every measurement, in turn."""

from __future__ import annotations

import calls
import cold
import lists

import agents
import sandbox

if __name__ == "__main__":
    for part in (calls, cold, lists, sandbox, agents):
        part.main()
