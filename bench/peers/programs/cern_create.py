"""Create one meeting with zoom-python-client, in a process of its own."""

import json
import os
import time

from zoom_python_client.zoom_api_client import ZoomApiClient

os.environ["ZOOM_ACCESS_TOKEN"], os.environ["ZOOM_ACCESS_TOKEN_EXPIRE"] = "bench-token", str(int(time.time()) + 36_000)
client = ZoomApiClient("account", "client", "secret", api_endpoint=os.environ["BENCH_URL"])
MEETING = {"topic": "Daily Meeting", "duration": 30}
answer = client.make_post_request("/users/me/meetings", data=json.dumps(MEETING))
assert answer is not None
print(answer.json()["id"])
