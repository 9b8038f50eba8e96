"""Send requests: attempts, tokens and waits as a generator of steps, and the two drivers that execute the steps.

`exchange` decides and does no I/O; `driver` and `async_driver` do the I/O and decide nothing. Clock, sleep and random
numbers are injected. Only this package, `connections`, `testing` and the sandbox know the HTTP client.
"""
