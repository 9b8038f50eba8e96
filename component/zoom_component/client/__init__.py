"""Call actions: inputs are checked and bound to a request, which is sent over a connection.

Nothing here knows webhooks, listeners, the sandbox or the command line.
"""
