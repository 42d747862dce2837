"""A signed-in coordinator with English pages, and an edition without files."""

from datetime import timedelta

from django.utils import timezone

from clicksafely.accounts.models import User
from tests.factories.papers import make_paper
from tests.youthpanel.consultations.conftest import coordinator
from youthpanel.models import Edition, Recommendation

__all__ = ["coordinator"]


def edition_of(recommendation: Recommendation, user: User) -> Edition:
    """An edition of ten days ago."""
    paper, issued_at = make_paper(recommendation), timezone.now() - timedelta(days=10)
    content = {"recommendations": [{"id": recommendation.pk}]}
    return Edition.objects.create(paper=paper, number=1, content=content, issued_at=issued_at, issued_by=user)
