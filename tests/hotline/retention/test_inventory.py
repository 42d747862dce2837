"""The inventory names every field, and fields called sealed are sealed."""

import pytest
from django.apps import apps

from clicksafely.common.data_inventory import could_hold_person
from hotline.retention import inventory
from hotline.retention.inventory import FIELDS, HOW, MACHINERY, SETTINGS, UNTIL
from tests.cases import failed_cases

MODELS = {model.__name__: model for model in apps.get_app_config("hotline").get_models()}

pytestmark = pytest.mark.texts


def test_every_field_is_classified_once() -> None:
    assert not FIELDS.keys() & {*SETTINGS, *MACHINERY}

    def check(name: str) -> None:
        named = sorted(field for fields in FIELDS.get(name, {}).values() for field in fields.split())
        assert named == sorted(inventory.kept_fields(MODELS[name]))

    assert failed_cases(check, MODELS.keys() - {*SETTINGS, *MACHINERY}) == {}


def test_nothing_is_named_that_is_not_there() -> None:
    assert {*FIELDS, *SETTINGS, *MACHINERY} == MODELS.keys()


def test_personal_fields_of_setting_tables_are_named() -> None:
    def check(name: str) -> None:
        could = {field.name for field in MODELS[name]._meta.concrete_fields if could_hold_person(field)}
        named = {*(SETTINGS | MACHINERY)[name].split()}
        assert named == could, f"name {sorted(could ^ named)} of {name} in hotline/retention/inventory.py"

    assert failed_cases(check, SETTINGS | MACHINERY) == {}


def test_the_words_of_the_inventory_are_known() -> None:
    assert {(how in HOW, until in UNTIL) for kinds in FIELDS.values() for how, until in kinds} == {(True, True)}


def test_sealed_fields_equal_those_declared_for_rotation() -> None:
    def check(name: str) -> None:
        declared = {getattr(place, "column", "file") for place in getattr(MODELS[name], "sealed_fields", ())}
        called = {
            field for (how, _until), fields in FIELDS[name].items() if how == "sealed" for field in fields.split()
        }
        # Queued addresses are sealed with another secret (ADR 0007).
        assert called - ({"sealed"} if name == "OutgoingMail" else set()) == declared

    assert failed_cases(check, FIELDS) == {}


def test_settings_hold_nothing_sealed_and_belong_to_no_report() -> None:
    for name in (*SETTINGS, *MACHINERY):
        assert not getattr(MODELS[name], "sealed_fields", ())
        related = {field.related_model.__name__ for field in MODELS[name]._meta.concrete_fields if field.related_model}
        assert not related & {"Report", "ContentItem", "Upload"}
