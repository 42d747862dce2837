"""Data inventory of models, declared beside the fields and printed by `manage.py data_inventory`."""

from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Field, Model
from modeltranslation.fields import TranslationField

# Forms and retentions of personal data. The hotline has further ones in `hotline/data_inventory.py`.
SEALED: Final = "sealed"
DIGEST: Final = "digest or key, reveals nothing by itself"
CODES: Final = "clear: codes, numbers, times"
PUPIL: Final = "clear: answers of a pupil without a name"
SCHOOL: Final = "clear: which school"
FOR_FIGURES: Final = "kept, for figures"
STAFF: Final = "clear: member of staff"
PSEUDONYM: Final = "clear: a pseudonym, or data linked to it"
STAFF_TEXT: Final = "clear: written by staff or partners"
AS_RECORD: Final = "kept, as the record of the panel; an erased member's name is removed"
PUBLISHED: Final = "clear: public or to be published; checked for names of members beforehand"
UNTIL_ISSUED: Final = "until the edition is issued or abandoned, usually minutes"
AS_ISSUED: Final = "kept unchanged, as issued or recorded"
MEMBER_TEXT: Final = "clear: a member's text; the name is removed when the member is erased"
FOR_SAFETY: Final = "while the note about a child is open; 5 years after it is closed"
AFTER_LEAVING: Final = "180 days after leaving the panel, or at once at the member's request"
AFTER_THE_CODE: Final = (
    "30 days after the slip expires; digests at once when it is replaced, the consent is withdrawn or the member leaves"
)
UNTIL_APPROVED: Final = "until another person approves it or the member is erased"
WITH_THE_SESSION: Final = "12 hours at most; at once when the member signs out or the consent is withdrawn"
WITH_THE_CONSULTATION: Final = "kept with the consultation, under a number once the member is erased"
UNTIL_RESULTS: Final = "until the results of the consultation are first shown; figures without a link remain"
WITH_THE_CLASS: Final = "until the teacher ends the class, a day at most"
UNTIL_REMOVED: Final = "until the person removes it, or the account is closed or loses the role"
AUTHOR: Final = "clear: name of an author, published"
WITH_THE_PAGE: Final = "kept with the public page"
WITH_THE_RECORD: Final = "kept with the public text, as its history"
UNTIL_SAVED: Final = "until the editor saves or discards the form, 14 days at most"
PERMANENT: Final = "kept, as evidence"
UNTIL_LINKED: Final = "until the event is linked, seconds after its transaction"
AFTER_THE_VISIT: Final = (
    "30 days after the date made from it, or else after the last week asked for; at once at the person's request"
)
AFTER_THE_DATE: Final = "30 days after the date; at once when the school has cancelled and requests it"


_NUMBERS_AND_TIMES: Final = (
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.FloatField,
    models.IntegerField,
    models.TimeField,
    models.UUIDField,
)


def models_with_inventory() -> list[type[Model]]:
    """Return the models with a `field_inventory`, sorted by name."""
    found = [model for model in apps.get_models() if hasattr(model, "field_inventory")]
    return sorted(found, key=lambda model: model.__name__)


def columns_to_classify(model: type[Model]) -> list[str]:
    """Return the columns that a model has to classify: all but `id` and `uuid`, and "file" for a sealed file.

    A model names the fields that hold personal data in `field_inventory = {(how, until): "field field ..."}`. Its other
    texts, references and files are in `impersonal_fields = "field field ..."`. With `impersonal_fields`, only columns
    that it does not name and that could hold data of a person must be classified.
    """
    files = ["file" for place in getattr(model, "sealed_fields", ()) if not hasattr(place, "column")]
    columns = [field for field in model._meta.concrete_fields if field.name not in {"id", "uuid"}]
    impersonal = getattr(model, "impersonal_fields", None)
    if impersonal is None:
        return [*(field.name for field in columns), *files]
    named = impersonal.split()
    return [field.name for field in columns if could_hold_person(field) and _name_in_forms(field) not in named]


def could_hold_person(field: "Field[Any, Any]") -> bool:
    """Return whether a column could hold data of a person.

    False for numbers, dates, choices, and references to a table without people.
    """
    if field.related_model is not None:
        return field.related_model == get_user_model() or any(
            how not in {AUTHOR, CODES, STAFF} for how, _until in getattr(field.related_model, "field_inventory", {})
        )
    base = getattr(field, "base_field", field)
    return not (field.choices or base.choices or isinstance(base, _NUMBERS_AND_TIMES))


def _name_in_forms(field: "Field[Any, Any]") -> str:
    """Return the name of a field, of a language column that of its translated field."""
    return str(field.translated_field.name) if isinstance(field, TranslationField) else field.name
