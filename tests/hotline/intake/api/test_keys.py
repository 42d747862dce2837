"""API keys: format, stored digest and look-up."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.common.crypto import receipts
from hotline.intake.api import keys, selectors
from hotline.intake.api.keys import Seeds
from hotline.intake.api.partner_services import LabelTaken, make_key, record_use, revoke_key
from hotline.models import Partner, PartnerKey
from tests.hotline.intake.api.program import make_partner


def test_a_key_is_a_prefix_and_160_random_bits() -> None:
    drawn = {keys.draw_key() for _ in range(100)}
    assert len({key.text for key in drawn}) == len({key.prefix for key in drawn}) == 100
    for key in drawn:
        assert re.fullmatch(rf"npk_{key.prefix}_[a-z2-7]{{32}}", key.text)
        assert keys.prefix_of(key.text) == key.prefix
        assert keys.is_same(key.text, key.digest)
        assert not keys.is_same(key.text, None)


@pytest.mark.parametrize(
    "text",
    ["", "npk_aaaaaaaa_" + "a" * 31, "NPK_aaaaaaaa_" + "a" * 32, "npk_aaaaaaaa_" + "a" * 32 + "\n"],
)
def test_invalid_key_has_no_prefix(text: str) -> None:
    assert keys.prefix_of(text) == ""


def test_seeds_make_the_same_of_the_same_request_only() -> None:
    def seeds(**change: object) -> Seeds:
        arguments = {"partner": b"p" * 16, "idempotency_key": "k" * 16, "body_digest": b"d" * 32}
        return Seeds.repeatable(**(arguments | change))  # type: ignore[arg-type]

    assert seeds() == seeds()
    others = [
        seeds(partner=b"q" * 16),
        seeds(idempotency_key="l" * 16),
        seeds(body_digest=b"e" * 32),
        Seeds.fresh(),
        Seeds.fresh(),
    ]
    drawn_values = {(one.state_digest(place), one.receipt(place)) for one in [seeds(), *others] for place in range(3)}
    assert len(drawn_values) == len({receipt for _state, receipt in drawn_values}) == 18
    assert all(receipts.normalise_receipt(receipt) == receipt for _state, receipt in drawn_values)


@pytest.mark.django_db
class TestStored:
    def test_only_the_digest_is_stored(self, partner: Partner) -> None:
        text = make_key(partner=partner, label="x", actor=None, now=timezone.now())
        assert selectors.find_key(text) == partner.keys.get()
        row = PartnerKey.objects.values().get()
        assert text.rpartition("_")[2] not in str(row)

    def test_every_wrong_one_costs_one_query(self, partner: Partner) -> None:
        text = make_key(partner=partner, label="x", actor=None, now=timezone.now())
        other = "a" if text[-1] != "a" else "b"
        for wrong in ("", text[:-1] + other, "npk_aaaaaaaa_" + "a" * 32, text.upper()):
            with CaptureQueriesContext(connection) as queries:
                assert selectors.find_key(wrong) is None
            assert len(queries) == 1

    def test_one_valid_key_a_label_and_revoked_ones_are_not_found(self, partner: Partner) -> None:
        now = timezone.now()
        first = make_key(partner=partner, label="x", actor=None, now=now)
        with pytest.raises(LabelTaken):
            make_key(partner=partner, label="x", actor=None, now=now)
        make_key(partner=make_partner("други"), label="x", actor=None, now=now)
        revoke_key(key=partner.keys.get(), actor=None, now=now)  # type: ignore[arg-type]
        assert selectors.find_key(first) is None
        second = make_key(partner=partner, label="x", actor=None, now=now)
        assert partner.keys.count() == 2
        assert selectors.find_key(second) is not None
        Partner.objects.update(active=False)
        assert selectors.find_key(second) is None

    def test_last_use_is_rounded_to_the_hour_and_written_once_an_hour(self, partner: Partner) -> None:
        now = timezone.now().replace(minute=5)
        make_key(partner=partner, label="x", actor=None, now=now)
        record_use(key=partner.keys.get(), now=now)
        key = partner.keys.get()
        assert key.last_used_at == now.replace(minute=0, second=0, microsecond=0)
        with CaptureQueriesContext(connection) as queries:
            record_use(key=key, now=now.replace(minute=55))
        assert len(queries) == 0
