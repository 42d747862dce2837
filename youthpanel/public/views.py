"""Public pages of the panel, the same for all visitors and therefore cacheable."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from clicksafely.common.documents.validation import PDF
from clicksafely.common.files.file_response import send_file
from clicksafely.common.http.atom_feeds import feed_response, new_feed
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.list_filters import PAGE, ListFilter, filter_items, occurring_choices
from clicksafely.common.page_cache.decorators import expire_page_at, public_page
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.search_folding import slugify
from youthpanel.meetings.selectors import PublishedMeeting
from youthpanel.meetings.storage import letter_path
from youthpanel.members.retention import retention_days
from youthpanel.models import EducationKind, ResponseLetter
from youthpanel.public import tracker_export
from youthpanel.public.labels import STATE_LABELS, RecommendationState
from youthpanel.public.overview_statistics import cached_overview
from youthpanel.public.recommendation_tracker import (
    TrackedRecommendation,
    find_tracked_recommendation,
    tracked_recommendations,
)
from youthpanel.public.waiting_times import addressee_rows, waiting_times
from youthpanel.white_papers.content import is_untranslated, text_in_language


def _state(proposal: TrackedRecommendation) -> list[str]:
    return [proposal.state.value]


def _education(proposal: TrackedRecommendation) -> list[str]:
    return [proposal.content["education"]]


def _to(proposal: TrackedRecommendation) -> list[str]:
    return [proposal.to]


def _to_labels(proposals: Sequence[TrackedRecommendation]) -> Mapping[str, str | Promise]:
    return {each.to: text_in_language(each.content["addressee"], get_language() or "") for each in proposals}


_STATES: Final = [(state.value, STATE_LABELS[state].short) for state in RecommendationState]
FILTERS: Final = (
    ListFilter(
        "state",
        gettext_lazy("What they answered"),
        _state,
        occurring_choices(_STATES, _state),
        pgettext_lazy("filter", "everything"),
    ),
    ListFilter(
        "education",
        pgettext_lazy("filter", "Topic"),
        _education,
        occurring_choices(EducationKind.choices, _education),
        pgettext_lazy("filter", "everything"),
    ),
    ListFilter("to", gettext_lazy("Decision-maker"), _to, _to_labels, pgettext_lazy("filter", "everybody")),
)
PARAMS: Final = (*(each.name for each in FILTERS), PAGE)
# A phone shows a page of the tracker in at most 6,000 pixels.
PAGE_SIZE: Final = 5


@read_only
@public_page()
def panel(request: HttpRequest) -> HttpResponse:
    """Return the overview: statistics, meetings, White Papers, and how to join."""
    now = timezone.now()
    cached = cached_overview.at(request, None, now)
    expire_page_at(request, cached.until)
    overview, found = cached.items[0], _proposals(request, now)
    context = {
        "panel": overview.panel,
        "timeline": [_meeting_context(each, request.LANGUAGE_CODE) for each in overview.timeline],
        "editions": [(text_in_language(title, request.LANGUAGE_CODE), edition) for title, edition in overview.editions],
        "summary": count_by_state(found),
        "proposed": len(found),
        "keep_days": retention_days(),
    }
    return render(request, "public/youthpanel/panel.html", context)


@read_only
@public_page(params=PARAMS)
def recommendations(request: HttpRequest) -> HttpResponse:
    """Return the tracker: recommendations by page, filtered by state, kind of education and addressee."""
    found = _proposals(request, timezone.now())
    listed = filter_items(found, FILTERS, request.GET)
    page = Paginator(listed.items, PAGE_SIZE).get_page(listed.selection.page)
    context = {
        "selection": listed.selection,
        "filters": listed.filters,
        "page": page,
        "listed": [recommendation_context(proposal, request.LANGUAGE_CODE) for proposal in page],
        "anything": bool(found),
        "summary": count_by_state(found),
        "waiting": waiting_times(found, request.LANGUAGE_CODE),
        "kept_params": PARAMS if not listed.selection.nonsense else (),
    }
    return render(request, "public/youthpanel/recommendations.html", context)


@read_only
@public_page()
def recommendation(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the progress of one recommendation, in simple words."""
    now = timezone.now()
    expire_page_at(request, _midnight(now))
    found = find_tracked_recommendation(slug, timezone.localdate(now))
    if found is None:
        raise Http404
    context = recommendation_context(found, request.LANGUAGE_CODE)
    tag = LANGUAGES[SERBIAN].tag if context["foreign"] else ""
    head = {"each": context, "title_lang": tag, "summary_lang": tag}
    return render(request, "public/youthpanel/recommendation.html", {**context, **head})


@read_only
@public_page()
def addressee(request: HttpRequest, to: str) -> HttpResponse:
    """Return all recommendations to one addressee with their answers and letters, also for printing."""
    now = timezone.now()
    found = [proposal for proposal in _proposals(request, now) if proposal.to == to]
    if not found:
        raise Http404
    context = {
        "name": text_in_language(found[0].content["addressee"], request.LANGUAGE_CODE),
        "row": next(iter(addressee_rows(found)), None),
        "listed": [recommendation_context(proposal, request.LANGUAGE_CODE) for proposal in found],
        "today": timezone.localdate(now),
        "foreign": is_untranslated(found[0].content["addressee"], request.LANGUAGE_CODE),
    }
    return render(request, "public/youthpanel/addressee.html", context)


@csrf_exempt
@require_safe
def letter(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Return a letter of an addressee. Its responses follow a handover, so they are public."""
    found = get_object_or_404(ResponseLetter, uuid=uuid)
    return send_file(
        request,
        letter_path(found),
        name=f"{slugify(found.title)}.pdf",
        media_type=PDF,
        digest=found.sha256,
    ).response


@read_only
@public_page()
def recommendations_csv(request: HttpRequest) -> HttpResponse:
    """Return all recommendations as CSV."""
    body = tracker_export.render_tracker_csv(_proposals(request, timezone.now()))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = 'inline; filename="recommendations.csv"'
    return response


@read_only
@public_page()
def recommendations_json(request: HttpRequest) -> HttpResponse:
    """Return all recommendations as JSON."""
    body = tracker_export.render_tracker_json(_proposals(request, timezone.now()))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@read_only
@public_page(params=("lang",))
def recommendations_atom(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed of responses; `?lang=` is sr (default), sr-latn or en."""
    code = request.GET.get("lang", SERBIAN)
    if code not in LANGUAGES:
        raise Http404
    found = _proposals(request, timezone.now())
    with override(code):
        feed = new_feed(
            request,
            code,
            title=_("What happened to our proposals"),
            page="recommendations",
            feed="recommendations-atom",
        )
        tracker_export.add_feed_entries(feed, request, found, code)
    return feed_response(feed, code)


def recommendation_context(proposal: TrackedRecommendation, code: str) -> dict[str, Any]:
    """Return a recommendation for a template, in the language `code`. `foreign`: the English text is missing."""
    row = proposal.content
    return {
        "proposal": proposal,
        "title": text_in_language(row["title"], code),
        "text": text_in_language(row["text"], code),
        "child_text": text_in_language(row["child_text"], code),
        "addressee": text_in_language(row["addressee"], code),
        "foreign": code == ENGLISH and not row["title"]["en"],
        "ledger": [
            (
                response,
                STATE_LABELS[RecommendationState(response.kind)],
                code == ENGLISH and not getattr(response, "text_en", ""),
                [
                    (each, *(code == ENGLISH and not getattr(each, f"{name}_en") for name in ("title", "description")))
                    for each in response.letters.all()
                ],
            )
            for response in proposal.ledger
        ],
    }


def _meeting_context(held: PublishedMeeting, code: str) -> dict[str, Any]:
    """Return a meeting for the timeline. `foreign`, and the flag of each decision: the English text is missing."""
    in_english = code == ENGLISH
    return {
        "meeting": held.meeting,
        "town": str(TOWNS.get(held.meeting.town, held.meeting.town)),
        "attended": held.attended,
        "foreign": in_english and not held.meeting.title_en,  # type: ignore[attr-defined]  # of its translation
        "decisions": [(each, in_english and not each.text_en) for each in held.decisions],  # type: ignore[attr-defined]
    }


def count_by_state(found: list[TrackedRecommendation]) -> list[tuple[Any, str, int]]:
    """Label, code and number of each state with at least one recommendation."""
    counts = [(state, sum(proposal.state == state for proposal in found)) for state in RecommendationState]
    return [(STATE_LABELS[state], state.value, number) for state, number in counts if number]


def _proposals(request: HttpRequest, now: datetime) -> list[TrackedRecommendation]:
    """Return all recommendations. While a next step is expected, day counts change and the page expires at midnight."""
    found = tracked_recommendations(timezone.localdate(now))
    if any(proposal.changes_daily for proposal in found):
        expire_page_at(request, _midnight(now))
    return found


def _midnight(now: datetime) -> datetime:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))
