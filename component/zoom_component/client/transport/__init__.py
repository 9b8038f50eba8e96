"""The one place that sends: tries, tokens, waits and redaction as a generator of steps, and two drivers that do them.

`exchange` decides and does nothing; the wires do and decide nothing. Clock, sleep and chance are injected. Only this
room, connections/, the harness and the embedded Zoom know httpx.
"""
