"""Form of a publication, which detects edit conflicts and keeps the editor's text."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Final, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from awareness.publishing.drafts import lock_opened, opened_token
from awareness.publishing.models import Publication
from awareness.publishing.next_steps import PageChoices, page_choices
from clicksafely.common.exceptions import EditConflict
from clicksafely.common.fields import UnlabelledHiddenInput
from clicksafely.common.staff.date_fields import StaffDateTimeField
from clicksafely.common.staff.rich_text_fields import RichTextField, RichTextWidget, editor_labels
from clicksafely.common.staff.slug_forms import SlugForm

__all__ = ["PartForm", "PublicationForm", "RichTextField", "RichTextWidget", "editor_labels"]

# Names of the buttons that publish.
PUBLISH: Final = "_publish"
SCHEDULE: Final = "_schedule"
# Distance between the order numbers of records, so that there is room between them.
PLACE_STEP: Final = 10
MAX_ORDER: Final = 32_768


class OptionalChoiceInput(AutocompleteSelect):
    """Autocomplete with a label for the empty option, which screen readers need."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, label or "—", *args, **kwargs)


class _CheckedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form that shows what prevents publication at its fields."""

    def is_publishing(self) -> bool:
        """Return whether the form publishes the text, now or later."""
        raise NotImplementedError

    def validate_constraints(self) -> None:
        """Check what prevents publication first: a constraint is not checked on a field with an error."""
        if self.is_publishing():
            for field, message in self.instance.publication_faults().items():
                self.add_error(field if field in self.fields else None, message)
        super().validate_constraints()


class OpenedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form that detects edit conflicts. `opened` is the `opened_token` of the record that the editor opened."""

    opened = forms.CharField(required=False, label="", widget=UnlabelledHiddenInput)
    changed_meanwhile = False

    def check_opened(self, opened: str | None, message: str) -> None:
        """Show `message` above the form if another editor saved the record meanwhile; the next save then overwrites it.

        The row lock lasts until the form is saved, because the admin validates and saves in one transaction.
        """
        try:
            lock_opened(self.instance, opened or "")
        except EditConflict:
            self.changed_meanwhile = True
            self.add_error(None, ValidationError(message, code="changed_meanwhile"))
            stored = type(self.instance)._default_manager.filter(pk=self.instance.pk).first()
            if stored is not None:
                sent = cast(QueryDict, self.data).copy()
                sent["opened"] = opened_token(stored)
                self.data = sent


class PublicationForm(OpenedForm, SlugForm, _CheckedForm):
    """Form of a publication.

    The admin sets the class attributes. `is_preview`: the text is shown and not saved. `is_beside`: the text is saved
    as a draft beside the record. `is_public`: the record is public now. `button`: the name of the pressed button that
    publishes, or "".
    """

    is_preview: ClassVar[bool] = False
    is_beside: ClassVar[bool] = False
    is_public: ClassVar[bool] = False
    button: ClassVar[str] = ""

    publish_at = StaffDateTimeField(
        required=False, label=gettext_lazy("Publish on"), help_text=gettext_lazy("Belgrade time.")
    )

    def is_publishing(self) -> bool:
        """Return whether a button publishes the text, or it is saved to a record with a publication date."""
        return bool(self.button) or (not self.is_beside and self.instance.published_at is not None)

    def clean(self) -> dict[str, Any]:
        """Validate the order of the dates, and detect an edit conflict."""
        data = super().clean() or {}
        if self.button:
            self._set_dates(data)
        begins, ends = data.get("published_at"), data.get("withdrawn_at")
        if ends and not begins and "published_at" not in self.errors:
            self.add_error(
                "withdrawn_at", _("A draft cannot be withdrawn. Enter a publication time, or leave this field empty.")
            )
        elif ends and begins and ends <= begins:
            self.add_error(
                "withdrawn_at", _("The page would be withdrawn before it is published. Choose a later time.")
            )
        if self.instance.pk and not self.is_preview:
            self.check_opened(
                data.get("opened"),
                _(
                    "Another editor saved this page while you were editing it. Your text is still in the "
                    "form. Compare both versions above the form, combine them and save again."
                ),
            )
        return data

    def validate_constraints(self) -> None:
        """Check a draft as an unpublished record: a draft may lack what publication requires."""
        dates = self.instance.published_at, self.instance.withdrawn_at
        self.instance.is_being_published = self.is_publishing()
        if self.is_beside and not self.button:
            self.instance.published_at = self.instance.withdrawn_at = None
        super().validate_constraints()
        self.instance.published_at, self.instance.withdrawn_at = dates

    def _set_dates(self, data: dict[str, Any]) -> None:
        """Set the dates that the pressed button means. A time that the editor has just entered stays."""
        now, publish_at = timezone.now(), data.get("publish_at")
        if self.button == SCHEDULE and (publish_at is None or publish_at <= now):
            self.add_error("publish_at", _("Enter a time in the future."))
            return
        begins, ends = data.get("published_at"), data.get("withdrawn_at")
        if self.button == SCHEDULE and self.is_public:
            # The page stays public, and the draft replaces its text at that time.
            if ends and ends <= publish_at:
                self.add_error(
                    "publish_at", _("The page would be withdrawn before it is published. Choose a later time.")
                )
            return
        if self.button == SCHEDULE:
            begins = publish_at
        elif begins is None or (begins > now and "published_at" not in self.changed_data):
            begins = now
        data |= {"published_at": begins, "withdrawn_at": None if ends and ends <= now else ends}


class PartForm(_CheckedForm):
    """Form of a part whose model has `publication_faults`."""

    def is_publishing(self) -> bool:
        """Return whether the form of the publication publishes it."""
        return any(
            cast(Publication, field.parent_instance).is_being_published
            for field in self.fields.values()
            if isinstance(field, InlineForeignKeyField)
        )


class PageSelect(forms.Select):
    """Select box of pages, whose template renders the options in one loop.

    A form has such a select box in each row, and the site has many pages.
    """

    template_name = "staff/publishing/page_select.html"


class PlaceField(forms.TypedChoiceField):
    """Chooser of a place among the other records instead of an order number. A place that is no longer offered is valid."""

    def valid_value(self, value: Any) -> bool:
        """Accept any order number: another editor may have moved records meanwhile."""
        text = str(value)
        return text.isascii() and text.isdigit() and len(text) < 5


class PlacedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a record with an `order` among all records of its model."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "order" in self.fields:
            order = self.instance.order if self.instance.pk else None
            others = type(self.instance)._default_manager.exclude(pk=self.instance.pk).order_by("order", "pk")
            places = list(_places([(row.order, str(row)) for row in others], order))
            self.fields["order"] = PlaceField(label=_("Place in lists"), choices=places, coerce=int)
            self.initial["order"] = places[-1][0] if order is None else order


def _places(others: Sequence[tuple[int, str]], own: int | None) -> Iterator[tuple[int, str]]:
    """Yield the order number and label of each place: before the other records, and after each of them.

    `save_record` makes room if the number is taken. The place of `own` has this number. There is no place between
    records with one number.
    """
    labels = [pgettext("place", "first"), *(_("after “%(title)s”") % {"title": title} for _order, title in others)]
    numbers = [0, *(order for order, _title in others)]
    for place, (label, before, after) in enumerate(zip(labels, numbers, [*numbers[1:], MAX_ORDER], strict=True)):
        number = before + PLACE_STEP if after == MAX_ORDER else (before + after) // 2
        if place > 0 and number in (0, after):
            continue
        # Number 0 is the first place.
        if own is not None and (own == 0 or before <= own < after):
            number, own = own, None
        yield number, label


class PageField(forms.ChoiceField):
    """Chooser of a page of this site. Its value is a kind and a slug, such as "topic:privacy"."""

    widget = PageSelect

    def offer(self, pages: PageChoices, stored: str) -> None:
        """Set the choices. A stored page that was deleted remains one of them."""
        choice_values = {"", *(value for _group, options in pages for value, _title in options)}
        gone = [] if stored in choice_values else [stored]
        self.choices = [
            ("", "–"),
            *((value, _("%(page)s (does not exist)") % {"page": value.partition(":")[2]}) for value in gone),
            *pages,
        ]


class PageFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Parts with a `PageField` named `page`. The pages are queried once for all of them."""

    page_kinds: ClassVar[Collection[str]]

    @cached_property
    def pages(self) -> PageChoices:
        """The pages that can be chosen."""
        return page_choices(self.page_kinds)

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the pages."""
        super().add_fields(form, index)
        form.fields["page"].offer(self.pages, form.initial.get("page", ""))
