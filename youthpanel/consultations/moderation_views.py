"""Moderation queue of a facilitator over all consultations, and the discussion of one consultation."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clicksafely.common.staff.site import staff_view
from youthpanel.consultations import moderation
from youthpanel.consultations.exceptions import EditConflict, NotAllowedNow
from youthpanel.consultations.pii_hints import find_personal_data
from youthpanel.consultations.selectors import unmoderated_contributions
from youthpanel.consultations.view_helpers import (
    MODERATE,
    get_facilitated_consultation,
    render_page,
    warn_changed,
    warn_closed,
)
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import ConsultationState

SHOWN_AT_ONCE = 25
PAGE_OF_TALK = 50
MOST_MINE = 30


@staff_view(MODERATE)
@require_safe
def moderation_queue(request: HttpRequest) -> HttpResponse:
    """Contributions that await moderation, the oldest first, each with personal data hints."""
    return _queue(request)


@staff_view(MODERATE)
@require_POST
def moderate_idea(request: HttpRequest, uuid: str) -> HttpResponse:
    """Approve or reject an idea."""
    return _decide(request, get_object_or_404(Idea.objects.select_related("consultation"), uuid=uuid))


@staff_view(MODERATE)
@require_POST
def moderate_post(request: HttpRequest, uuid: str) -> HttpResponse:
    """Approve or reject a post."""
    return _decide(request, get_object_or_404(Post.objects.select_related("consultation"), uuid=uuid))


@staff_view(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Ideas with their posts, and general posts. A POST adds a facilitator's post."""
    consultation = get_facilitated_consultation(request, consultation_id)
    fault, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        idea = consultation.ideas.filter(pk=_number(request.POST.get("idea")) or 0).first()
        try:
            moderation.post_as_facilitator(
                consultation=consultation, idea=idea, text=typed, actor=acting_user(request), now=timezone.now()
            )
        except RecordRefused as refused:
            fault = str(refused.faults[0].message)
        except NotAllowedNow:
            warn_closed(request)
        else:
            messages.success(request, _("Members read it now, as said by an adult."))
            return redirect("admin:youthpanel-discussion", consultation_id)
    ideas = consultation.ideas.select_related("member", "read_by").order_by("-written_at", "-id")
    shown = Paginator(ideas, PAGE_OF_TALK).get_page(request.GET.get("p"))
    posts = consultation.posts.select_related("member", "adult", "read_by")
    of_idea: dict[int | None, list[Post]] = {}
    for post in posts:
        of_idea.setdefault(post.idea_id, []).append(post)
    context = {
        "consultation": consultation,
        "threads": [(idea, of_idea.get(idea.pk, [])) for idea in shown],
        "shown": shown,
        "general": of_idea.get(None, []),
        "fault": fault,
        "typed": typed,
        "typed_for": _number(request.POST.get("idea")),
        "is_open": consultation.state == ConsultationState.OPEN,
    }
    return render_page(
        request,
        "staff/youthpanel/consultations/discussion.html",
        _("What was said"),
        context,
        status=422 if request.method == "POST" else 200,
    )


def _decide(request: HttpRequest, contribution: Idea | Post) -> HttpResponse:
    act, reason = request.POST.get("act"), request.POST.get("reason", "")
    # The state that the facilitator saw; a colleague may have decided in the meantime.
    contribution.state = request.POST.get("state", "")
    actor, now = acting_user(request), timezone.now()
    moderation.check_facilitator(contribution.consultation, actor)
    try:
        if act == "show":
            moderation.approve_contribution(contribution=contribution, actor=actor, now=now)
        else:
            moderation.reject_contribution(contribution=contribution, reason=reason, actor=actor, now=now)
    except RecordRefused as refused:
        return _queue(request, faulty=contribution, fault=str(refused.faults[0].message), typed=reason)
    except EditConflict:
        warn_changed(request)
    else:
        said = _("Shown to the others.") if act == "show" else _("Not shown. The member reads why.")
        messages.success(request, said)
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("admin:youthpanel-moderation")


def _queue(
    request: HttpRequest, *, faulty: Idea | Post | None = None, fault: str = "", typed: str = ""
) -> HttpResponse:
    found = unmoderated_contributions(acting_user(request))
    listed = found[:SHOWN_AT_ONCE]
    if faulty is not None and faulty not in listed:
        # A published contribution is taken down.
        listed = [faulty, *listed]
    context = {
        "items": [_item(each, fault if each == faulty else "", typed if each == faulty else "") for each in listed],
        "more": len(found) - len(listed),
        "mine": list(Consultation.objects.filter(facilitators=acting_user(request))[:MOST_MINE]),
    }
    return render_page(
        request,
        "staff/youthpanel/consultations/moderation.html",
        _("Waiting to be read"),
        context,
        status=422 if fault else 200,
    )


def _item(contribution: Idea | Post, fault: str, typed: str) -> dict[str, Any]:
    is_idea = isinstance(contribution, Idea)
    return {
        "it": contribution,
        "is_idea": is_idea,
        "address": "admin:youthpanel-idea-moderate" if is_idea else "admin:youthpanel-post-moderate",
        "personal": find_personal_data(contribution.text),
        "fault": fault,
        "typed": typed,
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
