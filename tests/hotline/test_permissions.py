"""Duties of the hotline: each is held by a custom group alone, refused to a group with all others, and to a superuser without a role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.common.models import AuditEvent
from clicksafely.privacy.export import export_person
from hotline import permissions
from hotline.intake.email import unprocessed
from hotline.intake.email.services import ingest_message
from hotline.models import (
    Assessment,
    Complaint,
    ExposureCount,
    HashList,
    IncomingMail,
    LegalHold,
    MailboxState,
    Note,
    Notice,
    PartnerKey,
    PolicePackage,
    PoliceRecipient,
    Referral,
    Report,
    SealedText,
    Suspicion,
    Upload,
)
from hotline.referral.takedown.plan import plan_notices
from hotline.review import claims, sealed_content
from hotline.review.close_without_assessment import close_reports
from hotline.states import Round
from tests.clients.staff import Person, administrator, make_group, make_group_of_all, make_staff, signed_in
from tests.factories.notices import contact, due_item
from tests.factories.openings import open_and_assess, open_everything_as
from tests.hotline.intake.api.program import make_partner
from tests.hotline.review.conftest import ILLEGAL, make_case

pytestmark = pytest.mark.django_db
DESK, CASE = "/admin/hotline/desk/", "/admin/hotline/case"
# On the case screen, which needs this duty too.
WORK = permissions.WORK_CASE
_numbers = count()


# Notices can be sent only where mail is configured.
OUTGOING_MAIL = {
    "MAIL_ADDRESS": "prijava@hotline.test",
    "MAIL_AUTHSERV_ID": "mx.hotline.test",
    "MAIL_SECRET": "a secret of thirty-two characters",
    "MAIL_SMTP_URL": "smtp://127.0.0.1:9",
    "MAIL_CA_FILE": "",
}


@pytest.fixture(autouse=True)
def _outgoing_mail() -> Iterator[None]:
    with override_settings(**OUTGOING_MAIL):
        yield


def english(person: Person) -> Person:
    person.client.cookies["lang"] = "en"
    return person


def with_only(*duties: str) -> Person:
    """A person whose custom group grants just these."""
    number = next(_numbers)
    make_group(f"custom-{number}", *duties)
    return english(signed_in(f"person-{number}", f"custom-{number}"))


def with_all_but(duty: str) -> Person:
    number = next(_numbers)
    make_group_of_all(f"custom-{number}", duty)
    return english(signed_in(f"person-{number}", f"custom-{number}"))


def colleague(role: str = "analyst") -> User:
    return make_staff(f"colleague-{next(_numbers)}", role)


def page(person: Person, path: str) -> str:
    """What is read there; nothing where it is refused."""
    response = person.client.get(path)
    return response.content.decode() if response.status_code == 200 else ""


@dataclass
class Attempt:
    """An action: `do` performs it as a person, `done` tests its effect, `offered` whether the person sees its link or form."""

    do: Callable[[Person], Any]
    done: Callable[[], bool]
    offered: Callable[[Person], bool]


def posting(path: str, done: Callable[[], bool], *, form_on: str, **data: str) -> Attempt:
    """An attempt to post `data` to a path, whose form is on another page."""
    return Attempt(
        do=lambda person: person.client.post(path, data),
        done=done,
        offered=lambda person: f'action="{path}"' in page(person, form_on),
    )


def claim() -> Attempt:
    case = make_case()
    return Attempt(
        do=lambda person: person.client.post(f"{CASE}/{case.pk}/claim/"),
        done=lambda: Report.objects.get(pk=case.pk).claimed_by is not None,
        offered=lambda person: f'action="{CASE}/{case.pk}/claim/?item=1"' in page(person, f"{CASE}/{case.pk}/"),
    )


def enter() -> Attempt:
    statuses: list[int] = []
    return Attempt(
        do=lambda person: statuses.append(person.client.get("/admin/hotline/enter/").status_code),
        done=lambda: statuses[-1] == 200,
        offered=lambda person: 'href="/admin/hotline/enter/"' in page(person, DESK),
    )


def handle_mail() -> Attempt:
    mail = ingest_message(raw=b"", now=timezone.now())
    path = f"/admin/hotline/incomingmail/{mail.pk}"
    return posting(
        f"{path}/handle/",
        lambda: IncomingMail.objects.get(pk=mail.pk).handled_by is not None,
        form_on=f"{path}/change/",
        state="nothing",
    )


def annotate() -> Attempt:
    case = make_case(claimed_by=colleague(), claimed_until=timezone.now() + timedelta(minutes=20))
    return Attempt(
        do=lambda person: person.client.post(f"{CASE}/{case.pk}/note/", {"note": "x"}),
        done=lambda: Note.objects.filter(report=case).exists(),
        offered=lambda person: 'name="note"' in page(person, f"{CASE}/{case.pk}/"),
    )


def release() -> Attempt:
    case = make_case(claimed_by=colleague(), claimed_until=timezone.now() + timedelta(minutes=20))
    path = f"{CASE}/{case.pk}/release/"
    return posting(path, lambda: Report.objects.get(pk=case.pk).claimed_by is None, form_on=DESK)


def settle() -> Attempt:
    case = make_case()
    item, now = case.items.get(), timezone.now()
    for actor, answers in ((colleague(), ILLEGAL), (colleague(), ILLEGAL | {"age": "pubescent"})):
        claims.claim_case(report_id=case.pk, actor=actor, now=now)
        open_and_assess(report=case, item=item, actor=actor, answers=answers, now=now)

    def do(person: Person) -> None:
        person.client.post(f"{CASE}/{case.pk}/claim/")
        open_everything_as(person, case)
        answers = {f"q-{question}": answer for question, answer in ILLEGAL.items()}
        person.client.post(f"{CASE}/{case.pk}/assess/{item.pk}/", answers)

    return Attempt(
        do=do,
        done=lambda: Assessment.objects.filter(item=item, round=Round.ARBITRATION).exists(),
        offered=lambda person: f'action="{CASE}/{case.pk}/claim/?item=1"' in page(person, f"{CASE}/{case.pk}/"),
    )


def review_urgent() -> Attempt:
    case, now = make_case(), timezone.now()
    referral = Referral.objects.create(
        item=case.items.get(), report=case, author=colleague(), route="police", created_at=now, due_at=now, state="due", urgent=True,
        sealed_reason=b"x",
    )  # fmt: skip
    path = f"{CASE}/{case.pk}/reviewed/{referral.pk}/"
    done = Referral.objects.filter(pk=referral.pk, reviewed_at__isnull=False).exists
    return posting(path, done, form_on=f"{CASE}/{case.pk}/")


def free_picture() -> Attempt:
    case, now = make_case(), timezone.now()
    upload = Upload.objects.create(report=case, size=1, mime_type="image/webp", stored_at=now, locked_at=now)
    Suspicion.objects.create(upload=upload, author=colleague(), raised_at=now)
    done = Suspicion.objects.filter(upload=upload, withdrawn_at__isnull=False).exists
    return posting(f"{CASE}/{case.pk}/free/{upload.pk}/", done, form_on=f"{CASE}/{case.pk}/", reason="slip")


def hold() -> Attempt:
    case = make_case()
    done = LegalHold.objects.filter(report=case).exists
    return posting(f"{CASE}/{case.pk}/legal-hold/", done, form_on=f"{CASE}/{case.pk}/", held="police")


def retry_iccam() -> Attempt:
    case, now = make_case(), timezone.now()
    row = case.iccam_reports.create(
        origin="partner", iccam_id=700_001, created_at=now, given_up_at=now, error="iccam_refused"
    )
    row.contents.create(item=case.items.get())
    done = case.iccam_reports.filter(given_up_at=None).exists
    return posting(f"{CASE}/{case.pk}/iccam/{row.pk}/", done, form_on=f"{CASE}/{case.pk}/")


def deliver_package() -> Attempt:
    recipient = PoliceRecipient.objects.create(name="x")
    package = PolicePackage.objects.create(
        created_at=timezone.now(), recipient=recipient, format="zip", sha256="0" * 64, size=1
    )
    path = f"/admin/hotline/police/{package.pk}"
    return posting(f"{path}/discard/", PolicePackage.objects.filter(state="failed").exists, form_on=f"{path}/")


def acknowledge() -> Attempt:
    now = timezone.now()
    complaint = Complaint.objects.create(
        about="hotline", language="sr", received_at=now, acknowledge_by=now, answer_by=now, number_digest=token_bytes(32),
        state_digest=token_bytes(32), sealed=b"x",
    )  # fmt: skip
    path = f"/admin/hotline/complaints/{complaint.pk}"
    done = Complaint.objects.filter(acknowledged_at__isnull=False).exists
    return posting(f"{path}/acknowledge/", done, form_on=f"{path}/")


def switch_list() -> Attempt:
    now = timezone.now()
    hash_list = HashList.objects.create(
        name=str(uuid4()),
        layout="md5",
        file_size=1,
        file_digest=bytes(32),
        arrived_at=now,
        imported_at=now,
        entries=1,
        state="active",
    )
    path = f"/admin/hotline/hash-lists/{hash_list.pk}"
    done = HashList.objects.filter(pk=hash_list.pk).exclude(state="active").exists
    return posting(f"{path}/switch/", done, form_on=f"{path}/", to="off")


def answer_request() -> Attempt:
    case, exports = make_case(), []

    def do(person: Person) -> None:
        try:
            exports.append(export_person(kind="report", row=case, actor=person.user, now=timezone.now()))
        except PermissionDenied:
            return

    # At a terminal.
    return Attempt(do=do, done=lambda: bool(exports), offered=lambda person: bool(exports))


def service_notices() -> Attempt:
    MailboxState.objects.get_or_create(pk=1, defaults={"error": "login", "failing_since": timezone.now()})
    notices: list[bool] = []

    def offered(person: Person) -> bool:
        return "The mailbox cannot be read" in page(person, DESK)

    return Attempt(do=lambda person: notices.append(offered(person)), done=lambda: notices[-1], offered=offered)


def make_partner_key() -> Attempt:
    partner = make_partner(f"partner-{next(_numbers)}")
    path = f"/admin/hotline/partner/{partner.pk}"
    return Attempt(
        do=lambda person: person.client.post(f"{path}/make-key/", {"label": "new"}),
        done=lambda: PartnerKey.objects.filter(partner=partner, label="new").exists(),
        offered=lambda person: f'href="{path}/make-key/"' in page(person, f"{path}/change/"),
    )


def send_notice_at_once() -> Attempt:
    host = f"host-{next(_numbers)}.example.org"
    contact(key=host)
    due_item(f"https://{host}/a", host=host, at=timezone.now())
    plan_notices(now=timezone.now())
    notice = Notice.objects.latest("pk")
    path = f"/admin/hotline/notices/{notice.pk}/"
    return Attempt(
        do=lambda person: person.client.post(f"{path}send-now/"),
        done=lambda: Notice.objects.get(pk=notice.pk).any_day,
        offered=lambda person: 'id="send-now"' in page(person, path),
    )


def view_page(path: str, word: str) -> Callable[[], Attempt]:
    def attempt() -> Attempt:
        colleague()
        word_shown: list[bool] = []
        return Attempt(
            do=lambda person: word_shown.append(word in page(person, path)),
            done=lambda: word_shown[-1],
            offered=lambda person: f'<a href="{path}">' in page(person, "/admin/password_change/"),
        )

    return attempt


def list_closings() -> Attempt:
    case = make_case(category="other")
    close_reports(report_ids=[case.pk], state="spam", actor=colleague(), now=timezone.now())
    return view_page("/admin/hotline/closing/", case.reference)()


def export_list() -> Attempt:
    make_case()
    path = "/admin/hotline/report/"
    return Attempt(
        do=lambda person: person.client.post(f"{path}export/", {"format": "csv"}).getvalue(),
        done=lambda: AuditEvent.objects.filter(action="list.exported").exists(),
        offered=lambda person: f'action="{path}export/"' in page(person, path),
    )


# duty: (an attempt at it, what else is needed to get there)
DUTIES: dict[str, tuple[Callable[[], Attempt], tuple[str, ...]]] = {
    permissions.WORK_CASE: (claim, ()),
    permissions.ENTER_REPORT: (enter, (WORK,)),
    permissions.HANDLE_MAIL: (handle_mail, ("hotline.view_incomingmail",)),
    permissions.ANNOTATE_CASE: (annotate, (WORK,)),
    permissions.VIEW_CLOSINGS: (list_closings, ()),
    permissions.EXPORT_LISTS: (export_list, ("hotline.view_report",)),
    permissions.RELEASE_CLAIM: (release, (WORK,)),
    permissions.DECIDE_DISPUTE: (settle, (WORK,)),
    permissions.REVIEW_URGENT_REFERRAL: (review_urgent, (WORK,)),
    permissions.MANAGE_QUARANTINE: (free_picture, (WORK,)),
    permissions.MANAGE_LEGAL_HOLD: (hold, (WORK,)),
    permissions.RETRY_ICCAM: (retry_iccam, (WORK,)),
    permissions.HAND_OVER_PACKAGE: (deliver_package, ("hotline.view_policepackage",)),
    permissions.HANDLE_COMPLAINT: (acknowledge, ()),
    permissions.ANSWER_DATA_REQUEST: (answer_request, ()),
    permissions.CHANGE_PARTNER: (make_partner_key, ("hotline.view_partner",)),
    permissions.SEND_NOTICE_NOW: (send_notice_at_once, (WORK,)),
    permissions.MANAGE_HASH_LISTS: (switch_list, ()),
    permissions.VIEW_SERVICE_NOTICES: (service_notices, (WORK,)),
    permissions.VIEW_PERFORMANCE: (view_page("/admin/hotline/health/", "colleague-"), ()),
    permissions.VIEW_WELFARE_STATISTICS: (view_page("/admin/hotline/welfare/", "colleague-"), ()),
    permissions.EXPORT_STATISTICS: (view_page("/admin/hotline/statistics/", "Export"), ()),
}


def test_every_duty_is_tried_here() -> None:
    assert set(DUTIES) == {value for name, value in vars(permissions).items() if name.isupper()}


@pytest.mark.parametrize("duty", DUTIES)
def test_one_duty_lets_a_custom_group_do_one_thing(duty: str) -> None:
    make, needed = DUTIES[duty]
    attempt = make()
    people = [english(administrator(f"root-{duty}")), with_all_but(duty)]
    if needed:
        people.append(with_only(*needed))
    for person in people:
        attempt.do(person)
        assert (attempt.done(), attempt.offered(person)) == (False, False)
    person = with_only(duty, *needed)
    if duty != permissions.ANSWER_DATA_REQUEST:
        assert attempt.offered(person)
    attempt.do(person)
    assert attempt.done()


class TestSuperuser:
    """Without a role: manages accounts, and opens nothing of cases."""

    def test_claims_no_case_and_opens_no_words(self) -> None:
        root = english(administrator("root"))
        case, row, now = make_case(), uuid4(), timezone.now()
        sealed = sealing.seal(b'{"text": "x"}', ring="hotline", table="hotline_sealedtext", field="words", row=row)
        SealedText.objects.create(report=case, uuid=row, field="words", sealed=sealed)
        for path in (f"{CASE}/{case.pk}/claim/", f"{CASE}/{case.pk}/open/", f"{DESK}take/"):
            assert root.client.post(path).status_code == 403
        with pytest.raises(PermissionDenied):
            claims.claim_case(report_id=case.pk, actor=root.user, now=now)
        with pytest.raises(PermissionDenied):
            claims.take_next(actor=root.user, now=now)
        # Nor may one who lost the role go on with a case that is still claimed.
        Report.objects.filter(pk=case.pk).update(claimed_by=root.user, claimed_until=now + timedelta(minutes=20))
        assert root.client.post(f"{CASE}/{case.pk}/open/").status_code == 403
        with pytest.raises(PermissionDenied):
            sealed_content.open_report_text(report=case, actor=root.user, now=now)
        assert not AuditEvent.objects.filter(action__in=["report.claimed", "words.opened"]).exists()
        assert not ExposureCount.objects.exists()

    def test_opens_no_mail(self) -> None:
        root = administrator("root")
        mail = ingest_message(raw=b"Subject: x\r\n\r\nx", now=timezone.now())
        assert root.client.get("/admin/hotline/incomingmail/").status_code == 403
        assert root.client.post(f"/admin/hotline/incomingmail/{mail.pk}/open/").status_code == 403
        with pytest.raises(PermissionDenied):
            unprocessed.open_mail(mail=mail, actor=root.user, now=timezone.now())
