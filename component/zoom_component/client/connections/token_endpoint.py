"""The one place of this room that sends: it drives a token flow over the wire, with patience for a sick server.

Redirects are not followed and proxies of the environment not used: a client secret goes to the token URL or nowhere.
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
    """Sends token requests. Times are in seconds; `sleep` and `chance` (0 to 1) are injected for tests.

    So is `transport`, which is closed after each flow and has to go on all the same.
    """

    timeout: float = 10.0
    attempts: int = 4
    first_wait: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    transport: httpx.BaseTransport | None = None

    def fetch_token(self, flow: TokenFlow) -> Token:
        """Run a flow to its token. Raises ConnectionFailed, or Unavailable, TimedOut and RateLimited for later."""
        # Late, since a call with a token at hand needs none of it.
        import httpx

        request = next(flow)
        require_secure_url(request.url, "token URL")
        with httpx.Client(
            trust_env=False, follow_redirects=False, timeout=self.timeout, transport=self.transport
        ) as client:
            while True:
                try:
                    request = flow.send(self._persist(client, request))
                except StopIteration as end:
                    token: Token = end.value
                    return token

    def _persist(self, client: httpx.Client, request: TokenRequest) -> Reply:
        """Ask until the answer is not a server's failure, a few times: each wait is longer, jittered and never zero."""
        for attempt in range(1, self.attempts):
            reply = _send(client, request)
            if reply.status < 500:
                return reply
            self.sleep(self.first_wait * 2 ** (attempt - 1) * (0.5 + self.random()))
        return _send(client, request)


def _send(client: httpx.Client, request: TokenRequest) -> Reply:
    import httpx

    try:
        answer = client.post(
            request.url,
            data=dict(request.form),
            auth=httpx.BasicAuth(request.client_id, request.client_secret),
        )
    except httpx.TimeoutException:
        raise TimedOut("Zoom's token address does not answer in time. Try again in some minutes.") from None
    except httpx.TransportError as error:
        raise Unavailable(
            "Zoom's token address cannot be reached. Check the network, and the connection's token URL.",
            detail=type(error).__name__,
        ) from None
    except (httpx.InvalidURL, ValueError):
        raise ConnectionFailed("The token URL of this connection is not a whole address.", reconnect=True) from None
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)
