"""Make the bytes of recorded files: always the same for a file, and of its type.

Video and audio files are MP4 containers without content: players open them, and they are empty.
"""

from __future__ import annotations

import hashlib
import json

from zoom_sandbox.resources.past.state import PastInstance
from zoom_sandbox.resources.recordings.state import RecordingFile
from zoom_sandbox.times import format_time

CONTENT_TYPES = {
    "MP4": "video/mp4",
    "M4A": "audio/mp4",
    "TXT": "text/plain; charset=utf-8",
    "VTT": "text/vtt; charset=utf-8",
    "CSV": "text/csv; charset=utf-8",
    "JSON": "application/json",
    "JPG": "image/jpeg",
}
_BRANDS = {"MP4": b"isom", "M4A": b"M4A "}
_HEAD = 8  # bytes for the length and the name of a box


def build_content(instance: PastInstance, file: RecordingFile) -> bytes:
    """Return the bytes of a file, exactly as many as its size."""
    if brand := _BRANDS.get(file.extension):
        return _build_container(brand, file)
    return build_text(instance, file.extension).ljust(file.size)[: file.size]


def build_text(instance: PastInstance, extension: str) -> bytes:
    """Return the text of a file about an instance."""
    if extension == "VTT":
        return _build_transcript(instance).encode()
    if extension == "JSON":
        return json.dumps(
            {"topic": instance.topic, "people": [person.name for person in instance.participants]}, allow_nan=False
        ).encode()
    if extension == "CSV":
        return "\r\n".join(["name,email", *(f"{each.name},{each.email}" for each in instance.participants)]).encode()
    lines = [f"{format_time(each.join_time)[11:19]}\t{each.name}:\tHello, everybody." for each in instance.participants]
    return "\r\n".join(lines).encode()


def _build_transcript(instance: PastInstance) -> str:
    cues = []
    for index, person in enumerate(instance.participants, 1):
        second = _format_seconds(index)
        text = f"{person.name}: Let us talk about {instance.topic}."
        cues.append(f"{index}\r\n{second}.000 --> {second}.900\r\n{text}")
    return "\r\n\r\n".join(["WEBVTT", *cues]) + "\r\n"


def _format_seconds(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _build_container(brand: bytes, file: RecordingFile) -> bytes:
    file_type = b"ftyp" + brand + bytes(4) + brand + b"mp42"
    head = (len(file_type) + 4).to_bytes(4, "big") + file_type
    rest = max(file.size - len(head), _HEAD)
    digest = hashlib.sha256(file.id.encode()).digest()
    content = (digest * (rest // len(digest) + 1))[: rest - _HEAD]
    return (head + rest.to_bytes(4, "big") + b"mdat" + content)[: file.size]
