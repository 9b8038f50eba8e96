"""Call actions: validate the inputs, build the request, and send it over a connection.

Nothing here knows webhooks, listeners, the sandbox or the command line.
"""
