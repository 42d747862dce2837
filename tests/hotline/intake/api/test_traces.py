"""Partner reports, API keys and idempotency keys are never stored in clear: not in rows, logs or Valkey."""

import json
import logging

import pytest
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import receipts
from clicksafely.common.logs import PrivateFormatter
from tests.hotline.intake.api.program import REPORT, XARF, Program
from tests.hotline.intake.test_traces import database_text, redis_content

WORDS, CONTACT, IDEMPOTENCY = "МАРКЕР-ПАРТНЕР-9137", "marker-partner-9137@example.org", "marker-partner-9137-key"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_clear(program: Program, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sent = [
        {**REPORT, "words": WORDS, "contact": CONTACT, "app": "viber", "handle": f"група {WORDS}"},
        {**XARF, "description": WORDS, "secret": WORDS},
        {**REPORT, "words": WORDS, "unknown": CONTACT},
        {**REPORT, "addresses": [WORDS]},
    ]
    answer = program.send(sent, Idempotency_Key=IDEMPOTENCY)
    assert answer.status_code == 207
    formatter = PrivateFormatter()
    places = {
        "database": database_text().encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
        "refusals": json.dumps(json.loads(answer.content)["reports"][2:], ensure_ascii=False).encode(),
    }
    entries = json.loads(answer.content)["reports"][:2]
    markers = [WORDS, json.dumps(WORDS)[1:-1], CONTACT, IDEMPOTENCY, program.key, program.key.rpartition("_")[2]]
    markers += [form(entry["receipt"]) for entry in entries for form in (str, receipts.normalise_receipt)]  # type: ignore[misc]
    for marker in markers:
        for where, content in places.items():
            assert marker.encode() not in content, f"{marker} in {where}"
            assert marker.encode().hex().encode() not in content.lower(), f"{marker} in {where}, as hexadecimal digits"
