"""What the search finds beside records: the pages of the Centre that are templates, by their own words and those people look for them by."""

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

from clicksafely.common.search_registry import SearchDocument, SearchText

PAGE = "page"
# They were there before everything that is published.
SINCE = datetime(2013, 1, 1, tzinfo=UTC)
WRITTEN = ("sr", "en")


class StaticPage(NamedTuple):
    """A page by its URL name, its template, which has title and description as blocks, and words that do not stand in these."""

    name: str
    template: str
    keywords: str | Promise


PAGES: Final[tuple[StaticPage, ...]] = (
    StaticPage(
        "help",
        "public/pages/help.html",
        _("what to do now, urgent, emergency, police, 192, call, phone, helpline, threat, talk, psychologist"),
    ),
    StaticPage(
        "report",
        "public/hotline/report/start.html",
        _("Net Patrola, report, hotline, illegal content, abuse of a child, violence, bullying, anonymous"),
    ),
    StaticPage("report-status", "public/hotline/report/status.html", _("code of a report, receipt, answer, messages")),
    StaticPage("for-children", "public/pages/for_children.html", _("pupils, teenagers, advice")),
    StaticPage("quizzes", "public/quizzes/quiz_list.html", _("quiz, questions, test, play, class, lesson")),
    StaticPage("games", "public/games/game_list.html", _("game, play, story, cards")),
    StaticPage(
        "events", "public/events/event_list.html", _("event, workshop, seminar, calendar, town, visit, booking")
    ),
    StaticPage("for-parents", "public/pages/for_parents.html", _("mother, father, family, guardians, advice")),
    StaticPage("for-teachers", "public/pages/for_teachers.html", _("school, lesson, teaching, psychologist")),
    StaticPage(
        "youth-panel", "public/youthpanel/panel.html", _("youth, consultations, young people who advise the Centre")
    ),
    StaticPage(
        "recommendations",
        "public/youthpanel/recommendations.html",
        _("proposals of young people, White Paper, answers of the Ministry"),
    ),
    StaticPage("about", "public/pages/about.html", _("who we are, history, Click Safely, INHOPE, Insafe")),
    StaticPage("partners", "public/pages/partners.html", _("foundation, ministry, donors")),
    StaticPage("contact", "public/pages/contact.html", _("address, e-mail, phone, social media of the Centre")),
    StaticPage(
        "impact",
        "public/impact/impact.html",
        _("figures, numbers, results, annual report, participants, open data, funders, journalists"),
    ),
    StaticPage(
        "hotline-statistics", "public/hotline/statistics/statistics.html", _("statistics, number of reports, data")
    ),
    StaticPage("complaint", "public/hotline/complaints/form.html", _("objection, appeal, a mistake of Net Patrola")),
    StaticPage("privacy", "public/pages/privacy.html", _("cookies, tracking, personal data, data protection")),
    StaticPage(
        "accessibility",
        "public/pages/accessibility.html",
        _("screen reader, keyboard, contrast, people with disabilities"),
    ),
)


def page_documents() -> Iterator[tuple[datetime, SearchDocument]]:
    """Each page with the time since which it is there."""
    for facts in PAGES:
        yield (
            SINCE,
            SearchDocument(words={language: _words(facts, language) for language in WRITTEN}, url_name=facts.name),
        )


@cache
def page_title(name: str, language: str) -> str:
    """The title of the page with this URL name in a written language; empty for every other page."""
    facts = next((facts for facts in PAGES if facts.name == name), None)
    return _words(facts, language).title if facts else ""


def _words(facts: StaticPage, language: str) -> SearchText:
    with translation.override(language):
        return SearchText(
            title=_block(facts.template, "title"),
            keywords=str(facts.keywords),
            summary=_block(facts.template, "description"),
        )


def _block(name: str, block: str) -> str:
    """The text of a block of a page's template, as the page has it in the active language."""
    template = get_template(name).template  # type: ignore[attr-defined]
    [page] = template.nodelist.get_nodes_by_type(ExtendsNode)
    context = Context()
    with context.render_context.push_state(template), context.bind_template(template):
        return unescape(page.blocks[block].nodelist.render(context)).strip()
