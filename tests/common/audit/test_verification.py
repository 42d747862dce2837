"""Verification of the chain from the staff site: progress, results, and attempts to falsify them."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clicksafely.common.audit import verification
from clicksafely.common.audit.chain import current_head, link_events
from clicksafely.common.audit.verification import VerificationNotAllowed, VerificationRunning, request_verification
from clicksafely.common.models import AuditEvent, AuditLink, AuditVerification
from clicksafely.common.staff.jobs import jobs_of
from clicksafely.common.tasks import verify_audit_chain
from tests.clients.staff import Person, signed_in
from tests.common.audit.test_chain import happen, tampering
from tests.database import as_role_of
from tests.hotline.review.conftest import make_user

PAGE = "/admin/audit/verification/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def auditor(db: None) -> Person:
    return signed_in("revizor", "auditor")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three links a part."""
    monkeypatch.setattr(verification, "PART", 3)


def start(person: Person, expected: str = "") -> AuditVerification:
    response = person.client.post(PAGE, {"expected": expected})
    assert (response.status_code, response["Location"]) == (302, PAGE)
    return AuditVerification.objects.first()  # type: ignore[return-value]


def test_a_sound_chain(auditor: Person) -> None:
    happen(5)
    link_events()
    head = current_head()
    run = start(auditor)
    assert run.finished_at is None
    verify_audit_chain()
    run.refresh_from_db()
    assert (run.fault, run.finished_at is not None) == ("", True)
    assert run.head_seq >= head.seq
    assert f"link{run.head_seq}:{bytes(run.head_mac).hex()}" in auditor.client.get(PAGE).content.decode()
    requested, verified = AuditEvent.objects.filter(action__startswith="audit.verif").order_by("pk")
    assert (requested.actor_id, verified.actor_id) == (auditor.user.pk, None)
    assert verified.data == {
        "links": run.head_seq,
        "head": bytes(run.head_mac).hex(),
        "fault": "",
        "link": None,
        "event": None,
    }


@pytest.mark.usefixtures("small_parts")
def test_a_long_chain_is_verified_in_parts_with_progress(auditor: Person) -> None:
    happen(10)
    link_events()
    run = start(auditor)
    verification.continue_verification(seconds=0)
    run.refresh_from_db()
    assert (run.head_seq, run.finished_at) == (3, None)
    (job,) = jobs_of(auditor.user, now=timezone.now())
    assert (job.state, job.percent, job.url) == ("running", 300 // run.links, PAGE)
    assert jobs_of(make_user("ana", "supervisor"), now=timezone.now()) == []
    assert f'value="{300 // run.links}"' in auditor.client.get(PAGE).content.decode()
    verification.continue_verification(seconds=300)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert run.head_seq >= 10


@pytest.mark.usefixtures("small_parts")
def test_a_broken_chain_is_reported_with_instructions(auditor: Person) -> None:
    events = happen(8)
    link_events()
    with tampering() as execute:
        execute("UPDATE common_auditevent SET actor_id = 1 WHERE id = %s", [events[4]])
    run = start(auditor)
    verify_audit_chain()
    run.refresh_from_db()
    seq = AuditLink.objects.get(event=events[4]).seq
    assert len(jobs_of(auditor.user, now=timezone.now())[0].problems) == 1
    assert (run.fault, run.fault_link, run.fault_event) == ("event", seq, events[4])
    page = auditor.client.get(PAGE).content.decode()
    assert (str(seq) in page, str(events[4]) in page) == (True, True)


@pytest.mark.usefixtures("small_parts")
def test_an_earlier_head_is_found_in_an_earlier_part_and_missed_in_a_chain_that_was_cut(auditor: Person) -> None:
    happen(2)
    link_events()
    early = current_head()
    happen(6)
    link_events()
    late = current_head()
    start(auditor, str(early))
    verify_audit_chain()
    assert AuditVerification.objects.first().fault == ""  # type: ignore[union-attr]
    with tampering() as execute:
        execute("DELETE FROM common_auditlink WHERE seq > 5")
        execute("DELETE FROM common_auditevent WHERE NOT EXISTS (SELECT FROM common_auditlink WHERE event_id = id)")
    AuditVerification.objects.all().delete()
    start(auditor, str(late))
    verify_audit_chain()
    assert AuditVerification.objects.first().fault == "no_head"  # type: ignore[union-attr]


@pytest.mark.usefixtures("small_parts")
def test_the_database_cannot_skip_a_part_of_the_chain(auditor: Person) -> None:
    """The state between two parts is authenticated: a row moved past the change starts again."""
    events = happen(9)
    link_events()
    run = start(auditor)
    verification.continue_verification(seconds=0)
    with tampering() as execute:
        execute("UPDATE common_auditevent SET actor_id = 1 WHERE id = %s", [events[4]])
    later = AuditLink.objects.get(seq=AuditLink.objects.get(event=events[4]).seq + 1)
    AuditVerification.objects.update(head_seq=later.seq, head_mac=later.mac)
    verify_audit_chain()
    run.refresh_from_db()
    assert (run.fault, run.fault_event) == ("event", events[4])


@pytest.mark.usefixtures("small_parts")
def test_the_state_of_another_run_is_not_used(auditor: Person) -> None:
    happen(6)
    link_events()
    start(auditor)
    verification.continue_verification(seconds=0)
    first = AuditVerification.objects.get()
    state = {"head_seq": first.head_seq, "head_mac": bytes(first.head_mac), "seal": bytes(first.seal)}
    first.delete()
    run = start(auditor)
    AuditVerification.objects.filter(pk=run.pk).update(**state)
    with tampering() as execute:
        execute("UPDATE common_auditlink SET mac = repeat('x', 32)::bytea WHERE seq = 2")
    verify_audit_chain()
    run.refresh_from_db()
    assert run.fault_link == 2


def test_one_at_a_time_and_only_with_a_valid_head(auditor: Person) -> None:
    verify_audit_chain()
    response = auditor.client.post(PAGE, {"expected": "link7:zz"})
    assert (response.status_code, "link7:zz" in response.content.decode()) == (422, True)
    start(auditor)
    assert auditor.client.post(PAGE, {"expected": ""}).status_code == 422
    assert AuditVerification.objects.count() == 1
    with pytest.raises(VerificationRunning):
        request_verification(expected=None, actor=auditor.user, now=timezone.now())


def test_a_supervisor_neither_starts_nor_sees_it(db: None) -> None:
    other = signed_in("nadzor", "supervisor")
    assert other.client.get(PAGE).status_code == 403
    assert other.client.post(PAGE, {"expected": ""}).status_code == 403
    with pytest.raises(VerificationNotAllowed):
        request_verification(expected=None, actor=other.user, now=timezone.now())
    assert not AuditVerification.objects.exists()


def test_the_role_of_the_worker_verifies_and_the_public_role_sees_nothing(auditor: Person) -> None:
    happen(3)
    link_events()
    start(auditor)
    with as_role_of("worker"):
        verification.continue_verification(seconds=300)
    assert AuditVerification.objects.get().finished_at
    with as_role_of("public"), suppress(Exception), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_auditverification")
        pytest.fail("the public role read the verifications")
