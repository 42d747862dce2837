"""The parts of games on their forms, by kind of game."""

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.forms import Textarea
from django.http import HttpRequest

from awareness.games import forms, models
from awareness.games.vocabulary import GameKind
from awareness.topics.publication_admin import PartInline
from clicksafely.common.permissions import DutyPermissions


class GamePartInline(PartInline):
    """Any part: no empty forms. How many there may be follows from DATA_UPLOAD_MAX_NUMBER_FIELDS."""

    extra = 0
    max_num = 50
    formset = forms.PartFormSet

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Texts of games are short: their areas are low."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            # Of a list Django would note in a second, hidden field what it was at first.
            field.show_hidden_initial = False
        if field is not None and isinstance(field.widget, Textarea):
            field.widget.attrs["rows"] = 4
        return field


class SourceInline(DutyPermissions, admin.StackedInline):  # type: ignore[type-arg]
    model = models.GameSource
    formset = forms.PartFormSet
    extra = 0
    fieldsets = ((None, {"fields": (("title", "url", "order"),)}),)


class NextStepInline(DutyPermissions, admin.StackedInline):  # type: ignore[type-arg]
    model = models.NextStep
    form = forms.NextStepForm
    formset = forms.PartFormSet
    extra = 0
    fieldsets = ((None, {"fields": (("kind", "slug", "order"),)}),)


class MeterInline(GamePartInline):
    model = models.Meter
    max_num = 4
    fieldsets = ((None, {"fields": (("key", "start", "order"), "name")}),)


class CharacterInline(GamePartInline):
    model = models.Character
    max_num = 12
    fieldsets = ((None, {"fields": (("key", "look", "order"), "name")}),)


class SceneInline(GamePartInline):
    model = models.Scene
    formset = forms.SceneFormSet
    fieldsets = ((None, {"fields": (("key", "order"), ("speaker", "mood", "ending"), "title", "text")}),)


class ChoiceInline(GamePartInline):
    model = models.SceneChoice
    formset = forms.ChoiceFormSet
    max_num = 100
    fieldsets = ((None, {"fields": (("scene", "leads_to", "order"), "text", "why", "effects")}),)


class BinInline(GamePartInline):
    model = models.Bin
    max_num = 5
    fieldsets = ((None, {"fields": (("key", "order"), "name")}),)


class CardInline(GamePartInline):
    model = models.Card
    formset = forms.CardFormSet
    fieldsets = ((None, {"fields": (("bin", "order"), "text", "why")}),)


class PairInline(GamePartInline):
    model = models.Pair
    max_num = 20
    fieldsets = ((None, {"fields": ("word", "meaning", "why", "order")}),)


class MockInline(GamePartInline):
    model = models.Mock
    max_num = 10
    fieldsets = ((None, {"fields": (("key", "frame", "order"), "title")}),)


class MockPartInline(GamePartInline):
    model = models.MockPart
    formset = forms.MockPartFormSet
    max_num = 100
    fieldsets = ((None, {"fields": (("mock", "role", "clue", "order"), "text", "why")}),)


class ViewerInline(GamePartInline):
    model = models.Viewer
    max_num = 6
    fieldsets = ((None, {"fields": (("key", "order"), "name")}),)


class SettingInline(GamePartInline):
    model = models.PrivacySetting
    max_num = 20
    fieldsets = ((None, {"fields": (("key", "order"), "label", "question", "seen")}),)


class OptionInline(GamePartInline):
    model = models.PrivacyOption
    formset = forms.OptionFormSet
    fieldsets = ((None, {"fields": (("setting", "key", "order"), "text", ("shows", "safe"), "why")}),)


COMMON: tuple[Any, ...] = (NextStepInline, SourceInline)
OF_KIND: dict[str, tuple[Any, ...]] = {
    GameKind.STORY: (MeterInline, CharacterInline, SceneInline, ChoiceInline),
    GameKind.SORT: (BinInline, CardInline),
    GameKind.PAIRS: (PairInline,),
    GameKind.SPOT: (MockInline, MockPartInline),
    GameKind.LOCK: (ViewerInline, SettingInline, OptionInline),
}
