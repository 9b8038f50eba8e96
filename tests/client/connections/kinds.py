"""The two kinds of connection, made from their YAML, and the secrets that these tests plant and then look for."""

from __future__ import annotations

from typing import Any

import yaml

from zoom_component.paths import get_bundle_dir
from zoom_component.spec.spec import ConnectionSpec, Input

SECRET = "planted-client-secret"
ACCESS = "planted-access"
REFRESH = "planted-refresh"
PLANTED = "planted-"

CLIENT = {"clientId": "app-1", "clientSecret": SECRET}
ACCOUNT = {**CLIENT, "accountId": "account-1"}


def read_kind(key: str) -> dict[str, Any]:
    file = get_bundle_dir() / "connections" / f"{key}.yaml"
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def build_spec(key: str) -> ConnectionSpec:
    found = read_kind(key)
    inputs = {name: Input(key=name, **words) for name, words in found.pop("inputs").items()}
    return ConnectionSpec(inputs=inputs, **found)


SPECS = {key: build_spec(key) for key in ("oauth", "serverToServer")}
OAUTH = SPECS["oauth"]
SERVER = SPECS["serverToServer"]
