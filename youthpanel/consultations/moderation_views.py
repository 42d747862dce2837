"""Moderation queue of a facilitator over all consultations, and the discussion of one consultation."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.staff.pages import DetailPage, StaffPage
from youthpanel.consultations import moderation
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.pii_hints import find_personal_data
from youthpanel.consultations.selectors import unmoderated_contributions
from youthpanel.consultations.view_helpers import MODERATE, FacilitatedPage, warn_changed, warn_closed
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import ConsultationState

SHOWN_AT_ONCE = 25
PAGE_OF_TALK = 50
MAX_OWN = 30


class QueuePage[T](StaffPage[T]):
    """Contributions that await moderation, the oldest first, each with personal data hints."""

    permissions = (MODERATE,)
    template_name = "staff/youthpanel/consultations/moderation.html"
    title = gettext_lazy("Awaiting review")

    def get_url(self) -> str:
        return reverse("admin:youthpanel-moderation")

    def show(self, *, faulty: Idea | Post | None = None, fault: str = "", typed: str = "") -> HttpResponse:
        """Show the queue, with the fault and the typed reason at one contribution."""
        found = unmoderated_contributions(self.user)
        listed = found[:SHOWN_AT_ONCE]
        if faulty is not None and faulty not in listed:
            # A published contribution is taken down.
            listed = [faulty, *listed]
        return self.render(
            status=422 if fault else 200,
            items=[_item(each, fault if each == faulty else "", typed if each == faulty else "") for each in listed],
            more=len(found) - len(listed),
            mine=list(Consultation.objects.filter(facilitators=self.user)[:MAX_OWN]),
        )


class Queue(QueuePage[None]):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()


class Moderate[C: (Idea, Post)](QueuePage[C]):
    """Approve or reject a contribution."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contribution = self.object
        act, reason = request.POST.get("act"), request.POST.get("reason", "")
        # The state that the facilitator saw; a colleague may have decided in the meantime.
        contribution.state = request.POST.get("state", "")
        moderation.check_facilitator(contribution.consultation, self.user)
        try:
            if act == "show":
                moderation.approve_contribution(contribution=contribution, actor=self.user, now=self.now)
            else:
                moderation.reject_contribution(contribution=contribution, reason=reason, actor=self.user, now=self.now)
        except ActionRefused as refused:
            return self.show(faulty=contribution, fault=refused.message, typed=reason)
        except EditConflict:
            warn_changed(request)
        else:
            message = _("Other members see it now.") if act == "show" else _("Hidden. The member reads the reason.")
            messages.success(request, message)
        back = request.POST.get("back", "")
        return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else self.get_url())


class ModerateIdea(Moderate[Idea]):
    def get_object(self) -> Idea:
        return get_object_or_404(Idea.objects.select_related("consultation"), uuid=self.kwargs["uuid"])


class ModeratePost(Moderate[Post]):
    def get_object(self) -> Post:
        return get_object_or_404(Post.objects.select_related("consultation"), uuid=self.kwargs["uuid"])


class Discussion(FacilitatedPage, DetailPage[Consultation]):
    """Ideas with their posts, and general posts. A POST adds a facilitator's post."""

    template_name = "staff/youthpanel/consultations/discussion.html"
    title = gettext_lazy("Discussion")

    def get_context(self) -> dict[str, Any]:
        ideas = self.object.ideas.select_related("member", "read_by").order_by("-written_at", "-id")
        shown = Paginator(ideas, PAGE_OF_TALK).get_page(self.request.GET.get("p"))
        of_idea: dict[int | None, list[Post]] = {}
        for post in self.object.posts.select_related("member", "adult", "read_by"):
            of_idea.setdefault(post.idea_id, []).append(post)
        return {
            **super().get_context(),
            "threads": [(idea, of_idea.get(idea.pk, [])) for idea in shown],
            "shown": shown,
            "general": of_idea.get(None, []),
            "is_open": self.object.state == ConsultationState.OPEN,
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        fault, typed, number = "", request.POST.get("text", ""), _number(request.POST.get("idea"))
        idea = self.object.ideas.filter(pk=number or 0).first()
        try:
            moderation.post_as_facilitator(
                consultation=self.object, idea=idea, text=typed, actor=self.user, now=self.now
            )
        except ActionRefused as refused:
            fault = refused.message
        except NotAllowedNow:
            warn_closed(request)
        else:
            messages.success(request, _("Members can read it now. It is marked as written by an adult."))
            return redirect("admin:youthpanel-discussion", self.object.pk)
        return self.render(status=422, fault=fault, typed=typed, typed_for=number)


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
