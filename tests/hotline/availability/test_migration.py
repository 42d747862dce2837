"""The columns of checks go and come, whatever was watched meanwhile."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hotline.models import AvailabilityCheck, CheckRun
from tests.hotline.review.conftest import NOW, make_item


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.django_db(transaction=True)
def test_what_is_watched_survives_the_way_back_and_forth() -> None:
    item = make_item("https://www.example.org/a/1")
    ended = {"ended_at": NOW, "outcome": "removed", "next_check_at": NOW, "gone_at": NOW, "missed_at": NOW, "misses": 3}
    watch = AvailabilityCheck.objects.create(
        item=item, host=item.host, began_at=NOW, checked_at=NOW, result="gone", **ended
    )
    CheckRun.objects.create(watch=watch, finding="gone", first_at=NOW, last_at=NOW)
    executor = MigrationExecutor(connection)
    everything = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate([("hotline", "0016_iccam")])
        assert "hotline_checkrun" not in connection.introspection.table_names()
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(everything)
    watch = AvailabilityCheck.objects.get()
    assert (watch.host, watch.outcome, watch.misses, watch.missed_at) == (item.host, "removed", 3, NOW)
    # What had ended was not looked for before there were such columns.
    assert watch.next_check_at is None
    assert not CheckRun.objects.exists()
