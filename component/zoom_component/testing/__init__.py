"""The harness: examples and test specs are run here, exchanges are recorded and played again, runs are kept.

It stands above the runtime and the embedded Zoom and brings the two together. It may use both, and the HTTP client's
transports; it knows no door, and what it finds out is data that a door or pytest tells.
"""
