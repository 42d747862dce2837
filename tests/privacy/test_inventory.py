"""Every field of every table has a classification with a legal basis and a retention, and the command prints them all."""

from collections import defaultdict
from io import StringIO

from django.core.management import call_command
from django.db import connection, models

from clicksafely.accounts.models import User
from clicksafely.common.data_inventory import columns_to_classify
from clicksafely.privacy import inventory, legal_basis, library_tables
from hotline.retention.inventory import kept_fields

# Columns that can identify a sender or recipient, with any name.
OF_PEOPLE = (models.EmailField, models.GenericIPAddressField, models.BinaryField)


def named() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in inventory.entries():
        found[entry.label].append(entry.field)
    return found


def test_every_field_of_every_table_is_classified_once() -> None:
    said = named()
    wrong = {}
    for model in inventory.models():
        label = model._meta.label
        wanted = sorted(kept_fields(model) if label.startswith("hotline.") else columns_to_classify(model))
        if sorted(said[label]) not in (wanted, [inventory.ALL]):
            wrong[label] = sorted({*said[label]} ^ {*wanted}) or "twice"
    assert wrong == {}


def test_the_database_has_no_table_that_no_model_knows(db: None) -> None:
    known = {model._meta.db_table for model in inventory.models()}
    assert {*connection.introspection.table_names()} - known == {"django_migrations"}


def test_what_is_said_to_hold_nobody_could_hold_nobody() -> None:
    leaks = {}
    for app, names in library_tables.IMPERSONAL_TABLES.items():
        for name in names.split():
            model = next(each for each in inventory.models() if each._meta.label == f"{app}.{name}")
            fields = [field for field in model._meta.concrete_fields if isinstance(field, models.Field)]
            people = {field.name for field in fields if isinstance(field, OF_PEOPLE)}
            people |= {field.name for field in fields if field.related_model is User}
            people |= {"sealed"} if getattr(model, "sealed_fields", ()) else set()
            # The position of an event in the chain, and the hash of a bundle's content.
            people -= {"mac", "key", "digest"}
            if people:
                leaks[model._meta.label] = people
    assert leaks == {}


def test_nothing_is_named_that_is_not_there() -> None:
    labels = {model._meta.label for model in inventory.models()}
    impersonal = {f"{app}.{name}" for app, names in library_tables.IMPERSONAL_TABLES.items() for name in names.split()}
    assert {*library_tables.LIBRARY_TABLES, *impersonal, *legal_basis.explicitly_classified()} - labels == set()
    assert {label for label in labels if hasattr(inventory_model(label), "field_inventory")} & {
        *library_tables.LIBRARY_TABLES,
        *impersonal,
    } == set()


def inventory_model(label: str) -> type[models.Model]:
    return next(each for each in inventory.models() if each._meta.label == label)


def test_everything_has_grounds_and_an_end() -> None:
    known = {value for name, value in vars(legal_basis).items() if name.isupper() and isinstance(value, str)}
    for entry in inventory.entries():
        assert any(part in entry.ground for part in known), entry
        assert entry.until, entry


def test_the_command_prints_every_field() -> None:
    printed = StringIO()
    call_command("data_inventory", stdout=printed)
    rows = [line.strip("| ").split(" | ") for line in printed.getvalue().splitlines() if line.startswith("| ")]
    assert rows[0] == ["table", "field", "storage", "legal basis", "retention"]
    assert [(table, field.strip("`"), *rest) for table, field, *rest in rows[1:]] == [*inventory.entries()]
