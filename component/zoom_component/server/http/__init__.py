"""Serve actions over HTTP.

Results are JSON, lists JSON Lines, and events a stream; there are schemas and an OpenAPI document. The package
translates HTTP to calls and errors to statuses. Callers name connections; secrets stay in this process. The server
listens on this machine only, unless it has an API key.
"""
