"""Migrations of stored rows, forward and back."""

import pytest

from awareness.pages.models import FixedPage
from tests.migrations import migrate

pytestmark = pytest.mark.django_db


def test_long_pages_stay_folded() -> None:
    folded = FixedPage.objects.filter(folds_sections=True)
    folded.update(folds_sections=False)
    migrate("pages", "0004_fixed_pages")
    migrate("pages", "0005_folds_sections")
    assert list(folded.values_list("slug", flat=True)) == ["privacy"]
