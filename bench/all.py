"""Every measurement, in turn."""

from __future__ import annotations

import calls
import cold
import lists

    for part in (calls, cold, lists, sandbox, dispatch, agents):
        part.main()
