"""Attacks with the database password of one part: PostgreSQL refuses each, whatever the code of the part would do."""

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg2.errors import FeatureNotSupported, InsufficientPrivilege, InvalidParameterValue

from hotline.intake.services import withdraw_contact
from hotline.lifecycle.review_dates import CaseTrail
from hotline.models import Action, FileHash, Report, SealedText, Upload
from hotline.models.report import REPORTER_COLUMNS
from hotline.priority import priority_columns
from hotline.review.reopen_services import reopen_for_reporter
from tests.cases import failed_cases
from tests.database import as_role_of, connected_as
from tests.factories.file_hashes import make_file_hash
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.review.conftest import make_item, make_user

Session = Callable[[str], psycopg2.extensions.connection]
REFUSED = (InsufficientPrivilege, FeatureNotSupported, InvalidParameterValue)

FORGERIES = {
    "forge a staff session": (
        "INSERT INTO django_session (session_key, session_data, expire_date) "
        "VALUES ('k', 'd', now() + interval '1 day')"
    ),
    "read the staff sessions": "SELECT session_data FROM django_session",
    "read a second factor": "SELECT sealed_key FROM accounts_authenticatorapp",
    "read recovery codes": "SELECT digests FROM accounts_recoverycodeset",
    "read a passkey": "SELECT public_key FROM django_otp_webauthn_webauthncredential",
    "add a passkey": "INSERT INTO django_otp_webauthn_webauthncredential (user_id, name) VALUES (1, 'x')",
    "read the half of a recovery": "SELECT sealed_half FROM accounts_accountrecovery",
    "add a second factor": "INSERT INTO accounts_recoverycodeset (user_id, digests) VALUES (1, '{}')",
    "read accounts": "SELECT password FROM accounts_user",
    "add an account": "INSERT INTO accounts_user (username, password) VALUES ('x', 'x')",
    "become a superuser of the site": "UPDATE accounts_user SET is_superuser = true",
    "join a group": "INSERT INTO accounts_user_groups (user_id, group_id) VALUES (1, 1)",
    "widen a group": "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (1, 1)",
    "unlock an account": "DELETE FROM axes_accessattempt",
}
DIVERSIONS = {
    "add a police recipient": "INSERT INTO hotline_policerecipient (name, certificate) VALUES ('x', 'x')",
    "replace the certificate of the police": "UPDATE hotline_policerecipient SET certificate = 'x'",
    "read police packages": "SELECT sealed FROM hotline_policefile",
    "add a referral": "INSERT INTO hotline_referral (route, state) VALUES ('police', 'due')",
    "read referrals": "SELECT route FROM hotline_referral",
    "read who was told of which report": "SELECT action, actor_id, data FROM common_auditevent",
    "change the routing": "UPDATE hotline_routingrule SET police = false",
    "lift a legal hold": "UPDATE hotline_legalhold SET released_at = now()",
    "divert a dialogue": "UPDATE hotline_report SET reporter_public_key = '\\x00'",
    "take over the code of a report": "UPDATE hotline_report SET receipt_digest = '\\x00'",
    "give a case an outcome": "UPDATE hotline_report SET outcome = 'removed', closed_at = now()",
    "change the contact of a partner": "UPDATE hotline_partner SET contact = ''",
    "delete a report": "DELETE FROM hotline_report",
    "delete sealed texts": "DELETE FROM hotline_sealedtext",
    "replace a sealed text": "UPDATE hotline_sealedtext SET sealed = '\\x00'",
    "read notes of analysts": "SELECT sealed FROM hotline_note",
    "read assessments": "SELECT verdict FROM hotline_assessment",
    "read addresses of reporters": "SELECT sealed FROM hotline_outgoingmail",
    "read identities of members": "SELECT identity FROM youthpanel_member",
    "read names of members": "SELECT sealed FROM youthpanel_member",
    "read notes about children": "SELECT sealed FROM youthpanel_safeguardingnote",
    "change a note about a child": "UPDATE youthpanel_safeguardingnote SET urgent = false",
    "delete a note about a child": "DELETE FROM youthpanel_safeguardingnote",
    "read what is done for a child": "SELECT sealed FROM youthpanel_safeguardingaction",
    "read why a name was opened": "SELECT sealed FROM youthpanel_identityopening",
    "delete an answer": "DELETE FROM youthpanel_answersheet",
    "change an answer": "UPDATE youthpanel_answersheet SET answers = '{}'",
    "rewrite a published page": "UPDATE topics_topic SET title_sr = 'x'",
    "replace the fingerprint of a secret": "UPDATE common_secretfingerprint SET fingerprint = 'x'",
    "forget a secret": "DELETE FROM common_secretfingerprint",
    "rewrite an edition": "UPDATE youthpanel_edition SET content = '{}'",
}
# The public site reads columns of these tables for the pages of reporters, complainants and partners.
READS = {
    "read addresses of reported content": "SELECT canonical FROM hotline_contentitem",
    "guess addresses of reported content": "SELECT id FROM hotline_contentitem WHERE digest = '\\x00'",
    "read verdicts": "SELECT verdict FROM hotline_contentitem",
    "read the order of addresses": "SELECT position FROM hotline_reportitem",
    "read the locations of a report": "SELECT locations FROM hotline_report",
    "read all of a report": "SELECT * FROM hotline_report",
    "read who holds a case": "SELECT claimed_by_id FROM hotline_report",
    "read the queue": "SELECT id FROM hotline_report WHERE queue = 'second'",
    "read the priority": "SELECT priority FROM hotline_report",
    "read proposed ends": "SELECT proposed_end FROM hotline_report",
    "read actions": "SELECT kind FROM hotline_action",
    "read who assessed": "SELECT author_id FROM hotline_assessment",
    "read answers of an assessment": "SELECT answers FROM hotline_assessment",
    "read hosts of availability checks": "SELECT host FROM hotline_availabilitycheck",
    "read when checks are due": "SELECT next_check_at FROM hotline_availabilitycheck",
    "read results of availability checks": "SELECT count(*) FROM hotline_checkrun",
    "read who closed a case": "SELECT author_id FROM hotline_closing",
    "read the case before a closing": "SELECT before FROM hotline_closing",
    "read who wrote to a reporter": "SELECT author_id FROM hotline_message",
    "read who closed a complaint": "SELECT closed_by_id FROM hotline_complaint",
    "read the report of a complaint": "SELECT report_id FROM hotline_complaint",
    "read who answered a complaint": "SELECT author_id FROM hotline_complaintanswer",
    "read sealed complaints": "SELECT sealed FROM hotline_complaint",
    "read which pictures are suspected": "SELECT id FROM hotline_upload WHERE locked_at IS NOT NULL",
    "read which pictures the police have": "SELECT handed_over_at FROM hotline_upload",
    "read sealed hashes": "SELECT sealed FROM hotline_filehash",
    "read contacts of partners": "SELECT contact FROM hotline_partner",
    "read when partners were told": "SELECT status_checked_at FROM hotline_partnerreport",
    "read the audit trail": "SELECT * FROM common_auditevent",
    "read when people acted": "SELECT at FROM common_auditevent WHERE actor_id IS NOT NULL",
}
AUDIT_TRAIL = {
    "delete audit events": "DELETE FROM common_auditevent",
    "change audit events": "UPDATE common_auditevent SET action = 'x'",
    "empty the audit trail": "TRUNCATE common_auditevent",
    "unlink the audit trail": "DELETE FROM common_auditlink",
    "switch the triggers off": "ALTER TABLE common_auditevent DISABLE TRIGGER ALL",
    "drop the trigger": "DROP TRIGGER append_only ON common_auditevent",
    "replace the trigger's function": (
        "CREATE OR REPLACE FUNCTION clicksafely_append_only() RETURNS trigger "
        "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    ),
}
FOR_EVERY_PART = {
    "create a table": "CREATE TABLE public.own (id int)",
    "create a function": "CREATE FUNCTION public.own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "create a temporary table": "CREATE TEMPORARY TABLE hotline_report (id int)",
    "create a schema": "CREATE SCHEMA own",
    "become the owner": "SET ROLE clicksafely",
    "become another part": "SET ROLE clicksafely_staff",
    "become the owner for the session": "SET SESSION AUTHORIZATION clicksafely",
    "become a superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "create a role": "CREATE ROLE own LOGIN",
    "grant": "GRANT EXECUTE ON FUNCTION clicksafely_append_only() TO CURRENT_USER",
    "read all data": "GRANT pg_read_all_data TO CURRENT_USER",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "read a file of the server": "SELECT pg_read_file('/etc/passwd')",
    "read the password digests": "SELECT rolpassword FROM pg_authid",
    "skip the triggers": "SET session_replication_role = replica",
    "rewrite the list of migrations": "DELETE FROM django_migrations",
    "drop a table": "DROP TABLE hotline_note",
}
# Forgeries and diversions that no worker can do either.
OF_PEOPLE = (
    *(name for name in FORGERIES if name != "unlock an account"),
    "add a police recipient",
    "replace the certificate of the police",
    "change the routing",
    "lift a legal hold",
)
PARTS = ("public", "staff", "worker", "sealed", "outside", "beat")


@pytest.fixture(scope="module")
def session_of(django_db_setup: None) -> Iterator[Session]:
    """One connection for each part, with the name of the part."""
    connections: dict[str, psycopg2.extensions.connection] = {}

    def connect(part: str) -> psycopg2.extensions.connection:
        if part not in connections:
            connections[part] = connected_as(part)
        return connections[part]

    yield connect
    for each in connections.values():
        each.close()


def refuse(connection: psycopg2.extensions.connection, statement: str) -> None:
    """The statement is refused for lack of a privilege, not for any other error."""
    with connection.cursor() as cursor:
        try:
            with pytest.raises(REFUSED):
                cursor.execute(statement)
        finally:
            connection.rollback()


def test_the_public_role_is_refused(session_of: Session) -> None:
    attacks = FORGERIES | DIVERSIONS | READS | AUDIT_TRAIL
    assert failed_cases(lambda attack: refuse(session_of("public"), attacks[attack]), attacks) == {}


@pytest.mark.parametrize("part", PARTS)
def test_no_part_rewrites_the_audit_trail_or_changes_the_database(session_of: Session, part: str) -> None:
    attacks = AUDIT_TRAIL | FOR_EVERY_PART
    if part == "staff":
        del attacks["become another part"]
    assert failed_cases(lambda attack: refuse(session_of(part), attacks[attack]), attacks) == {}


@pytest.mark.parametrize("part", ["worker", "sealed", "outside", "beat"])
def test_workers_neither_sign_in_nor_decide(session_of: Session, part: str) -> None:
    attacks = FORGERIES | DIVERSIONS
    assert failed_cases(lambda attack: refuse(session_of(part), attacks[attack]), OF_PEOPLE) == {}
    if part != "sealed":
        refuse(session_of(part), "SELECT youthpanel_shuffle_answersheet(NULL, NULL, NULL)")


def test_a_schema_of_its_own_does_not_deceive_a_function_of_the_owner(session_of: Session) -> None:
    """The functions name their search path; a path of the caller changes nothing."""
    public = session_of("public")
    with public.cursor() as cursor:
        cursor.execute("SET search_path = pg_temp, public")
        cursor.execute("SELECT youthpanel_shuffle_answersheet(-1, NULL, NULL)")
    public.rollback()


@pytest.mark.django_db
def test_the_public_role_closes_and_hides_no_case_and_locks_none() -> None:
    """A child in danger stays at the head of the queue, and a message unread."""
    report = ReportFactory(
        state="triaged", queue="review", priority=200, priority_reasons=["danger_now"], has_news=True
    )
    changes: list[dict[str, object]] = [
        {"state": "closed"},
        {"state": "anonymised"},
        {"state": "received"},
        {"priority": 0},
        {"priority_reasons": []},
        {"queue": None},
        {"claimed_by_id": 1, "claimed_until": RECEIVED},
        {"reopened_times": 9},
        {"text_erased_at": RECEIVED},
        {"contact_erased_at": RECEIVED},
        {"has_news": False},
    ]

    def check(change: dict[str, object]) -> None:
        # The trigger of legal holds needs a privilege that the public role lacks.
        words = r"only to reopen it|the public site|permission denied"
        with as_role_of("public"), pytest.raises(ProgrammingError, match=words), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)

    assert failed_cases(check, changes) == {}


@pytest.mark.django_db
def test_the_public_role_reopens_no_case_without_its_reasons() -> None:
    report = ReportFactory(state="closed", closed_at=RECEIVED, outcome="removed", priority_reasons=["danger_now"])
    reopened = {"state": "triaged", "queue": "review", "reopened_at": RECEIVED, "reopened_from": "closed"}
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), as_role_of("public"):
        Report.objects.filter(pk=report.pk).update(**reopened, priority_reasons=[])
    with as_role_of("public"):
        assert reopen_for_reporter(report=Report.objects.only(*REPORTER_COLUMNS).get(pk=report.pk), now=RECEIVED)


@pytest.mark.django_db
@pytest.mark.parametrize("reasons", [[], ["hash_match", "own_picture"], ["reporter_wrote"]])
def test_a_reopened_case_has_the_priority_of_its_reasons(reasons: list[str]) -> None:
    """The function of the database and `hotline.priority` give the same weight."""
    before = {"state": "closed", "closed_at": RECEIVED, "outcome": "removed", **priority_columns(reasons)}
    report = ReportFactory(**before)
    with as_role_of("public"):
        assert reopen_for_reporter(report=Report.objects.only(*REPORTER_COLUMNS).get(pk=report.pk), now=RECEIVED)
    report.refresh_from_db()
    expected = priority_columns([*reasons, "reporter_wrote"])
    assert (report.priority, set(report.priority_reasons)) == (expected["priority"], set(expected["priority_reasons"]))


@pytest.mark.django_db
def test_no_other_case_gets_a_priority_by_the_function() -> None:
    report = ReportFactory(state="triaged", queue="review")
    with as_role_of("public"), connection.cursor() as cursor:
        cursor.execute("SELECT hotline_add_reporter_wrote(%s)", [report.pk])
    report.refresh_from_db()
    assert (report.priority, report.priority_reasons) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ["delete", "detach", "keep for longer", "detach the hash"])
def test_the_public_role_cannot_delete_a_sent_picture(attack: str) -> None:
    report = ReportFactory()
    upload = Upload.objects.create(report=report, size=1, mime_type="image/webp", stored_at=RECEIVED)
    make_file_hash(report=report, upload=upload, md5=b"m" * 16)
    refused = pytest.raises(
        ProgrammingError, match=r"no picture that was sent|permission denied for table hotline_upload"
    )
    with as_role_of("public"), refused, transaction.atomic():
        rows = FileHash.objects.all() if attack == "detach the hash" else Upload.objects.all()
        if attack == "delete":
            rows._raw_delete(rows.db)
        else:
            rows.update(**({"stored_at": RECEIVED} if attack == "keep for longer" else {"report": None}))


@pytest.mark.django_db
def test_the_public_role_can_delete_only_unsent_pictures() -> None:
    sent, unsent = (
        Upload.objects.create(report=report, size=1, mime_type="image/webp", stored_at=RECEIVED)
        for report in (ReportFactory(), None)
    )
    for upload in (sent, unsent):
        make_file_hash(report=upload.report, upload=upload, md5=b"m" * 16)
    with as_role_of("public"), connection.cursor() as cursor:
        cursor.execute("SELECT hotline_delete_unsent(%s)", [[sent.pk, unsent.pk]])
    assert [Upload.objects.get(), FileHash.objects.get().upload] == [sent, sent]


@pytest.mark.django_db
def test_the_public_role_reads_no_action_about_the_police() -> None:
    report, item, author = ReportFactory(), make_item(), make_user("first", "analyst")
    report.report_items.create(item=item, position=0)
    for kind in ("police", "host", "removed"):
        Action.objects.create(item=item, report=report, author=author, kind=kind, done_at=RECEIVED)
    with as_role_of("public"):
        assert [action.kind for action in CaseTrail(report).actions] == ["", "host", "removed"]


@pytest.mark.django_db
def test_the_public_role_deletes_a_contact_and_no_other_text() -> None:
    report = ReportFactory()
    SealedText.objects.create(report=report, field="contact", sealed=b"sealed")
    others = sorted(report.texts.exclude(field="contact").values_list("field", flat=True))
    assert others
    with as_role_of("public"):
        assert withdraw_contact(report=report, now=RECEIVED)
        assert not withdraw_contact(report=report, now=RECEIVED)
    assert sorted(report.texts.values_list("field", flat=True)) == others
