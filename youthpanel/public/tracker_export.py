"""Exports of the recommendation tracker: CSV (RFC 4180), JSON, and an Atom feed of responses. Both languages in one file."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, format_html

from clicksafely.common.documents.csv_output import escape_formula
from clicksafely.common.http.atom_feeds import FullTextAtomFeed
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin, to_script
from youthpanel.models import Response, ResponseLetter
from youthpanel.public.labels import STATE_LABELS, RecommendationState
from youthpanel.public.recommendation_tracker import TrackedRecommendation
from youthpanel.states import ResponseKind
from youthpanel.white_papers.content import text_in_language
from youthpanel.white_papers.layout import LICENCE

COLUMNS: Final = (
    "slug", "number", "paper", "edition", "title_sr", "title_en", "education", "addressee_sr", "addressee_en", "support", "asked",
    "handed_over_on", "state", "days", "waiting", "due_on", "overdue_days", "answered_on", "answer_sr", "answer_en", "source",
)  # fmt: skip
MAX_ENTRIES: Final = 50


def render_tracker_csv(proposals: Sequence[TrackedRecommendation]) -> str:
    """One line per recommendation, with the last response."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for proposal in proposals:
        row, last = proposal.content, proposal.ledger[-1] if proposal.ledger else None
        cells = [
            row["slug"], row["number"], proposal.edition.paper.slug, proposal.edition.number, row["title"]["sr"], row["title"]["en"],
            row["education"], row["addressee"]["sr"], row["addressee"]["en"], row["support"], row["asked"],
            proposal.handed.on if proposal.handed else None, proposal.state.value, proposal.days, str(proposal.is_waiting).lower(),
            proposal.due, proposal.overdue,
            last.on if last else None, *(_both(last, "text").values() if last else ("", "")), last.source if last else "",
        ]  # fmt: skip
        writer.writerow([_cell(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def render_tracker_json(proposals: Sequence[TrackedRecommendation]) -> dict[str, Any]:
    """As the CSV, but with all responses and the labels of the states."""
    return {
        "licence": LICENCE,
        "states": {state.value: _phrases(state) for state in RecommendationState},
        "recommendations": [_entry(proposal) for proposal in proposals],
    }


def _entry(proposal: TrackedRecommendation) -> dict[str, Any]:
    row = proposal.content
    return {
        "slug": row["slug"],
        "number": row["number"],
        "paper": proposal.edition.paper.slug,
        "edition": proposal.edition.number,
        "title": row["title"],
        "text": row["text"],
        "in_short": row["child_text"],
        "education": row["education"],
        "addressee": row["addressee"],
        "support": row["support"],
        "asked": row["asked"],
        "handed_over_on": proposal.handed.on.isoformat() if proposal.handed else None,
        "state": proposal.state.value,
        "days": proposal.days,
        "waiting": proposal.is_waiting,
        "due_on": proposal.due.isoformat() if proposal.due else None,
        "overdue_days": proposal.overdue,
        "answers": [
            {
                "kind": each.kind,
                "on": each.on.isoformat(),
                "text": _both(each, "text"),
                "source": each.source,
                "promised_by": each.promised_by.isoformat() if each.promised_by else None,
                "letters": [
                    {
                        "title": _both(letter, "title"),
                        "description": _both(letter, "description"),
                        "sha256": letter.sha256,
                    }
                    for letter in each.letters.all()
                ],
            }
            for each in proposal.ledger
        ],
    }


def add_feed_entries(
    feed: FullTextAtomFeed, request: HttpRequest, proposals: Sequence[TrackedRecommendation], code: str
) -> None:
    """Add the responses, the newest first; the language `code` is active."""
    answers = [(response, proposal) for proposal in proposals for response in proposal.ledger]
    answers.sort(key=lambda pair: (pair[0].on, pair[0].pk), reverse=True)
    for response, proposal in answers[:MAX_ENTRIES]:
        phrase = STATE_LABELS[RecommendationState(response.kind)]
        title = f"{phrase.short}: {text_in_language(proposal.content['title'], code)}"
        body = format_html("<p>{}</p><p>{}</p>", phrase.long, response.text or "")
        day = datetime.combine(response.on, time(12), UTC)
        feed.add_item(
            title=to_script(title, code),
            link=build_absolute_url(request, reverse("recommendation", args=[proposal.slug])),
            description=to_script(escape(str(phrase.long)), code),
            unique_id=f"{build_absolute_url(request, reverse('recommendations-atom'))}#answer-{response.pk}",
            pubdate=day,
            updateddate=max(day, response.recorded_at),
            categories=[to_script(str(ResponseKind(response.kind).label), code)],
            content=html_to_latin(body) if code == LATIN_LANGUAGE else body,
        )


def _both(record: Response | ResponseLetter, name: str) -> dict[str, str]:
    return {code: getattr(record, f"{name}_{code}") or "" for code in ("sr", "en")}


def _phrases(state: RecommendationState) -> dict[str, str]:
    said_in = {}
    for code in ("sr", "en"):
        with translation.override(code):
            said_in[code] = str(STATE_LABELS[state].short)
    return said_in


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if isinstance(value, int) else escape_formula(text)
