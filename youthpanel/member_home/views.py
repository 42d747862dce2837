"""The members' start page."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.scripts import localized_name
from youthpanel.consultations.participation import selectors as taking_part
from youthpanel.consultations.participation.labels import CONTRIBUTION_LABELS, format_time
from youthpanel.consultations.participation.views import can_be_withdrawn
from youthpanel.member_auth.selectors import replaced_on
from youthpanel.member_auth.sessions import MemberView
from youthpanel.member_home import selectors
from youthpanel.public.recommendation_tracker import tracked_recommendations
from youthpanel.public.views import recommendation_context
from youthpanel.states import ConsultationState, ContributionState


class MemberHomeView(MemberView):
    """`youth-panel/me/`: consultations, meetings and followed recommendations."""

    http_method_names = ["get", "head", "options"]

    def show(self, **address: str) -> HttpResponse:
        tracked = tracked_recommendations(timezone.localdate(self.now))
        calls = selectors.list_consultations(self.member, self.now)
        language = str(self.request.LANGUAGE_CODE)
        own: list[Any] = [*taking_part.own_ideas(self.member), *taking_part.own_posts(self.member)]
        own.sort(key=lambda each: each.written_at, reverse=True)
        context: dict[str, Any] = {
            "replaced_on": replaced_on(self.member),
            "calls": calls,
            "own": [
                (
                    each,
                    CONTRIBUTION_LABELS[state := ContributionState(each.state)],
                    _going(each) and can_be_withdrawn(state),
                )
                for each in own
            ],
            "meetings": [
                (each, format_time(each.starts_at), localized_name(each.place, ""), TOWNS.get(each.town, ""))
                for each in selectors.upcoming_meetings(self.member, self.now)
            ],
            "followed": [
                (each.mine, recommendation_context(each.proposal, language))
                for each in selectors.followed_recommendations(self.member, tracked)
            ],
            "past": [
                (consultation, [recommendation_context(each, language) for each in proposals])
                for consultation, proposals in selectors.outcomes(calls.over, tracked)
            ],
        }
        return self.page("home", context)


def _going(contribution: Any) -> bool:
    return contribution.consultation.state in (ConsultationState.OPEN, ConsultationState.CLOSED)
