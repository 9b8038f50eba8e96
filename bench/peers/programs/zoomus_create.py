"""Create one meeting with zoomus, in a process of its own; its client always asks for a token first."""

import os

from zoomus import ZoomClient

BASE_URL = os.environ["BENCH_URL"]
OAUTH_URL = BASE_URL.removesuffix("/v2") + "/oauth/token"
client = ZoomClient("client", "secret", "account", base_uri=BASE_URL, oauth_uri=OAUTH_URL)
answer = client.meeting.create(user_id="me", topic="Daily Meeting", duration=30)
print(answer.json()["id"])
