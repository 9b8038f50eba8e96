"""Define the keys of a connection file as a frozen model, with the meaning and an example of each key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from zoom_component.spec.input_model import InputModel
from zoom_component.spec.model_types import FILE_KEY, FILE_LABEL, Key, SpecModel, ValueMeanings

__all__ = ["ConnectionFile"]

Grant = Annotated[
    Literal["authorization_code", "account_credentials"],
    ValueMeanings(
        {
            "authorization_code": "a user allows the app on a consent page; tokens are refreshed",
            "account_credentials": "the app acts for its own account, without a user",
        }
    ),
]


class ConnectionFile(SpecModel):
    """Describe a kind of connection: connections/<key>.yaml."""

    key: Key = Field(description=FILE_KEY, examples=["oauth"])
    label: str = Field(description=FILE_LABEL, examples=["OAuth 2.0"])
    description: str = Field(
        description="On whose behalf the connection acts, on one line.",
        examples=["Acts for the user who allows the app"],
    )
    grant: Grant = Field(description="The OAuth grant that issues the tokens.", examples=["authorization_code"])
    pkce: Literal["S256", "plain"] | None = Field(
        None, description="The PKCE code challenge method; no PKCE by default.", examples=["S256"]
    )
    inputs: dict[Key, InputModel] = Field(
        description="The fields of the connection, by key.",
        examples=[{"clientSecret": {"label": "Client Secret", "type": "password", "required": True}}],
    )
    notes: str | None = Field(
        None,
        description="Markdown that explains how to set up the app.",
        examples=["Copy both values from the app's page."],
    )
