"""Create one meeting with pyzoom, in a process of its own."""

import os

from pyzoom import ZoomClient

client = ZoomClient("bench-token", base_url=os.environ["BENCH_URL"])
meeting = client.meetings.create_meeting("Daily Meeting", start_time="2030-03-04T09:30:00", duration_min=30)
print(meeting.id)
