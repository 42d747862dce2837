"""White Papers and recommendations as the next edition will show them, for coordinators."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.staff.live_preview import render_public
from youthpanel.models import Recommendation, WhitePaper
from youthpanel.white_papers.content import is_untranslated, text_in_language
from youthpanel.white_papers.layout import EditionInfo, lay_out, lay_out_recommendation
from youthpanel.white_papers.snapshot import build_snapshot, recommendation_content

_TEMPLATE: Final = "public/youthpanel/preview.html"


def next_edition(now: datetime) -> EditionInfo:
    """Return the data of an edition without a number."""
    return EditionInfo(None, now, {"sr": "", "en": ""})


def show_paper(request: HttpRequest, paper: WhitePaper, code: str, *, is_unsaved: bool = False) -> HttpResponse:
    """Return the page of the next edition in the language `code`. `is_unsaved`: the rows are those of a form."""
    now = timezone.now()

    def read_context() -> dict[str, Any]:
        content = build_snapshot(paper, now)
        title_lang = LANGUAGES[SERBIAN].tag if is_untranslated(content["title"], code) else ""
        return {"layout": lay_out(content, next_edition(now), code), "title_lang": title_lang, "is_unsaved": is_unsaved}

    return render_public(request, _TEMPLATE, read_context, code=code)


def show_recommendation(request: HttpRequest, recommendation: Recommendation, code: str) -> HttpResponse:
    """Return a recommendation as written in a form, as the White Paper shows it, in the language `code`."""

    def read_context() -> dict[str, Any]:
        content = recommendation_content(1, recommendation)
        section = lay_out_recommendation(content, "", code)
        # Its number is that of a place in a White Paper.
        section = replace(section, level=1, title=text_in_language(content["title"], code))
        layout = {"title": _("Recommendation"), "sections": [section]}
        return {"layout": layout, "is_unsaved": True}

    return render_public(request, _TEMPLATE, read_context, code=code)
