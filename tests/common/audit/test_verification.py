"""Verification of the chain from the staff site: progress, results, and attempts to falsify them."""

import re
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clicksafely.common.audit import audit_log, chain, verification
from clicksafely.common.audit.chain import ChainHead, current_head, link_events
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


def words(person: Person) -> str:
    html = person.client.get(PAGE).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1") :]).split())


def test_a_sound_chain(auditor: Person) -> None:
    happen(5)
    link_events()
    head = current_head()
    run = start(auditor)
    assert run.finished_at is None
    assert "Провера је у току" in words(auditor)
    verify_audit_chain()
    run.refresh_from_db()
    assert (run.fault, run.finished_at is not None) == ("", True)
    assert run.head_seq >= head.seq
    page = words(auditor)
    assert "неизмењен" in page
    assert f"link{run.head_seq}:{bytes(run.head_mac).hex()}" in page
    assert "нарушен" not in page
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
    assert f"Проверено карика: 3 од {run.links}" in words(auditor)
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
    assert jobs_of(auditor.user, now=timezone.now())[0].problems == ("догађај је измењен",)
    assert (run.fault, run.fault_link, run.fault_event) == ("event", seq, events[4])
    page = words(auditor)
    for sentence in ("догађај је измењен", f"Карика {seq}", f"догађај {events[4]}", "Ништа не мењајте и не бришите."):
        assert sentence in page


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


def test_one_at_a_time(auditor: Person) -> None:
    start(auditor)
    response = auditor.client.post(PAGE, {"expected": ""})
    assert response.status_code == 422
    assert "Једна провера већ траје." in response.content.decode()
    assert AuditVerification.objects.count() == 1
    with pytest.raises(VerificationRunning):
        request_verification(expected=None, actor=auditor.user, now=timezone.now())


@pytest.mark.parametrize("head", ["link7", "link7:zz", "7:" + "0" * 64 + "00", "'; DROP", "linkx:" + "0" * 64])
def test_a_head_that_is_none(auditor: Person, head: str) -> None:
    response = auditor.client.post(PAGE, {"expected": head})
    assert response.status_code == 422
    assert head.split("'")[0] in response.content.decode()
    assert not AuditVerification.objects.exists()


def test_supervisors_and_others_neither_start_nor_see_it(auditor: Person) -> None:
    for role in ("supervisor", "analyst", "editor"):
        other = signed_in(f"neko-{role}", role)
        assert other.client.get(PAGE).status_code == 403
        assert other.client.post(PAGE, {"expected": ""}).status_code == 403
    with pytest.raises(VerificationNotAllowed):
        request_verification(expected=None, actor=make_user("ana", "supervisor"), now=timezone.now())
    assert not AuditVerification.objects.exists()


def test_without_a_run_the_task_does_nothing(db: None) -> None:
    verify_audit_chain()
    assert not AuditEvent.objects.filter(action="audit.verified").exists()


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


def test_an_empty_chain(auditor: Person) -> None:
    part = chain.verify_links(ChainHead(0, chain.GENESIS), links=10)
    assert (part.head.seq, part.fault, part.is_end) == (0, None, True)
    audit_log.record(action="x.y", subject=None, actor=None, now=timezone.now())
