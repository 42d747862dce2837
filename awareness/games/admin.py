"""The parts of games on their forms, by kind of game."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field
from django.forms import CheckboxSelectMultiple, Textarea
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from awareness.games import forms, models
from awareness.games.editor_hints import fault_text, game_hints
from awareness.games.enums import GameKind
from awareness.games.mappers import StoredParts, read_story
from awareness.games.models import Game
from awareness.games.preview import parts_in, render_preview
from awareness.games.rules.story_graph import Drawing, draw
from awareness.publishing.admin_base import PUBLICATION_FIELDSET, PartInline, PublicationAdmin, PublicationStateFilter
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.models import Publication
from awareness.topics.admin_mixins import TopicsMixin
from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.permissions import RolePermissionsMixin


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


class SourceInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = models.GameSource
    formset = forms.PartFormSet
    extra = 0
    fieldsets = ((None, {"fields": (("title", "url", "order"),)}),)


class NextStepInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
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
    model = models.MockPage
    max_num = 10
    fieldsets = ((None, {"fields": (("key", "frame", "order"), "title")}),)


class MockPartInline(GamePartInline):
    model = models.MockPagePart
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


@admin.register(Game)
class GameAdmin(TopicsMixin, PublicationAdmin):
    page = "games/{slug}/"
    change_form_template = "staff/games/change_form.html"
    list_display = ("title", "kind", "level", "state", "published_at", "changed_at")
    list_filter = (PublicationStateFilter, "kind", "level", "topics")
    fieldsets = (
        (None, {"fields": (("kind", "level", "minutes"), "title", "summary", "closing", "topics")}),
        PUBLICATION_FIELDSET,
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Topics are a dozen: boxes to tick."""
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A game stays of its kind: its parts would mean nothing in another."""
        return ("kind",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The parts of its kind; a new game gets them with its first saving, which says the kind."""
        return (*OF_KIND[obj.kind], *COMMON) if obj else ()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """On to the form with its parts."""
        sent = request.POST.copy()
        sent["_continue"] = "1"
        request.POST = sent  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    def remarks(self, record: Publication) -> list[EditorHint]:
        """Of the game and all its parts."""
        assert isinstance(record, Game)  # noqa: S101 - this is its admin
        return game_hints(record)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the graph of a story as it was saved last."""
        game = kwargs.get("obj") or context.get("original")
        if game is not None:
            context["preview_languages"] = [(code, language.name) for code, language in LANGUAGES.items()]
        if game is not None and game.kind == GameKind.STORY:
            drawing = draw(read_story(StoredParts(game)))
            context |= {"drawing": drawing, "scenes": _as_list(drawing)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """The preview beside the admin's own pages."""
        view = self.admin_site.admin_view(self.preview)
        return [path("<int:object_id>/preview/", view, name="games_game_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The game with what the form says; nothing is saved."""
        game = self.get_object(request, str(object_id))
        if game is None:
            raise Http404
        if not self.has_change_permission(request, game):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        # The form looks whether somebody else saved meanwhile, and holds the row while it does.
        with transaction.atomic():
            form = self.get_form(request, game, change=True)(request.POST, instance=game)
            form.is_valid()
            formsets, _inlines = self._create_formsets(request, game, change=True)  # type: ignore[attr-defined]
            parts = parts_in(formsets)
        return render_preview(request, game, parts)


def _as_list(drawing: Drawing) -> list[tuple[Any, list[str], list[str]]]:
    """The graph for whoever does not see it: each scene, where it leads, and what is wrong with it in words."""
    titles = {node.scene.key: node.scene.title or node.scene.key for node in drawing.nodes}
    return [
        (
            node,
            list(dict.fromkeys(titles.get(choice.to, choice.to) for choice in node.scene.choices)),
            [fault_text(found) for found in node.faults],
        )
        for node in drawing.nodes
    ]
