"""What apps keep of people, field by field. A model says it itself: `field_inventory = {(how, until): "field field ..."}`.

`docs/data-inventory.md` lists it beside the hotline's, which has an inventory of its own because its rules are data.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.apps import apps
from django.db.models import Field, Model

SEALED: Final = "sealed"
DIGEST: Final = "digest or key, opens and tells nothing by itself"
CODES: Final = "clear: codes, numbers, times"
PUPIL: Final = "clear: what a pupil without a name did"
SCHOOL: Final = "clear: which school"
FOR_FIGURES: Final = "kept, for figures"
STAFF: Final = "clear: who of the staff"
PSEUDONYM: Final = "clear: a pseudonym, or what stands beside it"
STAFF_TEXT: Final = "clear: written by staff or partners"
AS_RECORD: Final = "kept, as the record of the panel; the name of whoever is forgotten is taken out"
PUBLISHED: Final = "clear: public, or to be; compared with the names of members before"
UNTIL_ISSUED: Final = "until the edition is issued or given up, minutes as a rule"
AS_ISSUED: Final = "kept as it was issued or recorded: nobody changes it"
MEMBER_TEXT: Final = "clear: what somebody wrote, out of which a name is taken when it is forgotten"
FOR_SAFETY: Final = "kept, to protect a child"
AFTER_LEAVING: Final = "`PANEL_RETENTION_DAYS` after leaving the panel, or at once where the member wants it"
AFTER_THE_CODE: Final = (
    "30 days after the code runs out; an unused one at once where the consent is withdrawn or the member leaves"
)
WITH_THE_SESSION: Final = "12 hours at most; at once where the member signs out or the consent is withdrawn"
WITH_THE_CONSULTATION: Final = "kept with the consultation, under a number once the member is forgotten"
WITH_THE_CLASS: Final = "until the teacher ends the class, a day at most"
WITH_THE_RECORD: Final = "kept with the public text, as its history"
PERMANENT: Final = "kept, as proof"
AFTER_THE_DATE: Final = "30 days after the date; at once where the school has cancelled and wants it"


class InventoryField(NamedTuple):
    """One field: how it is kept, and until when."""

    model: str
    field: str
    how: str
    until: str


def models_with_inventory() -> list[type[Model]]:
    """The models that say what they keep, by their names."""
    found = [model for model in apps.get_models() if hasattr(model, "field_inventory")]
    return sorted(found, key=lambda model: model.__name__)


def inventory_fields() -> Iterator[InventoryField]:
    """Every field that they name, in the order in which they do."""
    for model in models_with_inventory():
        for (how, until), fields in model.field_inventory.items():  # type: ignore[attr-defined]
            yield from (InventoryField(model.__name__, field, how, until) for field in fields.split())


def columns_to_classify(model: type[Model]) -> list[str]:
    """What a model has to name: its columns but the ids."""
    columns = [field.name for field in model._meta.concrete_fields if isinstance(field, Field)]
    return [name for name in columns if name not in {"id", "uuid"}]
