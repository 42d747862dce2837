"""Numbers of records."""

from datetime import UTC, datetime

import pytest

from clicksafely.common.references import format_reference
from hotline.models import Report
from youthpanel.models import SafeguardingNote

# A quarter past midnight in Belgrade.
NEW_YEAR = datetime(2026, 12, 31, 23, 15, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "reference"), [(22, "NP-2026-000042"), (23, "NP-2027-000042")])
def test_a_number_has_the_year_in_belgrade(hour: int, reference: str) -> None:
    assert format_reference("NP", NEW_YEAR.replace(hour=hour), 42) == reference
    assert Report(pk=42, received_at=NEW_YEAR.replace(hour=hour)).reference == reference


def test_a_safeguarding_note_is_named_by_its_day_in_belgrade() -> None:
    assert str(SafeguardingNote(written_at=NEW_YEAR)) == "2027-01-01"
