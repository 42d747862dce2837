"""Attacks by someone who writes any row of the database and holds no key (S4): no report is opened or diverted."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.audit.audit_log import AuditEvent
from clicksafely.common.crypto.reporter_keys import ReporterKeyChanged, key_tag
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.complaints.services import answer_complaint
from hotline.intake.email.inbound_replies import add_reply
from hotline.intake.email.sandbox import parse_message
from hotline.intake.services import add_reporter_message
from hotline.models import (
    Complaint,
    ComplaintAnswer,
    ContentItem,
    Message,
    OutgoingMail,
    PoliceFile,
    PolicePackage,
    PoliceRecipient,
    Referral,
    Report,
    RoutingRule,
    SealedText,
)
from hotline.referral import services
from hotline.referral.police import build, email_delivery
from hotline.referral.police.delivery import RecipientAltered, retry_email
from hotline.referral.police.recipient_services import save_recipient
from hotline.referral.police.selectors import police_alerts
from hotline.referral.quarantine.services import refer_suspected, suspect_upload
from hotline.review.sealed_content import send_reply
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.factories.mail import message
from tests.hotline.complaints.test_staff_views import file as file_complaint
from tests.hotline.referral.police.conftest import (
    BY_MAIL,
    MINUTE,
    Keys,
    analyst,
    assessed_case,
    codes,
    due,
    files_of,
    keys,
    make_keys,
    make_recipient,
    supervisor,
)
from tests.hotline.referral.quarantine.conftest import make_picture
from tests.hotline.review.conftest import NOW

__all__ = ["analyst", "keys", "supervisor"]

pytestmark = pytest.mark.django_db

ATTACKER = "attacker@example.net"
Attack = Callable[["Scene"], Any]


class Scene:
    """A recipient set by a supervisor, a decided referral, and the attacker's own certificate."""

    def __init__(self, analyst: User, keys: Keys, own: Keys) -> None:
        self.keys, self.own = keys, own
        self.recipient = make_recipient(keys.pem)
        self.report = assessed_case(author=analyst)
        self.referral = due(self.report, author=analyst)

    def change_recipient(self, **columns: Any) -> None:
        PoliceRecipient.objects.filter(pk=self.recipient.pk).update(**columns)

    def change_referral(self, **columns: Any) -> None:
        Referral.objects.filter(pk=self.referral.pk).update(**columns)

    def copy_recipient(self, **columns: Any) -> None:
        """Insert a copy of the row, with its signature, that replaces it."""
        self.change_recipient(is_default=False)
        copy = PoliceRecipient.objects.get(pk=self.recipient.pk)
        copy.pk, copy.uuid, copy.is_default = None, uuid4(), True
        for name, value in columns.items():
            setattr(copy, name, value)
        copy.save(force_insert=True)


@pytest.fixture
def scene(analyst: User, keys: Keys, tmp_path: Path) -> Scene:
    return Scene(analyst, keys, make_keys(tmp_path / "attacker"))


@pytest.fixture
def run_sealed_worker(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], int]]:
    """Run the task of the sealed worker, as it is installed: with its database role and without the signing key."""

    def run(after: timedelta = timedelta()) -> int:
        own = settings.SIGNING_PRIVATE_KEY
        settings.SIGNING_PRIVATE_KEY = tmp_path / "absent.pem"
        try:
            with as_role_of("sealed"):
                return build.build_due_packages(now=NOW + after)
        finally:
            settings.SIGNING_PRIVATE_KEY = own

    return run


def nothing_was_opened() -> bool:
    actions = ["police.words_opened", "police.packed", "police.package_created", "upload.packed"]
    return not (
        PolicePackage.objects.exists()
        or PoliceFile.objects.exists()
        or AuditEvent.objects.filter(action__in=actions).exists()
    )


def refusals() -> list[str]:
    return [event.data["problem"] for event in AuditEvent.objects.filter(action="police.order_refused").order_by("pk")]


RECIPIENT_ATTACKS: dict[str, Attack] = {
    "replace the certificate": lambda scene: scene.change_recipient(certificate=scene.own.pem),
    "remove the certificate": lambda scene: scene.change_recipient(certificate="", valid_until=None),
    "replace the address": lambda scene: scene.change_recipient(delivery="email", email=ATTACKER),
    "change the grouping": lambda scene: scene.change_recipient(grouping="day"),
    "date the signature later": lambda scene: scene.change_recipient(signed_at=NOW + MINUTE),
    "remove the signature": lambda scene: scene.change_recipient(signature=None),
    "add a recipient without a signature": lambda scene: scene.copy_recipient(
        certificate=scene.own.pem, signature=None, signed_at=None
    ),
    "add a recipient with a copied signature": lambda scene: scene.copy_recipient(certificate=scene.own.pem),
    "copy a recipient": lambda scene: scene.copy_recipient(),
    "add one beside the recipient": lambda scene: PoliceRecipient.objects.create(name="x", email=ATTACKER),
}


@pytest.mark.parametrize("attack", RECIPIENT_ATTACKS)
def test_a_changed_recipient_gets_no_package(scene: Scene, run_sealed_worker: Callable[..., int], attack: str) -> None:
    RECIPIENT_ATTACKS[attack](scene)
    assert run_sealed_worker() == 0
    assert nothing_was_opened()
    assert codes([scene.referral]) == [("due", "recipient_unsigned")]
    assert refusals() == ["recipient_unsigned"]


def test_a_changed_recipient_is_reported_until_a_supervisor_saves_it(
    scene: Scene, run_sealed_worker: Callable[..., int], supervisor: User
) -> None:
    scene.change_recipient(delivery="email", email=ATTACKER)
    assert run_sealed_worker() == 0
    alerts = police_alerts(NOW)
    assert alerts
    assert alerts.altered
    assert alerts.put_off == [scene.referral]
    # The trail has one event, also after another run.
    assert run_sealed_worker(build.RETRY_INTERVAL) == 0
    assert refusals() == ["recipient_unsigned"]
    recipient = PoliceRecipient.objects.get()
    recipient.delivery, recipient.email = "in_person", ""
    save_recipient(recipient=recipient, actor=supervisor, now=NOW + MINUTE, changed=["email"])
    assert run_sealed_worker(MINUTE) == 1
    assert "report.pdf" in files_of(PolicePackage.objects.get(), scene.keys)


def test_a_withdrawn_recipient_does_not_come_back(
    scene: Scene, run_sealed_worker: Callable[..., int], supervisor: User
) -> None:
    current = make_recipient(scene.own.pem, name="New unit")
    assert run_sealed_worker() == 1
    assert PolicePackage.objects.get().recipient == current
    scene.recipient.refresh_from_db()
    scene.recipient.active = False
    save_recipient(recipient=scene.recipient, actor=supervisor, now=NOW, changed=["active"])
    due(assessed_case(author=supervisor), author=supervisor)
    PoliceRecipient.objects.filter(pk=current.pk).update(is_default=False)
    scene.change_recipient(active=True, is_default=True)
    assert run_sealed_worker() == 0
    assert PolicePackage.objects.count() == 1
    assert refusals() == ["recipient_unsigned"]


def test_a_former_row_with_its_signature_does_not_replace_the_current_recipient(
    scene: Scene, run_sealed_worker: Callable[..., int]
) -> None:
    former = PoliceRecipient.objects.get()
    current = make_recipient(scene.own.pem, name="New unit")
    PoliceRecipient.objects.filter(pk=current.pk).update(is_default=False)
    former.save()
    assert run_sealed_worker() == 0
    assert nothing_was_opened()


def test_replacing_a_changed_recipient_does_not_sign_it(scene: Scene) -> None:
    scene.change_recipient(certificate=scene.own.pem)
    make_recipient(scene.keys.pem, name="New unit")
    alerts = police_alerts(NOW)
    assert alerts
    assert alerts.altered == [scene.recipient]


def test_a_recipient_cannot_be_added_by_the_part_that_packs(scene: Scene, tmp_path: Path, settings: Settings) -> None:
    settings.SIGNING_PRIVATE_KEY = tmp_path / "absent.pem"
    with pytest.raises(services.orders.signing.NoSigningKey):
        make_recipient(scene.own.pem, name="x")
    assert PoliceRecipient.objects.get() == scene.recipient


REFERRAL_ATTACKS: dict[str, Attack] = {
    "without a signature": lambda scene: scene.change_referral(signature=None),
    "for another report": lambda scene: scene.change_referral(report=ReportFactory().pk),
    "for another item": lambda scene: scene.change_referral(
        item=assessed_case(author=scene.referral.author).items.get()
    ),
    "by another person": lambda scene: scene.change_referral(author=User.objects.create(username="x")),
    "as another row": lambda scene: scene.change_referral(uuid=uuid4()),
    "at another time": lambda scene: scene.change_referral(created_at=NOW - MINUTE),
    "at once": lambda scene: scene.change_referral(urgent=True),
    "with another location": lambda scene: ContentItem.objects.filter(pk=scene.referral.item_id).update(
        canonical="https://other.example.org/"
    ),
    "with the locked pictures": lambda scene: scene.change_referral(is_for_pictures=True),
}


@pytest.mark.parametrize("attack", REFERRAL_ATTACKS)
def test_a_changed_decision_is_not_carried_out(
    scene: Scene, run_sealed_worker: Callable[..., int], attack: str
) -> None:
    REFERRAL_ATTACKS[attack](scene)
    assert run_sealed_worker() == 0
    assert nothing_was_opened()
    assert codes([scene.referral]) == [("due", "decision_unsigned")]
    assert refusals() == ["decision_unsigned"]
    alerts = police_alerts(NOW)
    assert alerts
    assert (alerts.altered, alerts.put_off) == ([], [scene.referral])


@pytest.mark.parametrize("signed", [False, True], ids=["without a signature", "with the one of another row"])
def test_a_referral_added_by_hand_opens_no_report(
    scene: Scene, run_sealed_worker: Callable[..., int], analyst: User, *, signed: bool
) -> None:
    """The audit of the security boundary did this: a recipient and a due referral in the database, and a report was encrypted to it."""
    scene.change_referral(state="sent", ended_at=NOW, due_at=None)
    columns = {"item": scene.referral.item, "author": analyst, "created_at": NOW, "due_at": NOW, "urgent": signed}
    forged = Referral.objects.create(
        report=ReportFactory(what="secret"),
        route="police",
        state="due",
        signature=scene.referral.signature if signed else None,
        **columns,
    )
    assert run_sealed_worker() == 0
    assert nothing_was_opened()
    assert codes([forged]) == [("due", "decision_unsigned")]


def test_a_withdrawn_referral_is_not_made_due_again(
    scene: Scene, run_sealed_worker: Callable[..., int], analyst: User
) -> None:
    services.withdraw_referral(referral=scene.referral, actor=analyst, now=NOW)
    scene.change_referral(state="due", ended_at=None, due_at=NOW)
    assert run_sealed_worker() == 0
    assert nothing_was_opened()


def test_a_signed_decision_is_packed_beside_a_forged_one(
    scene: Scene, run_sealed_worker: Callable[..., int], analyst: User
) -> None:
    item = assessed_case(author=analyst).items.get()
    forged = due(scene.report, author=analyst, item=item)
    Referral.objects.filter(pk=forged.pk).update(signature=scene.referral.signature)
    assert run_sealed_worker() == 1
    assert [each.referral for each in PolicePackage.objects.get().items.all()] == [scene.referral]
    assert codes([forged]) == [("due", "decision_unsigned")]


def test_a_forged_decision_can_be_withdrawn_and_decided_again(
    scene: Scene, run_sealed_worker: Callable[..., int], analyst: User
) -> None:
    scene.change_referral(signature=None)
    assert run_sealed_worker() == 0
    services.withdraw_referral(referral=Referral.objects.get(), actor=analyst, now=NOW)
    due(scene.report, author=analyst)
    assert run_sealed_worker() == 1


def test_a_changed_routing_rule_opens_nothing(scene: Scene, run_sealed_worker: Callable[..., int]) -> None:
    scene.change_referral(state="failed", problem="x", ended_at=NOW, due_at=None)
    RoutingRule.objects.update(police=True, hold_days=0)
    assert run_sealed_worker() == 0
    assert nothing_was_opened()


def test_locked_pictures_are_opened_for_a_signed_decision_only(
    scene: Scene, run_sealed_worker: Callable[..., int], supervisor: User, analyst: User
) -> None:
    scene.change_referral(state="sent", ended_at=NOW, due_at=None)
    picture = make_picture(scene.report)
    suspect_upload(upload=picture, actor=analyst, now=NOW)
    referral = refer_suspected(report=scene.report, actor=supervisor, now=NOW)
    signature = referral.signature
    Referral.objects.filter(pk=referral.pk).update(signature=scene.referral.signature)
    assert run_sealed_worker() == 0
    assert nothing_was_opened()
    Referral.objects.filter(pk=referral.pk).update(signature=signature, problem="", due_at=NOW)
    assert run_sealed_worker() == 1
    assert any(name.startswith("files/") for name in files_of(PolicePackage.objects.get(), scene.keys))


def test_without_the_public_keys_nothing_is_packed_and_nothing_is_called_forged(
    scene: Scene, run_sealed_worker: Callable[..., int], settings: Settings, tmp_path: Path
) -> None:
    own, settings.SIGNING_PUBLIC_KEYS = settings.SIGNING_PUBLIC_KEYS, tmp_path / "absent.json"
    assert run_sealed_worker() == 0
    assert codes([scene.referral]) == [("due", "no_keys")]
    settings.SIGNING_PUBLIC_KEYS = own
    assert run_sealed_worker(build.RETRY_INTERVAL) == 1


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    settings.MAIL_ADDRESS, settings.MAIL_CA_FILE = "prijava@hotline.test", ""
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


def test_no_package_is_sent_to_an_address_that_was_changed(
    sink: SmtpSink, analyst: User, supervisor: User, keys: Keys
) -> None:
    recipient = make_recipient(keys.pem, **BY_MAIL)
    due(assessed_case(author=analyst), author=analyst)
    build.build_due_packages(now=NOW)
    PoliceRecipient.objects.update(email=ATTACKER)
    with as_role_of("outside"):
        assert email_delivery.send_due_packages(now=NOW) == 0
    package = PolicePackage.objects.get()
    assert (sink.letters, package.state, package.email_problem, package.due_at) == ([], "made", "unsigned", None)
    assert PoliceFile.objects.get().outgoing is None
    with pytest.raises(RecipientAltered):
        retry_email(package=package, actor=supervisor, now=NOW)
    save_recipient(recipient=recipient, actor=supervisor, now=NOW, changed=["email"])
    retry_email(package=PolicePackage.objects.get(), actor=supervisor, now=NOW)
    assert email_delivery.send_due_packages(now=NOW) == 1
    assert [letter.recipients for letter in sink.letters] == [["unit@police.test"]]


# --- The dialogue


class Dialogue:
    """A reporter's report, and one of the attacker with a receipt of its own."""

    def __init__(self) -> None:
        self.report = ReportFactory(what="secret")
        self.receipt = self.report.receipt
        self.own = ReportFactory(what="x")

    def change(self, **columns: Any) -> None:
        Report.objects.filter(pk=self.report.pk).update(**columns)

    def take_over_the_row(self) -> None:
        """Give the report the key, tag and UUID of the attacker's own report."""
        own = self.own
        Report.objects.filter(pk=own.pk).update(uuid=uuid4())
        self.change(uuid=own.uuid, reporter_public_key=own.reporter_public_key, reporter_key_tag=own.reporter_key_tag)

    def move_the_text(self) -> None:
        """Show the reporter's text in the attacker's own report."""
        SealedText.objects.filter(report=self.own).delete()
        SealedText.objects.filter(report=self.report).update(report=self.own)
        self.report = self.own


DIALOGUE_ATTACKS: dict[str, Callable[[Dialogue], Any]] = {
    "swap the key": lambda it: it.change(reporter_public_key=it.own.reporter_public_key),
    "swap key and tag": lambda it: it.change(
        reporter_public_key=it.own.reporter_public_key, reporter_key_tag=it.own.reporter_key_tag
    ),
    "swap the key and remove the tag": lambda it: it.change(
        reporter_public_key=it.own.reporter_public_key, reporter_key_tag=b""
    ),
    "take over the row": Dialogue.take_over_the_row,
    "move the text": Dialogue.move_the_text,
}


@pytest.mark.parametrize("attack", DIALOGUE_ATTACKS)
def test_no_reply_is_sealed_to_a_swapped_key(analyst: User, attack: str) -> None:
    dialogue = Dialogue()
    DIALOGUE_ATTACKS[attack](dialogue)
    with pytest.raises(ReporterKeyChanged):
        send_reply(report=dialogue.report, actor=analyst, text="Здраво", now=NOW)
    assert not Message.objects.exists()
    assert not OutgoingMail.objects.exists()
    event = AuditEvent.objects.get(action="message.refused")
    assert (event.subject_id, event.actor_id) == (dialogue.report.pk, analyst.pk)


def test_a_reporters_own_message_is_sealed_to_the_key_of_the_receipt() -> None:
    dialogue = Dialogue()
    dialogue.change(
        reporter_public_key=dialogue.own.reporter_public_key, reporter_key_tag=dialogue.own.reporter_key_tag
    )
    report = Report.objects.get(pk=dialogue.report.pk)
    with as_role_of("public"):
        assert add_reporter_message(report=report, text="Још", row=uuid4(), now=NOW, receipt=dialogue.receipt)
    sent = Message.objects.get()
    key = ReporterKey.derive(dialogue.receipt, bytes(report.reporter_salt))
    assert key.open(sent.sealed_reporter, **Message.TEXT.binding(sent)).decode() == "Још"


def test_an_e_mail_of_a_reporter_is_not_sealed_to_a_swapped_key() -> None:
    dialogue = Dialogue()
    dialogue.change(reporter_public_key=dialogue.own.reporter_public_key)
    report = Report.objects.get(pk=dialogue.report.pk)
    # It becomes a new report, as when the dialogue is full.
    assert not add_reply(report=report, mail=parse_message(message()), identity=b"i", now=RECEIVED)
    assert not Message.objects.exists()
    assert AuditEvent.objects.filter(action="message.refused", subject_id=report.pk).count() == 1


@pytest.mark.parametrize("with_tag", [False, True])
def test_no_answer_to_a_complaint_is_sealed_to_a_swapped_key(supervisor: User, *, with_tag: bool) -> None:
    complaint, own = file_complaint(), file_complaint()
    columns: dict[str, Any] = {"public_key": own.public_key} | ({"key_tag": own.key_tag} if with_tag else {})
    Complaint.objects.filter(pk=complaint.pk).update(**columns)
    with pytest.raises(ReporterKeyChanged):
        answer_complaint(complaint=complaint, text="Одговор.", outcome="", actor=supervisor, now=NOW)
    assert not ComplaintAnswer.objects.exists()
    assert Complaint.objects.get(pk=complaint.pk).state == "received"
    assert AuditEvent.objects.filter(action="complaint.answer_refused", subject_id=complaint.pk).count() == 1
    answer_complaint(complaint=own, text="Одговор.", outcome="", actor=supervisor, now=NOW)


def test_the_tag_needs_the_pepper(settings: Settings) -> None:
    report = ReportFactory()
    settings.RECEIPT_PEPPER = "another one of thirty-two characters"
    assert bytes(report.reporter_key_tag) != key_tag(report.reporter_public_key, report.uuid)
