"""Run examples and test specs, record and replay exchanges, and log runs.

This package brings the component and the sandbox together. It may use both, and the HTTP client's transports. Its
results are data; the command line and the pytest plugin report them.
"""
