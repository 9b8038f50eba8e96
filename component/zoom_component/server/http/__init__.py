"""Serve actions over HTTP: results as JSON, lists as JSON Lines, events as a stream, schemas and an OpenAPI document.

The package translates HTTP to calls and errors to statuses. Callers name connections; secrets stay in this process. The
server listens on this machine only, unless it has an API key.
"""
