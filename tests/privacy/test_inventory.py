"""Every field of every table has a classification with a legal basis and a retention, and the command prints them all."""

import inspect
from collections import defaultdict
from io import StringIO

from django.core.management import call_command
from django.db import connection, models

from clicksafely.common.data_inventory import columns_to_classify
from clicksafely.privacy import inventory, legal_basis, library_tables
from clicksafely.privacy.data_subjects import DATA_SUBJECTS
from tests.cases import failed_cases

# Columns that can identify a sender or recipient, with any name.
OF_PEOPLE = (models.EmailField, models.GenericIPAddressField, models.BinaryField)


def named() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in inventory.entries():
        found[entry.label].append(entry.field)
    return found


def test_every_field_of_every_table_is_classified_once() -> None:
    classified = named()

    def check(model: type[models.Model]) -> None:
        label = model._meta.label
        required = columns_to_classify(model)
        found = [field for field in classified[label] if field != inventory.ALL]
        if found == [] != classified[label] and not hasattr(model, "impersonal_fields"):
            return
        if label in library_tables.LIBRARY_TABLES:
            place = "clicksafely/privacy/library_tables.py"
        else:
            place = f"`field_inventory` or `impersonal_fields` in {inspect.getsourcefile(model)}"
        missing = sorted({*required} - {*found})
        assert not missing, f"classify {' '.join(missing)} in {place}"
        assert sorted(found) == sorted(required), f"{sorted(found)} are not the fields to classify: {sorted(required)}"

    assert failed_cases(check, inventory.models()) == {}


def test_the_database_has_no_table_that_no_model_knows(db: None) -> None:
    model_tables = {model._meta.db_table for model in inventory.models()}
    assert {*connection.introspection.table_names()} - model_tables == {"django_migrations"}


def test_impersonal_fields_cannot_hold_personal_data() -> None:
    def check(model: type[models.Model]) -> None:
        columns = {field.name: field for field in model._meta.concrete_fields}
        named = getattr(model, "impersonal_fields", "").split()
        assert {*named} <= columns.keys(), "no such field"
        classified = {*" ".join(getattr(model, "field_inventory", {}).values()).split()}
        assert not classified & {*named}, "both personal and impersonal"
        # The position of an event in the chain, and the hash of a bundle's content.
        impersonal = {"mac", "mac_without_txid", "key", "digest"}
        people = {name for name in named if isinstance(columns[name], OF_PEOPLE)} - impersonal
        assert not people, f"{people} can identify a person"
        assert not getattr(model, "sealed_fields", ()), "sealed"

    assert failed_cases(check, [model for model in inventory.models() if hasattr(model, "impersonal_fields")]) == {}


def test_no_table_of_relations_leads_to_a_person_unnoticed() -> None:
    people = {subject.model for subject in DATA_SUBJECTS.values()}
    leading = {
        model._meta.label
        for model in inventory.models()
        if model._meta.auto_created and people & {field.related_model for field in model._meta.concrete_fields}
    }
    assert leading - library_tables.LIBRARY_TABLES.keys() == set()


def test_nothing_is_named_that_is_not_there() -> None:
    labels = {model._meta.label for model in inventory.models()}
    named = {*library_tables.LIBRARY_TABLES, *library_tables.IMPERSONAL_TABLES}
    assert {*named, *legal_basis.explicitly_classified()} - labels == set()
    declaring = {
        model._meta.label
        for model in inventory.models()
        if hasattr(model, "field_inventory") or hasattr(model, "impersonal_fields")
    }
    assert declaring & named == set()


def test_everything_has_grounds_and_an_end() -> None:
    grounds = {value for name, value in vars(legal_basis).items() if name.isupper() and isinstance(value, str)}
    for entry in inventory.entries():
        assert any(part in entry.ground for part in grounds), entry
        assert entry.until, entry


def test_the_command_prints_every_field() -> None:
    printed = StringIO()
    call_command("data_inventory", stdout=printed)
    rows = [line.strip("| ").split(" | ") for line in printed.getvalue().splitlines() if line.startswith("| ")]
    assert rows[0] == ["table", "field", "storage", "legal basis", "retention"]
    assert [(table, field.strip("`"), *rest) for table, field, *rest in rows[1:]] == [*inventory.entries()]
