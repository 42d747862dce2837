"""The models' data inventory is complete, and correct for sealed fields."""

import pytest
from django.apps import apps
from django.db.models import Model

from clicksafely.common import data_inventory
from tests.cases import failed_cases

EVENTS = [apps.get_model("events", name) for name in ("Booking", "BookingWish", "BookingEmail")]

pytestmark = pytest.mark.texts


def test_models_with_personal_data_have_an_inventory() -> None:
    sealed = {model for model in apps.get_models() if hasattr(model, "sealed_fields")}
    outside = {model for model in sealed if model._meta.app_label != "hotline" and model._meta.managed}
    assert {*outside, *EVENTS} <= set(data_inventory.models_with_inventory())


def test_every_field_is_named_once() -> None:
    fields = list(data_inventory.inventory_fields())

    def check(model: type[Model]) -> None:
        named = [each.field for each in fields if each.model == model.__name__]
        columns = {field.name for field in model._meta.concrete_fields}
        wanted = data_inventory.columns_to_classify(model)
        assert sorted(named) == sorted(wanted), f"{model._meta.label}: {sorted({*named} ^ {*wanted})}"
        assert {*named} <= columns

    assert failed_cases(check, data_inventory.models_with_inventory()) == {}


def test_sealed_fields_are_declared_for_rotation() -> None:
    fields = list(data_inventory.inventory_fields())

    def check(model: type[Model]) -> None:
        called = {each.field for each in fields if (each.model, each.how) == (model.__name__, data_inventory.SEALED)}
        assert called == {place.column for place in getattr(model, "sealed_fields", ())}

    assert failed_cases(check, data_inventory.models_with_inventory()) == {}


def test_the_panel_says_of_everything_what_it_keeps() -> None:
    silent = {model.__name__ for model in apps.get_app_config("youthpanel").get_models()}
    assert silent - {model.__name__ for model in data_inventory.models_with_inventory()} == set()
