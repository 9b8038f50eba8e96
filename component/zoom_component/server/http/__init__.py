"""The door for other languages and platforms: actions over HTTP, lists as JSON Lines, schemas and an OpenAPI page.

It translates HTTP to calls and errors to statuses; connections are named and their secrets stay here. It listens on
this machine, and elsewhere only to those who know the key.
"""
