"""Search documents of pages that are templates, with extra keywords, and of the report forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import unescape
from typing import Final, NamedTuple

from django.template import Context
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.report_registry import ReportCategory, report_categories
from clicksafely.common.search_registry import SearchDocument, SearchText

PAGE = "page"
_report_title = _("Report content: %(category)s")
# Before the first published record.
SINCE = datetime(2013, 1, 1, tzinfo=UTC)
WRITTEN = ("sr", "en")


class StaticPage(NamedTuple):
    """A page: URL name, template (with blocks for title and description) and extra keywords."""

    name: str
    template: str
    keywords: str | Promise


PAGES: Final[tuple[StaticPage, ...]] = (
    StaticPage(
        "report",
        "public/hotline/report/start.html",
        _(
            "Net Patrola, report, hotline, illegal content, abuse of a child, violence, bullying, anonymous, "
            "without a name, report a site, report a profile"
        ),
    ),
    StaticPage(
        "report-status",
        "public/hotline/report/status.html",
        _("code of a report, receipt, status of a report, check my report, I lost the code, answer, messages"),
    ),
    StaticPage("quizzes", "public/quizzes/quiz_list.html", _("quiz, questions, test, play, class, lesson")),
    StaticPage("games", "public/games/game_list.html", _("game, play, story, cards")),
    StaticPage("klik-world", "public/games/klik_world.html", _("Klik, map, stickers, small children")),
    StaticPage(
        "events",
        "public/events/event_list.html",
        _(
            "event, workshop, seminar, training, lecture for parents, calendar, town, visit, booking, invite you to our school"
        ),
    ),
    StaticPage(
        "youth-panel", "public/youthpanel/panel.html", _("youth, consultations, young people who advise the Centre")
    ),
    StaticPage(
        "recommendations",
        "public/youthpanel/recommendations.html",
        _("proposals of young people, White Paper, answers of the Ministry"),
    ),
    StaticPage(
        "impact",
        "public/impact/impact.html",
        _("figures, numbers, results, annual report, participants, open data, funders, journalists"),
    ),
    StaticPage(
        "hotline-statistics", "public/hotline/statistics/statistics.html", _("statistics, number of reports, data")
    ),
    StaticPage("complaint", "public/hotline/complaints/form.html", _("objection, appeal, a mistake of Net Patrola")),
)


def page_documents() -> Iterator[tuple[datetime, SearchDocument]]:
    """Each page, and each report form that has search words, with its publication time."""
    for facts in PAGES:
        yield (
            SINCE,
            SearchDocument(words={language: _words(facts, language) for language in WRITTEN}, url_name=facts.name),
        )
    for category in report_categories().values():
        if category.search_words:
            words = {language: _form_words(category, language) for language in WRITTEN}
            yield SINCE, SearchDocument(words=words, url_name=category.url_name, url_kwargs=category.url_kwargs)


@cache
def page_title(name: str, language: str) -> str:
    """Title of the page with this URL name in a written language ("sr", "en"); empty for every other page."""
    facts = next((facts for facts in PAGES if facts.name == name), None)
    return _words(facts, language).title if facts else ""


def _words(facts: StaticPage, language: str) -> SearchText:
    with translation.override(language):
        return SearchText(
            title=_block(facts.template, "title"),
            keywords=str(facts.keywords),
            summary=_block(facts.template, "description"),
        )


def _form_words(category: ReportCategory, language: str) -> SearchText:
    with translation.override(language):
        return SearchText(
            title=_report_title % {"category": category.title},
            keywords=str(category.search_words),
            summary=str(category.summary),
        )


def _block(name: str, block: str) -> str:
    """Text of a block of the page's template in the active language."""
    template = get_template(name).template  # type: ignore[attr-defined]
    [page] = template.nodelist.get_nodes_by_type(ExtendsNode)
    context = Context()
    with context.render_context.push_state(template), context.bind_template(template):
        return unescape(page.blocks[block].nodelist.render(context)).strip()
