"""Check access to files outside the API, which takes a bearer token or a token in the query.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings
(download_access_token)
"""

from __future__ import annotations

from collections.abc import Callable

from zoom_sandbox.account import Account
from zoom_sandbox.errors import invalid_token_error
from zoom_sandbox.messages import Request
from zoom_sandbox.oauth import OAuth

_QUERY_PARAMETERS = ("access_token", "download_access_token")


def check_file_access(account: Account, request: Request, is_file_token: Callable[[str], bool]) -> None:
    """Raise ApiError (401/124) for a request without a valid token.

    `is_file_token` returns whether a token was issued for this file only.
    """
    query = dict(request.query)
    headers = [request.headers.get("authorization", "")]
    headers += [f"Bearer {query[name]}" for name in _QUERY_PARAMETERS if name in query]
    for header in headers:
        token = header.strip().partition(" ")[2].strip()
        if account.store(OAuth).has_valid_token(header) or is_file_token(token):
            return
    raise invalid_token_error()
