"""Fields of a game's content. JSON Schema, editor form, search text and reference checks derive from them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_verbose_name

from awareness.publishing.forms import PageField
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS

type Row = dict[str, Any]
type Schema = dict[str, Any]
# A text, or a lazy translation.
type Words = Any
# The keys of the rows to which a field can refer, with their names.
type Offered = Sequence[tuple[str, str]]

LANGUAGES: Final = ("sr", "en")
KEY: Final = r"^[a-z0-9][a-z0-9-]{0,39}$"
KEY_RULE: Final = _("Use lower-case letters, digits and hyphens.")
MISSING: Final = _("“%(value)s” does not exist.")
SLUG: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}
# A text that is not blank. Drafts may have blank ones: see `schema.draft_schema`.
NOT_BLANK: Final = r"\S"
# Longer texts have a text area.
_MAX_LINE_LENGTH: Final = 300


def record(*, optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Return the schema of an object with these properties only."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def text_schema(most: int) -> Schema:
    """Return the schema of a text in both languages."""
    text = {"type": "string", "pattern": NOT_BLANK, "maxLength": most}
    return record(sr=text, en=text)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a row. `default` is its value where the document has none; without one, the document must have it."""

    name: str
    label: Words
    help_text: Words = ""
    default: Any = ...
    # Name of the list whose keys the field contains.
    refers: str = ""
    # Name of the list whose rows the form offers, if that is a list within rows.
    offers: str = ""

    def schema(self) -> Schema:
        """Return the JSON Schema of a value."""
        raise NotImplementedError

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        """Return the form fields by name. `offered` are the rows of the list `offered_list`."""
        raise NotImplementedError

    @property
    def offered_list(self) -> str:
        """Name of the list whose rows the form offers; empty if there is none."""
        return self.offers or self.refers

    def to_form(self, row: Row) -> dict[str, Any]:
        """Return the initial values of the form fields."""
        return {self.name: row[self.name]}

    def from_form(self, data: Mapping[str, Any]) -> Any:
        """Return the value from cleaned form fields. Raises KeyError if one is invalid."""
        return data[self.name]

    def text(self, value: Any, language: str) -> str:
        """Return the translated text of a value for the search."""
        return ""

    def keys(self, value: Any) -> list[str]:
        """Return the keys of other rows in a value."""
        return [value] if value else []


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A text in both languages of at most `most` characters. Drafts may lack the English one. None if optional."""

    most: int

    def schema(self) -> Schema:
        return text_schema(self.most) if self.default is ... else {"anyOf": [{"type": "null"}, text_schema(self.most)]}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for language in LANGUAGES:
            widget = forms.Textarea({"rows": 4}) if self.most > _MAX_LINE_LENGTH else forms.TextInput()
            found[f"{self.name}_{language}"] = forms.CharField(
                label=build_localized_verbose_name(self.label, language),
                help_text=self.help_text if language == "sr" else "",
                max_length=self.most,
                required=self.default is ... and language == "sr",
                widget=widget,
            )
        return found

    def to_form(self, row: Row) -> dict[str, Any]:
        return {f"{self.name}_{language}": (row[self.name] or {}).get(language, "") for language in LANGUAGES}

    def from_form(self, data: Mapping[str, Any]) -> Any:
        texts = {language: data[f"{self.name}_{language}"] for language in LANGUAGES}
        return texts if self.default is ... or any(texts.values()) else None

    def text(self, value: Any, language: str) -> str:
        return str((value or {}).get(language, ""))


@dataclass(frozen=True, kw_only=True)
class Plain(Field):
    """A text without translation, such as the title of a source."""

    pattern: str = ""
    most: int = 200
    required: bool = True
    is_url: bool = False

    def schema(self) -> Schema:
        return {"type": "string", "minLength": int(self.required), "maxLength": self.most} | (
            {"pattern": self.pattern} if self.pattern else {}
        )

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        kind = forms.URLField if self.is_url else forms.CharField
        return {
            self.name: kind(label=self.label, help_text=self.help_text, max_length=self.most, required=self.required)
        }


@dataclass(frozen=True, kw_only=True)
class Slug(Field):
    """The slug of another page, or an empty text. The form has one field for it and for the kind of page."""

    def schema(self) -> Schema:
        return {"anyOf": [{"const": ""}, SLUG]}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {"page": PageField(label=self.label)}

    def to_form(self, row: Row) -> dict[str, Any]:
        return {"page": f"{row['kind']}:{row[self.name]}"}

    def from_form(self, data: Mapping[str, Any]) -> Any:
        return data["page"].partition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Key(Field):
    """The short name of the row, to which other rows refer, or a reference to another row.

    With `offered_list`, it is a reference, chosen from the rows of that list.
    """

    required: bool = True

    def schema(self) -> Schema:
        key = {"type": "string", "pattern": KEY}
        return key if self.required else {"anyOf": [{"const": ""}, key]}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        if self.offered_list:
            return {self.name: self._chooser(offered)}
        return {
            self.name: forms.CharField(
                label=self.label,
                help_text=self.help_text or _("If empty, it is made from the text."),
                max_length=40,
                required=self.required,
                validators=[RegexValidator(KEY, KEY_RULE)],
            )
        }

    def _chooser(self, offered: Offered) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=self.label,
            help_text=self.help_text,
            choices=[("", "–"), *offered],
            required=self.required,
            error_messages={"invalid_choice": MISSING},
        )


@dataclass(frozen=True, kw_only=True)
class Drawing(Key):
    """The name of a drawing in a folder of `static/img/`, or an empty text."""

    folder: str

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        names = sorted(
            name.removeprefix(f"{self.folder}/")
            for name in AVAILABLE_ILLUSTRATIONS
            if name.startswith(f"{self.folder}/")
        )
        return {self.name: self._chooser([(name, name) for name in names])}


@dataclass(frozen=True, kw_only=True)
class Keys(Field):
    """Short names of other rows, chosen from the list."""

    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "string", "pattern": KEY}, "uniqueItems": True}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {
            self.name: forms.MultipleChoiceField(
                label=self.label,
                help_text=self.help_text,
                choices=offered,
                required=False,
                widget=forms.CheckboxSelectMultiple(),
                error_messages={"invalid_choice": MISSING},
            )
        }

    def from_form(self, data: Mapping[str, Any]) -> Any:
        return list(data[self.name])

    def keys(self, value: Any) -> list[str]:
        return list(value)


@dataclass(frozen=True, kw_only=True)
class Effects(Field):
    """Changes of meters by their key. The form has a number for each meter."""

    most: int

    def schema(self) -> Schema:
        return {
            "type": "object",
            "propertyNames": {"type": "string", "pattern": KEY},
            "additionalProperties": {"type": "integer", "minimum": -self.most, "maximum": self.most},
            "maxProperties": 4,
        }

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {
            f"{self.name}-{key}": forms.IntegerField(
                label=_("change of “%(meter)s”") % {"meter": name},
                help_text=self.help_text,
                min_value=-self.most,
                max_value=self.most,
                required=False,
            )
            for key, name in offered
        }

    def to_form(self, row: Row) -> dict[str, Any]:
        return {f"{self.name}-{key}": by for key, by in (row[self.name] or {}).items()}

    def from_form(self, data: Mapping[str, Any]) -> Any:
        changes = (
            (name.removeprefix(f"{self.name}-"), by) for name, by in data.items() if name.startswith(f"{self.name}-")
        )
        return {key: by for key, by in changes if by is not None and by != ""}

    def keys(self, value: Any) -> list[str]:
        return list(value)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of the values of an enumeration. `blank`: or an empty text."""

    choices: type[models.TextChoices]
    blank: bool = False
    initial: str = ""

    def schema(self) -> Schema:
        return {"enum": [*([""] if self.blank else []), *self.choices.values]}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        choices = [*([("", "–")] if self.blank else []), *self.choices.choices]
        first = self.initial or ("" if self.blank else self.choices.values[0])
        return {
            self.name: forms.ChoiceField(
                label=self.label, help_text=self.help_text, choices=choices, required=not self.blank, initial=first
            )
        }


@dataclass(frozen=True, kw_only=True)
class PageKind(Choice):
    """The kind of another page. The form field of its slug has both."""

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {}

    def to_form(self, row: Row) -> dict[str, Any]:
        return {}

    def from_form(self, data: Mapping[str, Any]) -> Any:
        return data["page"].partition(":")[0]


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A whole number."""

    least: int
    most: int
    initial: int

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {
            self.name: forms.IntegerField(
                label=self.label,
                help_text=self.help_text,
                min_value=self.least,
                max_value=self.most,
                initial=self.initial,
            )
        }


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """Yes or no."""

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def form_fields(self, offered: Offered = ()) -> dict[str, forms.Field]:
        return {self.name: forms.BooleanField(label=self.label, help_text=self.help_text, required=False)}


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A list of rows with the same fields, and lists within each row.

    `one` and `item` name a row: in import messages, and in the form. `shown` is the field whose text names a row in hints and in choices.
    """

    name: str
    one: str
    item: Words
    items: Words
    fields: tuple[Field, ...]
    least: int = 0
    most: int
    lists: tuple["Rows", ...] = ()
    shown: str = ""
    optional: bool = False

    def schema(self) -> Schema:
        """Return the JSON Schema of the list."""
        properties = {each.name: each.schema() for each in self.fields} | {
            each.name: each.schema() for each in self.lists
        }
        optional = (
            *(each.name for each in self.fields if each.default is not ...),
            *(each.name for each in self.lists if each.optional),
        )
        return {
            "type": "array",
            "items": record(optional=optional, **properties),
            "minItems": self.least,
            "maxItems": self.most,
        }

    def complete(self, rows: list[Row]) -> list[Row]:
        """Return rows with the default values of left out fields."""
        return [
            {each.name: row.get(each.name, each.default) for each in self.fields}
            | {each.name: each.complete(row.get(each.name, [])) for each in self.lists}
            for row in rows
        ]

    def texts(self, rows: list[Row], language: str) -> Iterator[str]:
        """Yield the translated texts of the rows, then those of the lists within them."""
        for row in rows:
            yield from filter(None, (each.text(row[each.name], language) for each in self.fields))
        for each in self.lists:
            yield from each.texts([inner for row in rows for inner in row[each.name]], language)
