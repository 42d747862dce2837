"""Admin of games, with their content below the fields and a preview of the unsaved form."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation
from django.utils.translation import get_language

from awareness.games.content_data import Content, localize
from awareness.games.editor_hints import game_hints
from awareness.games.forms import GameForm
from awareness.games.kinds.base import WAY
from awareness.games.kinds.registry import kind_of
from awareness.games.kinds.story import fault_text, read_story
from awareness.games.models import Game
from awareness.games.presenters import find_position, game_context, scene_context
from awareness.games.rules.story import follow_path, path_to_scene
from awareness.games.rules.story_graph import Drawing, draw
from awareness.publishing.admin_base import (
    EXPORT_CONTENT_LISTS,
    PUBLICATION_FIELDSET,
    PublicationAdmin,
)
from awareness.publishing.drafts import shown_draft
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.list_filters import CheckedFilter, PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.publishing.shortcuts import is_serbian_only
from awareness.publishing.versions import as_lines
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin
from clicksafely.common.staff.exports import ExportMixin

# Form fields of the preview: the language, the answers so far as a query string, and the scene.
LANGUAGE, PLAYED, SCENE = "preview_language", "preview_played", "preview_scene"


@admin.register(Game)
class GameAdmin(ExportMixin, TopicsMixin, PublicationAdmin):
    export_permission = EXPORT_CONTENT_LISTS
    export_columns = ("title", "kind", "level", "state", "published_at", "changed_at")
    form = GameForm
    page = "games/{slug}/"
    change_form_template = "staff/games/change_form.html"
    list_display = ("title", "kind", "level", "state", "published_at", "checked_on", "changed_at")
    list_filter = (PublicationStateFilter, CheckedFilter, "kind", "level", "topics")
    fieldsets = (
        (None, {"fields": (("kind", "level", "minutes"), "title", "summary", "closing")}),
        TOPICS_FIELDSET,
        (
            PUBLICATION_FIELDSET[0],
            PUBLICATION_FIELDSET[1] | {"fields": ("checked_on", *PUBLICATION_FIELDSET[1]["fields"])},
        ),
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show topics as checkboxes, because there are only about a dozen."""
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Make `kind` read-only for a stored game, because its content belongs to that kind."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "kind") if obj else tuple(fields)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect to the change form, which shows the content."""
        sent = request.POST.copy()
        sent["_continue"] = "1"
        request.POST = sent  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Return the hints for the game and its content."""
        assert isinstance(record, Game)  # noqa: S101 - this is its admin
        return game_hints(record)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the graph of the stored story."""
        game = kwargs.get("obj") or context.get("original")
        if game is not None and not self.has_change_permission(request, game):
            context["content_lines"] = as_lines(game.content)
        if game is not None and kind_of(game).has_scenes:
            drawing = draw(read_story(game.content_in(get_language() or SERBIAN)))
            context |= {"drawing": drawing, "scenes": _as_list(drawing)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Add the preview of unsaved changes."""
        view = self.admin_site.admin_view(self.preview_form)
        return [path("<int:object_id>/preview/", view, name="games_game_preview_form"), *super().get_urls()]

    def preview_form(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Render the game from the submitted form without saving it. Invalid fields show the draft."""
        game = self.get_object(request, str(object_id))
        if game is None:
            raise Http404
        if not self.has_change_permission(request, game):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with shown_draft(game):
            game.refresh_from_db()
            form = self.get_form(request, game, change=True)(request.POST, instance=game)
            form.is_valid()
            return render_preview(request, game, cast(GameForm, form).entered_content())


def _as_list(drawing: Drawing) -> list[tuple[Any, list[str], list[str]]]:
    """Return the graph as a list for screen readers: each node with its target scenes and error messages."""
    titles = {node.scene.key: node.scene.title or node.scene.key for node in drawing.nodes}
    return [
        (
            node,
            list(dict.fromkeys(titles.get(choice.to, choice.to) for choice in node.scene.choices)),
            [fault_text(found) for found in node.faults],
        )
        for node in drawing.nodes
    ]


def render_preview(request: HttpRequest, game: Game, content: Content) -> HttpResponse:
    """Render the page of a game from an unsaved form in the requested language, without the site's header and footer."""
    language = request.POST.get(LANGUAGE, SERBIAN)
    if language not in LANGUAGES:
        language = SERBIAN
    with translation.override(language):
        html = render_to_string(
            "staff/games/preview.html", _preview_context(request, game, localize(content, language), language)
        )
    response = HttpResponse(html_to_latin(html) if language == LATIN_LANGUAGE else html)
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response


def _preview_context(request: HttpRequest, game: Game, content: Content, language: str) -> dict[str, Any]:
    base = f"/{language}/games/{game.slug}/"
    played = QueryDict(request.POST.get(PLAYED, "")[:2000])
    context: dict[str, Any] = {
        "game": game,
        "base": base,
        # The staff site has no public URLs.
        "list_path": f"/{language}/games/",
        "world_path": f"/{language}/games/klik/",
        "help_path": f"/{language}/help/",
        "tag": LANGUAGES[language].tag,
        "foreign": is_serbian_only(game),
        "distress": kind_of(game).is_distressing,
    }
    if kind_of(game).has_scenes and (key := request.POST.get(SCENE, "")):
        story, place = find_position(content, key, played.get(WAY, ""))
        if place is None:
            # Show the scene that is being edited, by any path.
            way = path_to_scene(story, key)
            place = follow_path(story, way) if way is not None else None
        if place is not None:
            return context | scene_context(game, story, place, base)
    return context | game_context(game, content, dict(played.lists()))
