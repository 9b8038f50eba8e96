"""Decide how a connection leaves this machine: through which proxy, and which certificate authorities it trusts.

Everything that sends goes through here: calls, token requests, the WebSocket and forwards. The package knows URLs and
sockets; it does not know tokens, actions or events. `proxies` and `no_proxy` are pure.
"""
