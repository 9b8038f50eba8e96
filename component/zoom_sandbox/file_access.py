"""Who may have a file that lies outside the API: whoever brings a bearer token, or one in the query.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings
(download_access_token)
"""

from __future__ import annotations

from collections.abc import Callable

from zoom_sandbox.account import Account
from zoom_sandbox.errors import invalid_token_error
from zoom_sandbox.messages import Request
from zoom_sandbox.oauth import OAuth

_IN_QUERY = ("access_token", "download_access_token")


def check_file_access(account: Account, request: Request, is_file_token: Callable[[str], bool]) -> None:
    """Refuse (401/124) who brings no good token; `opens` tells of a token that was made for this file."""
    query = dict(request.query)
    headers = [request.headers.get("authorization", "")]
    headers += [f"Bearer {query[name]}" for name in _IN_QUERY if name in query]
    for header in headers:
        if account.store(OAuth).has_valid_token(header) or is_file_token(header.strip().partition(" ")[2].strip()):
            return
    raise invalid_token_error()
