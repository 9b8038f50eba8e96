"""Create one meeting with http.client, in a process of its own."""

import json
import os
from http.client import HTTPConnection
from urllib.parse import urlsplit

address = urlsplit(os.environ["BENCH_URL"])
MEETING = {"topic": "Daily Meeting", "duration": 30}
HEADERS = {"authorization": "Bearer bench-token", "content-type": "application/json"}
connection = HTTPConnection(address.hostname or "", address.port)
connection.request("POST", address.path + "/users/me/meetings", json.dumps(MEETING), HEADERS)
print(json.loads(connection.getresponse().read())["id"])
