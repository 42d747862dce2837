"""The editors' desk for games: everything of a game on one form, with a preview of what stands in it and, of a story, the graph."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path

from awareness.games.checking import remarks_on_game, words_of
from awareness.games.inlines import COMMON, OF_KIND
from awareness.games.models import Game
from awareness.games.play.graph import Drawing, draw
from awareness.games.previewing import parts_in, render_preview
from awareness.games.reading import StoredParts, read_story
from awareness.games.vocabulary import GameKind
from awareness.topics.checking import Remark
from awareness.topics.publication import Publication
from awareness.topics.publication_admin import DATES, PublicationAdmin, PublicationStateFilter
from clicksafely.common.language import LANGUAGES


@admin.register(Game)
class GameAdmin(PublicationAdmin):
    page = "games/{slug}/"
    change_form_template = "staff/games/change_form.html"
    list_display = ("title", "kind", "level", "state", "published_at", "changed_at")
    list_filter = (PublicationStateFilter, "kind", "level", "topics")
    fieldsets = (
        (None, {"fields": (("kind", "level", "minutes"), "title", "summary", "closing", "topics")}),
        DATES,
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

    def remarks(self, record: Publication) -> list[Remark]:
        """Of the game and all its parts."""
        assert isinstance(record, Game)  # noqa: S101 - this is its admin
        return remarks_on_game(record)

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
            [words_of(found) for found in node.faults],
        )
        for node in drawing.nodes
    ]
