"""Run every measurement, one after another."""

from __future__ import annotations

import agents
import calls
import cold
import lists
import receive
import sandbox

if __name__ == "__main__":
    for part in (calls, cold, lists, sandbox, receive, agents):
        part.main()
