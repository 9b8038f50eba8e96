"""The OpenAPI document of the gateway is one, and says the same each time."""

from __future__ import annotations

from openapi_spec_validator import validate

from zoom_component.export.openapi import document
from zoom_component.language.catalogue import Catalogue

CATALOGUE = Catalogue()
DOCUMENT = document(CATALOGUE)


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_the_document_has_every_action_and_an_address_for_the_items_of_each_list() -> None:
    for row in CATALOGUE.listing():
        key = row["key"]
        assert f"/actions/{key}" in DOCUMENT["paths"]
        assert (f"/actions/{key}/items" in DOCUMENT["paths"]) is (CATALOGUE.action(key).pages is not None)


def test_the_document_is_the_same_each_time() -> None:
    assert document(Catalogue()) == DOCUMENT
