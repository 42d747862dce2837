"""Each test starts without the state that another test left in the process."""

import pytest

from clicksafely.common.files import image_uploads
from clicksafely.common.http import rate_limits
from clicksafely.common.logs import request_id
from clicksafely.monitoring.request_latency import counts
from hotline.triage.rules import compiled_rules
from tests import process_state


def test_each_test_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = image_uploads.BudgetLease()
    assert lease.grow(1000)
    rate_limits._breaker.open()
    rate_limits._local.add("key", 60)
    request_id.set("0123456789ab")
    counts.add("report", 200, 0.02)
    compiled_rules._checked_at = compiled_rules.monotonic()
    process_state.reset(monkeypatch)
    assert image_uploads.memory_budget.used == 0
    lease.end()
    assert image_uploads.memory_budget.used == 0
    assert rate_limits._breaker.closed()
    assert not rate_limits._local.has("key")
    assert request_id.get() == ""
    assert counts._counts == {}
    assert compiled_rules._checked_at == float("-inf")
    assert rate_limits.monotonic() == rate_limits.monotonic()
