"""Build the specs of the two kinds of connection, and define the secrets that the tests plant and search for."""

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
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def build_spec(key: str) -> ConnectionSpec:
    content = read_kind(key)
    inputs = {name: Input(key=name, **spec) for name, spec in content.pop("inputs").items()}
    return ConnectionSpec(inputs=inputs, **content)


SPECS = {key: build_spec(key) for key in ("oauth", "serverToServer")}
OAUTH = SPECS["oauth"]
SERVER = SPECS["serverToServer"]
