"""Send token requests.

This is the one module of the package that sends; it repeats a request if a server fails. It does not follow redirects
or use the proxies of the environment: a client secret goes to the token URL only.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoom_component.client.connections.grants import TokenFlow, TokenRequest
from zoom_component.client.connections.tokens import Token
from zoom_component.client.connections.urls import require_secure_url
from zoom_component.errors import ConnectionFailed, TimedOut, Unavailable
from zoom_component.messages import Reply

if TYPE_CHECKING:
    import httpx

__all__ = ["TokenEndpoint"]


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Fetch tokens over HTTP.

    `timeout` and `first_wait` are in seconds; each further wait is twice as long. `sleep`, `random` (a number from 0
    to 1) and `transport` are replaced in tests; `transport` is closed after each flow and has to stay usable.
    """

    timeout: float = 10.0
    attempts: int = 4
    first_wait: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    transport: httpx.BaseTransport | None = None

    def fetch_token(self, flow: TokenFlow) -> Token:
        """Run a flow and return its token.

        Raise ConnectionFailed if a person has to act; Unavailable, TimedOut or RateLimited if a later call may succeed.
        """
        # Imported late: a call that has a token already does not need it.
        import httpx

        request = next(flow)
        require_secure_url(request.url, "token URL")
        with httpx.Client(
            trust_env=False, follow_redirects=False, timeout=self.timeout, transport=self.transport
        ) as client:
            while True:
                try:
                    request = flow.send(self._send_repeatedly(client, request))
                except StopIteration as end:
                    token: Token = end.value
                    return token

    def _send_repeatedly(self, client: httpx.Client, request: TokenRequest) -> Reply:
        """Send a request until the answer is not 5xx, `attempts` times at most."""
        for attempt in range(1, self.attempts):
            reply = _send(client, request)
            if reply.status < 500:
                return reply
            self.sleep(self.first_wait * 2 ** (attempt - 1) * (0.5 + self.random()))
        return _send(client, request)


def _send(client: httpx.Client, request: TokenRequest) -> Reply:
    import httpx

    try:
        response = client.post(
            request.url,
            data=dict(request.form),
            auth=httpx.BasicAuth(request.client_id, request.client_secret),
        )
    except httpx.TimeoutException:
        raise TimedOut("Zoom's token endpoint does not answer in time. Retry in a few minutes.") from None
    except httpx.TransportError as error:
        raise Unavailable(
            "Zoom's token endpoint cannot be reached. Check the network, and the connection's token URL.",
            detail=type(error).__name__,
        ) from None
    except (httpx.InvalidURL, ValueError):
        raise ConnectionFailed("The token URL of this connection is not a valid URL.", reconnect=True) from None
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content)
