"""The member page of a consultation, which offers the actions of the current phase."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.exceptions import EditConflict
from youthpanel.consultations import opinions, services
from youthpanel.consultations.exceptions import AlreadyAnswered, NotAllowedNow
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.participation import selectors
from youthpanel.consultations.participation.actions import ACTIONS, SUCCESS_MESSAGES, Submission, SubmissionResult
from youthpanel.consultations.participation.cards import CardsForm
from youthpanel.consultations.participation.labels import (
    CONTRIBUTION_LABELS,
    KLIK_POSES,
    PHASE_LABELS,
    format_time,
    unavailable_reason,
)
from youthpanel.consultations.phases import activity_at, phases_at
from youthpanel.consultations.selectors import results
from youthpanel.consultations.services import has_answered
from youthpanel.member_auth.sessions import MemberView, submitted_text
from youthpanel.models import Consultation, Idea, Post
from youthpanel.states import CONTRIBUTION_TRANSITIONS, ConsultationState, ContributionState, PhaseActivity


class ConsultationView(MemberView):
    """`youth-panel/consultations/<slug>/`. Consultations of other cohorts give 404."""

    consultation: Consultation

    def show(self, **address: str) -> HttpResponse:
        """Show the current phase."""
        if not self._find(address["slug"]):
            return self.page("not_found", {}, status=404)
        return self._render(notice=SUCCESS_MESSAGES.get(self.request.GET.get("done", ""), ""), kind="success")

    def act(self, **address: str) -> HttpResponse:
        """Run one action and redirect. If it fails, the page shows the problems and keeps the submitted text."""
        if not self._find(address["slug"]):
            return self.page("not_found", {"unsaved_text": submitted_text(self.request)}, status=404)
        act = ACTIONS.get(self.request.POST.get("act", ""))
        try:
            if act is None:
                raise EditConflict
            outcome = act(Submission(self.consultation, self.member, self.now, self.request.POST))
        except NotAllowedNow:
            unsaved_text = submitted_text(self.request)
            words = _("This part has ended, or is no longer open for you. Nothing was sent.")
            if unsaved_text:
                words = _(
                    "This part has ended, or is no longer open for you. Nothing was sent. "
                    "Your text is still here: copy it if you want to keep it."
                )
            return self._render(notice=words, kind="warning", unsaved_text=unsaved_text, status=409)
        except AlreadyAnswered:
            words = _(
                "You have already answered, perhaps on another page. Your first answers count; nothing was changed."
            )
            return self._render(notice=words, kind="warning", unsaved_text=submitted_text(self.request), status=409)
        except EditConflict:
            words = _("This page has changed in the meantime, so nothing was saved. Please look again.")
            return self._render(notice=words, kind="warning", unsaved_text=submitted_text(self.request), status=409)
        if outcome.done:
            page = reverse("panel-consultation", args=[self.consultation.slug])
            return HttpResponseRedirect(f"{page}?done={outcome.done}{outcome.place}", status=303)
        return self._render(outcome=outcome, status=422)

    def _find(self, slug: str) -> bool:
        found = selectors.find_consultation(self.member, slug)
        if found is not None:
            self.consultation = found
        return found is not None

    def _render(
        self,
        *,
        outcome: SubmissionResult | None = None,
        notice: Any = "",
        kind: str = "",
        unsaved_text: str = "",
        status: int = 200,
    ) -> HttpResponse:
        consultation = self.consultation
        feature = activity_at(consultation, self.now)
        line = phases_at(consultation, self.now)
        context: dict[str, Any] = {
            "consultation": consultation,
            "feature": feature,
            "step": PHASE_LABELS.get(feature) if feature else None,
            "until": format_time(line.now.ends_at) if line.now and feature != PhaseActivity.REPORT else "",
            "next": (PHASE_LABELS[PhaseActivity(line.next.feature)], format_time(line.next.starts_at))
            if line.next
            else None,
            "phases": [
                (
                    PHASE_LABELS[PhaseActivity(phase.feature)],
                    place,
                    format_time(phase.starts_at),
                    format_time(phase.ends_at),
                )
                for place, phases in (
                    ("before", line.before),
                    ("now", [line.now] if line.now else []),
                    ("after", line.after),
                )
                for phase in phases
            ],
            "klik": f"img/klik-{KLIK_POSES.get(feature, 'sleeps') if feature else 'sleeps'}.svg",
            "why_nothing": unavailable_reason(consultation, feature),
            "outcome": outcome or SubmissionResult(),
            "noticed": [(each.kind.value, each.text) for each in outcome.noticed] if outcome else [],
            "notice": notice,
            "notice_kind": kind,
            "unsaved_text": unsaved_text,
            "own": self._own(),
            "longest": services.MAX_CONTRIBUTION_LENGTH,
            **self._of_the_phase(feature, outcome),
        }
        return self.page("consultation", context, status=status)

    def _of_the_phase(self, feature: PhaseActivity | None, outcome: SubmissionResult | None) -> dict[str, Any]:
        consultation = self.consultation
        if feature == PhaseActivity.ANSWER:
            done = has_answered(consultation, self.member)
            form = (outcome and outcome.questionnaire) or (None if done else questionnaire_form(consultation))
            return {"answered": done, "form": form}
        if feature == PhaseActivity.OPINIONS:
            opinion_round = opinions.current_round(consultation)
            statements = list(opinion_round.statements.all()) if opinion_round else []
            voted = opinion_round is not None and opinions.has_voted(opinion_round, self.member)
            blank = CardsForm(statements=statements) if statements and not voted else None
            return {"round": opinion_round, "voted": voted, "cards": (outcome and outcome.cards) or blank}
        if feature in (None, PhaseActivity.INFORM):
            return {}
        talks = selectors.idea_discussions(consultation, self.member)
        if feature == PhaseActivity.DISCUSS:
            by_idea = {talk.idea.pk: talk for talk in talks}
            general: list[Post] = []
            for post in selectors.shown_posts(consultation):
                if post.idea_id is None:
                    general.append(post)
                elif post.idea_id in by_idea:
                    by_idea[post.idea_id].posts.append(post)
            return {"talks": talks, "general": general, "has_adults": services.has_enough_facilitators(consultation)}
        if feature == PhaseActivity.PRIORITISE:
            if outcome:
                chosen_ids = set(self.request.POST.getlist("ideas"))
                for talk in talks:
                    talk.is_priority = str(talk.idea.uuid) in chosen_ids
            return {"talks": talks, "most": services.MAX_PRIORITIES}
        if feature == PhaseActivity.REPORT:
            talks.sort(key=lambda talk: (-talk.chosen, -talk.support))
            # Members do not see the texts of anonymous answers, because these are not moderated.
            by_choice = any(talk.chosen for talk in talks)
            found = results(consultation, self.now)
            return {"talks": talks, "by_choice": by_choice, "results": found, "opinions": found.opinions}
        return {"talks": talks}

    def _own(self) -> list[tuple[Any, Any, bool]]:
        """Return the member's contributions here: the row, its state label, and whether it can be withdrawn."""
        written: list[Idea | Post] = [*selectors.own_ideas(self.member), *selectors.own_posts(self.member)]
        mine = [each for each in written if each.consultation_id == self.consultation.pk]
        going = self.consultation.state in (ConsultationState.OPEN, ConsultationState.CLOSED)
        return [
            (each, CONTRIBUTION_LABELS[state := ContributionState(each.state)], going and can_be_withdrawn(state))
            for each in mine
        ]


def can_be_withdrawn(state: ContributionState) -> bool:
    """Return whether the author can withdraw the contribution in its current state."""
    return ContributionState.WITHDRAWN in CONTRIBUTION_TRANSITIONS[state]
