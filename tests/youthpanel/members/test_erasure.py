"""Erasure of a member: no trace of the name, unchanged statistics, and repeated erasure after a restore."""

import logging
import os
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import NoPrivateKey
from clicksafely.common.database_roles.grant_table import PARTS
from clicksafely.common.serbian.search_folding import fold
from tests.clients.staff import make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import (
    NOW,
    TODAY,
    give_consent,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_recommendation,
    make_school,
)
from tests.youthpanel.stored_data import dump, figures
from youthpanel.ages import age_on
from youthpanel.members import redaction, retention
from youthpanel.members.erasure import erase_member
from youthpanel.members.erasure_log import ErasureLogUnwritable
from youthpanel.models import (
    AnswerSheet,
    Attendance,
    Consent,
    Decision,
    Endorsement,
    Idea,
    InvitationCode,
    MeetingFile,
    Member,
    MemberSession,
    Participation,
    Post,
    Quotation,
    SafeguardingNote,
    SlipReplacement,
)

pytestmark = pytest.mark.django_db
NAME = "Милица Стојановић"
AS_WRITTEN = ("Милица Стојановић", "Stojanović Milica", "milica stojanovic", "Милицу Стојановић", "Milice Stojanović")


@pytest.fixture
def member() -> Member:
    """A member with data of every kind, whose name is in every free text."""
    cohort = make_cohort()
    member = make_member(cohort, contact={"name": NAME, "guardian": "Мира Стојановић"}, pseudonym="Храбри јеж")
    other = make_member(cohort, school=member.school)
    for scope in ("membership", "online", "quotation"):
        give_consent(member, scope, document=f"Сагласност {NAME}")
    meeting = make_meeting(cohort, minutes=f"Говорила је {AS_WRITTEN[3]}, затим остали.", agenda_sr=AS_WRITTEN[1])
    Attendance.objects.create(meeting=meeting, member=member, attended=True)
    Attendance.objects.create(meeting=meeting, member=other, attended=False)
    Decision.objects.create(meeting=meeting, text_sr=f"{NAME} пише позив.")
    picture = MeetingFile.objects.create(
        meeting=meeting, kind="photograph", name="a.jpg", description=NAME, size=1, sha256="0" * 64, added_at=NOW
    )
    picture.shown.set([member, other])
    named, anonymous = make_consultation(cohort, anonymous=False), make_consultation(cohort)
    for consultation in (named, anonymous):
        Participation.objects.create(consultation=consultation, member=member, day=TODAY)
    AnswerSheet.objects.create(consultation=named, day=TODAY, member=member, answers={"1": ["да", f"ја, {NAME}"]})
    AnswerSheet.objects.create(consultation=anonymous, day=TODAY, answers={"1": 3})
    idea = Idea.objects.create(
        consultation=named, member=member, text=f"Ја сам {AS_WRITTEN[2]} и предлажем.", written_at=NOW
    )
    Post.objects.create(consultation=named, idea=idea, member=other, text=f"Браво, {AS_WRITTEN[0]}!", written_at=NOW)
    Endorsement.objects.create(idea=idea, member=member)
    Quotation.objects.create(consultation=named, member=member, text_sr="Питајте нас.", approved_at=NOW)
    SafeguardingNote.objects.create(
        member=member, sealed=b"x", written_at=NOW, written_by=make_staff("facilitator", "coordinator")
    )
    slip = {"member": member, "digest": b"x" * 32, "expires_at": NOW + timedelta(1)}
    InvitationCode.objects.create(**slip, pictures=b"y" * 32, created_at=NOW)
    MemberSession.objects.create(**slip, ends_at=NOW + timedelta(1))
    SlipReplacement.objects.create(member=member, requested_at=NOW)
    audit_log.record(action="identity.opened", subject=member, actor=None, now=NOW)
    return member


def test_nothing_of_the_name_remains_and_every_figure_stays(
    member: Member,
    coordinator: User,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    picture = MeetingFile.objects.get()
    folder = Path(settings.MEDIA_ROOT) / "panel" / "photographs"
    folder.mkdir(parents=True)
    files = [folder / f"{picture.uuid}.jpg", folder / f"{picture.uuid}-640.webp", folder / f"{uuid4()}.jpg"]
    for file in files:
        file.write_bytes(b"x")
    before = figures()
    assert dump().count(fold("Стојановић")) >= 8
    with django_capture_on_commit_callbacks(execute=True):
        erase_member(member, coordinator, NOW)
    remaining = dump()
    for trace in (fold("Стојановић"), fold("Милиц"), fold("Храбри јеж")):
        assert trace not in remaining, remaining[remaining.index(trace) - 200 :]
    assert bytes(member.identity).hex() not in remaining
    assert bytes(member.sealed).hex()[:60] not in remaining
    assert figures() == before
    assert [file.exists() for file in files] == [False, False, True]
    logged = caplog.text + "".join(map(str, audit_log.AuditEvent.objects.values_list("action", "data")))
    assert not re.search("Стојанов|Stojanov|Храбри", logged)
    member.refresh_from_db()
    assert (member.pseudonym, member.left_on, member.erased_at) == (f"№ {member.pk}", TODAY, NOW)
    for model in (InvitationCode, SlipReplacement, MemberSession):
        assert not model.objects.exists()
    assert not MeetingFile.objects.get().shown.exists()
    assert MeetingFile.objects.get().erased
    # The quotation was approved with a valid consent: it stays, without its author.
    assert list(Quotation.objects.values_list("member", "approved_at")) == [(None, NOW)]
    assert SafeguardingNote.objects.get().member is None


@pytest.mark.parametrize("month", [1, 9, 10, 12])
def test_the_month_of_birth_is_erased_and_the_age_at_joining_stays(month: int) -> None:
    member = make_member(birth_year=2013, birth_month=month, joined_on=TODAY)
    age = age_on(TODAY, year=2013, month=month)
    erase_member(member, None, NOW)
    member.refresh_from_db()
    assert member.birth_month in (1, 12)
    assert age_on(TODAY, year=2013, month=member.birth_month) == age


def test_erased_once_the_person_may_come_again_with_the_same_pseudonym(member: Member, erasures: Path) -> None:
    identity = bytes(member.identity)
    erase_member(member, None, NOW)
    erase_member(member, None, NOW + timedelta(days=3))
    assert len(erasures.read_text().splitlines()) == 1
    make_member(member.cohort, pseudonym="Храбри јеж", identity=identity)


def test_without_the_list_or_the_private_key_nothing_is_erased(member: Member, erasures: Path) -> None:
    erasures.parent.mkdir()
    erasures.mkdir()
    with pytest.raises(ErasureLogUnwritable):
        erase_member(member, None, NOW)
    member.refresh_from_db()
    assert (member.erased_at, member.pseudonym) == (None, "Храбри јеж")
    erasures.rmdir()
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")), pytest.raises(NoPrivateKey):
        erase_member(member, None, NOW)
    assert not erasures.exists()
    member.refresh_from_db()
    assert member.erased_at is None


def restore(member: Member) -> None:
    """Restore a backup of yesterday."""
    kept = {name: getattr(member, name) for name in ("sealed", "identity", "pseudonym", "birth_month")}
    Member.objects.filter(pk=member.pk).update(**kept, left_on=None, erased_at=None)
    Idea.objects.update(text=f"Ја сам {NAME} и предлажем.")


def test_a_restored_backup_forgets_again(member: Member, erasures: Path, settings: Any) -> None:
    before = Member.objects.get(pk=member.pk)
    erase_member(member, None, NOW)
    restore(before)
    keys = settings.SEALING_PRIVATE_KEYS
    settings.SEALING_PRIVATE_KEYS = Path("/nonexistent")
    with pytest.raises(CommandError, match="where the private keys are"):
        call_command("replay_erasures")
    member.refresh_from_db()
    assert member.erased_at is None
    settings.SEALING_PRIVATE_KEYS = keys
    picture = Path(settings.MEDIA_ROOT) / "panel" / f"{MeetingFile.objects.get().uuid}.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"x")
    call_command("replay_erasures", stdout=(out := StringIO()))
    assert "Erased 1 member" in out.getvalue()
    assert not picture.exists()
    assert fold("Стојановић") not in dump()
    member.refresh_from_db()
    assert member.erased_at is not None
    assert Idea.objects.get().text == "Ја сам […] и предлажем."
    # A lost list is completed on demand.
    erasures.unlink()
    call_command("replay_erasures", "--complete-list", stdout=StringIO())
    restore(before)
    call_command("replay_erasures", stdout=StringIO())
    member.refresh_from_db()
    assert member.erased_at is not None
    settings.SEALING_PRIVATE_KEYS = Path("/nonexistent")
    call_command("replay_erasures", stdout=(again := StringIO()))
    assert again.getvalue() == ""


def test_name_is_removed_from_anonymous_sheets(member: Member, erasures: Path) -> None:
    anonymous = AnswerSheet.objects.get(member=None)
    AnswerSheet.objects.filter(pk=anonymous.pk).update(answers={"1": f"Ја, {NAME}"})
    Consent.objects.filter(scope="quotation").update(withdrawn_on=TODAY)
    erase_member(member, None, NOW)
    anonymous.refresh_from_db()
    assert anonymous.answers == {"1": "Ја, […]"}
    assert str(anonymous.pk) not in erasures.read_text()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM youthpanel_answersheet")
        assert len(cursor.fetchall()) == 1
    assert AnswerSheet.objects.count() == 2
    # Words without a consent have to be cleared anew.
    assert list(Quotation.objects.values_list("member", "approved_at")) == [(None, None)]


def test_nothing_opens_with_a_list_that_is_not_whole(erasures: Path) -> None:
    erase_member(make_member(), None, NOW)
    whole = erasures.read_text()
    for damaged in ("something else\n", f"{whole}{uuid4()} 2026-13-40\n", "", whole[:-1]):
        erasures.write_text(damaged)
        with pytest.raises(CommandError):
            call_command("replay_erasures")
    erasures.unlink()
    with pytest.raises(CommandError):
        call_command("replay_erasures")
    erasures.mkdir()
    with pytest.raises(CommandError):
        call_command("replay_erasures")


def test_each_part_compares_the_list_before_it_starts() -> None:
    erase_member(make_member(), None, NOW)
    for part in PARTS:
        with as_role_of(part):
            call_command("replay_erasures", stdout=(out := StringIO()))
        assert out.getvalue() == "", part


@pytest.mark.django_db(transaction=True)
def test_the_portal_is_not_prepared_with_a_list_that_is_damaged(erasures: Path, settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    erasures.parent.mkdir()
    erasures.write_text("something else\n")
    with pytest.raises(CommandError, match="erasure log is damaged"):
        call_command("prepare", "--no-data", stdout=StringIO())
    assert not settings.STATIC_ROOT.exists()


def test_a_torn_line_is_one_of_an_erasure_that_never_was(erasures: Path) -> None:
    first, second = make_member(), make_member()
    erase_member(first, None, NOW)
    with erasures.open("a") as file:
        file.write(f"{second.uuid} 2026-")
    call_command("replay_erasures", stdout=StringIO())
    erase_member(make_member(), None, NOW)
    call_command("replay_erasures", stdout=StringIO())
    second.refresh_from_db()
    assert second.erased_at is None
    assert len(erasures.read_text().splitlines()) == 2
    assert os.stat(erasures).st_mode & 0o007 == 0


def test_former_members_are_erased_after_the_retention_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("youthpanel.members.retention.RETENTION_DAYS", 180)
    cohort = make_cohort()
    make_member(cohort, left_on=TODAY - timedelta(days=179))
    due = make_member(cohort, left_on=TODAY - timedelta(days=180))
    make_member(cohort)
    assert retention.erase_former_members(now=NOW) == 1
    assert Member.objects.exclude(erased_at=None).get() == due
    assert retention.erase_former_members(now=NOW) == 0


def test_recognised_forms_of_a_name() -> None:
    consultation = make_consultation(make_cohort())
    for name, written, found in (
        (NAME, "Милици Стојановић, хвала", True),
        (NAME, "Милица и Стојановић", False),
        (NAME, "Милицама Стојановићка", True),
        ("Ђорђе Џомбић", "Djordje Dzombic", True),
        ("Ана", "Ана", False),
    ):
        idea = Idea.objects.create(consultation=consultation, text=written, written_at=NOW)
        assert bool(redaction.redact_name(name)) == found
        idea.refresh_from_db()
        assert (idea.text != written) == found


def test_a_name_in_a_draft_is_redacted_and_that_of_a_school_stays() -> None:
    school = make_school(name=f"ОШ „{NAME}“")
    proposal = make_recommendation(text_sr=f"<p>Предлог је дала {NAME}.</p>", text_en=f"<p>By {NAME}.</p>")
    redaction.redact_name(NAME)
    proposal.refresh_from_db()
    assert (proposal.text_sr, proposal.text_en) == ("<p>Предлог је дала […].</p>", "<p>By […].</p>")
    school.refresh_from_db()
    assert NAME in school.name
