"""Define the keys of a rule across inputs, and of a file of shared inputs and rules, as frozen models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from zoom_component.spec.input_model import InputModel
from zoom_component.spec.model_types import Key, SpecModel

__all__ = ["RuleModel", "SharedInputsFile"]


class RuleModel(SpecModel):
    """Describe a rule across inputs."""

    use: str | None = Field(
        None,
        description="The name of a shared rule in _inputs.yaml. It replaces the keys below.",
        examples=["weeklyNeedsDays"],
    )
    inputs: list[str] | None = Field(
        None, min_length=1, description="The inputs that the message is about.", examples=[["weeklyDay"]]
    )
    json_schema: dict[str, Any] | None = Field(
        None,
        alias="schema",
        description="A JSON Schema that the object of all inputs has to match.",
        examples=[{"required": ["weeklyDay"]}],
    )
    message: str | None = Field(
        None,
        description="What is wrong and what to do, in whole sentences.",
        examples=["A weekly meeting needs its days. Give Weekly Day."],
    )
    severity: Literal["error", "warning"] | None = Field(
        None,
        description="With `warning`, a call that violates the rule is sent, and returns the message.",
        examples=["warning"],
    )


class SharedInputsFile(SpecModel):
    """Describe the inputs that several actions use: actions/_inputs.yaml, or _inputs.yaml in a resource's folder."""

    everyAction: list[str] = Field(
        default_factory=list,
        description="Shared inputs that every action below this folder has.",
        examples=[["connection"]],
    )
    inputs: dict[Key, InputModel] = Field(
        default_factory=dict,
        description="Inputs by key, for `use` in this folder and the folders below.",
        examples=[{"userId": {"label": "User Id", "target": "path"}}],
    )
    rules: dict[Key, RuleModel] = Field(
        default_factory=dict,
        description="Rules by name, for `use` in this folder and the folders below.",
        examples=[
            {
                "toNeedsFrom": {
                    "inputs": ["to"],
                    "schema": {"dependentRequired": {"to": ["from"]}},
                    "message": "Give From too.",
                }
            }
        ],
    )
