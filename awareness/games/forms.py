"""The forms of games: parts that name each other by keys are checked against what stands in the same form, saved or not."""

from collections import Counter
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _

from awareness.games.models import NextStep
from awareness.games.models.story import read_effects
from awareness.games.rules.story import MOST_CHOICES
from awareness.publishing.next_steps import step_slug_error


class PartFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Parts of a game. `refers` says which fields hold keys of which other parts."""

    refers: ClassVar[dict[str, str]] = {}

    def add_fields(self, form: Any, index: int | None) -> None:
        """What is added stands behind what is there: a new scene is no start."""
        super().add_fields(form, index)
        if "order" in form.fields and (index is None or index >= self.initial_form_count()):
            form.fields["order"].initial = max((row.order for row in self.get_queryset()), default=0) + 1

    def clean(self) -> None:
        """Nothing is named that is not there."""
        super().clean()
        known = {relation: self.keys_of(relation) for relation in self.refers.values()}
        for form in self.kept_forms():
            for field, relation in self.refers.items():
                for key in self.named(form, field):
                    if key not in known[relation]:
                        form.add_error(field, _("“%(key)s” is not there.") % {"key": key})

    def kept_forms(self) -> list[Any]:
        """Those that are filled in and not to be deleted."""
        return [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and not (self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]
        ]

    def named(self, form: Any, field: str) -> list[str]:
        """The keys in a field."""
        value = form.cleaned_data.get(field)
        return [value] if value else []

    def keys_of(self, relation: str) -> set[str]:
        """The keys of other parts, as they stand in what was sent with this."""
        total = self.data.get(f"{relation}-TOTAL_FORMS", "0")
        return {
            self.data.get(f"{relation}-{number}-key", "").strip()
            for number in range(min(int(total), 1000) if total.isascii() and total.isdigit() else 0)
            if not self.data.get(f"{relation}-{number}-DELETE")
        } - {""}


class SceneFormSet(PartFormSet):
    refers = {"speaker": "characters"}


class ChoiceFormSet(PartFormSet):
    """Choices lead from scene to scene; what they do to meters is checked too."""

    refers = {"scene": "scenes", "leads_to": "scenes", "effects": "meters"}

    def named(self, form: Any, field: str) -> list[str]:
        """Of effects the keys of the meters."""
        if field == "effects":
            return list(read_effects(form.cleaned_data.get(field) or ""))
        return super().named(form, field)

    def clean(self) -> None:
        """An address has one digit for a choice."""
        super().clean()
        for scene, number in Counter(form.cleaned_data.get("scene") for form in self.kept_forms()).items():
            if scene and number > MOST_CHOICES:
                raise ValidationError(
                    _("The scene “%(scene)s” has more than %(most)d choices.") % {"scene": scene, "most": MOST_CHOICES}
                )


class CardFormSet(PartFormSet):
    refers = {"bin": "bins"}


class MockPartFormSet(PartFormSet):
    refers = {"mock": "mocks"}


class OptionFormSet(PartFormSet):
    """Options name their setting, and the viewers who see something."""

    refers = {"setting": "privacy_settings", "shows": "viewers"}

    def named(self, form: Any, field: str) -> list[str]:
        """Of `shows` each viewer."""
        if field == "shows":
            return form.cleaned_data.get(field) or []
        return super().named(form, field)


class NextStepForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = NextStep
        fields = ("kind", "slug", "order")

    def clean(self) -> dict[str, Any]:
        """Each kind has addresses of its own."""
        data = super().clean() or {}
        if "kind" in data and (fault := step_slug_error(data["kind"], data.get("slug") or "")):
            self.add_error("slug", fault)
        return data
