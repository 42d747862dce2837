"""Creation and printing of invitation codes in the admin."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pypdfium2
import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.common.documents.typst import TypstError
from tests.factories.youthpanel import make_member
from tests.signing import Person, signed_in
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.member_auth import codes, services, staff_views
from youthpanel.models import Cohort, InvitationCode, Member

pytestmark = pytest.mark.django_db
CODES, SLIPS = "/admin/youthpanel/codes/", "/admin/youthpanel/codes/slips/"
PRINTED = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_a_paper_for_everybody_who_may_have_one(person: Person, cohort: Cohort, now: datetime) -> None:
    members = [make_consenting(cohort, pseudonym=f"Јеж {number}") for number in range(7)]
    make_member(cohort, pseudonym="Без сагласности")
    gone = make_consenting(cohort, pseudonym="Отишла сова")
    Member.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    page = person.client.get(f"{CODES}?cohort={cohort.pk}").content.decode()
    assert "Без сагласности" in page
    assert "Отишла сова" not in page
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", "whom": "missing"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    pages = pages_of(answer.content)
    assert len(pages) == 2
    said = "".join(pages)
    printed = {code.replace("-", "") for code in PRINTED.findall(said)}
    kept = {bytes(each.digest) for each in InvitationCode.objects.all()}
    assert {codes.digest(code) for code in printed} == kept
    assert len(kept) == 7
    assert all(member.pseudonym in said for member in members)
    assert "Без сагласности" not in said
    assert "Ана" not in said
    services.redeem_code(code=printed.pop(), now=timezone.now())
    # No page shows a code.
    assert not PRINTED.search(person.client.get(f"{CODES}?cohort={cohort.pk}").content.decode())


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_in_the_script_that_is_wanted(person: Person, member: Member, language: str) -> None:
    with override_settings(SITE_URL="https://klik.example.org"):
        answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": language, "whom": "all"})
    said = pages_of(answer.content)[0]
    assert "Храбри јеж" in said
    assert f"klik.example.org/{language}/youth-panel/join/" in re.sub(r"[\s\u200b\ufffe]", "", said)
    # At least the month is translated. The pseudonym is not transliterated.
    assert bool(re.search("[а-шА-Ш]", said.replace("Храбри јеж", ""))) == (language == "sr")


def test_the_pdf_is_tagged(person: Person, member: Member) -> None:
    answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": "en", "whom": "all"})
    assert b"pdfuaid" in answer.content
    assert b"/StructTreeRoot" in answer.content


def test_all_replaces_what_was_not_used_and_missing_does_not(
    person: Person, cohort: Cohort, member: Member, code_of: Callable[..., str]
) -> None:
    code, _other = code_of(member), make_consenting(cohort)
    asked = {"cohort": cohort.pk, "language": "sr"}
    person.client.post(SLIPS, {**asked, "whom": "missing"})
    assert InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    person.client.post(SLIPS, {**asked, "whom": "all"})
    assert not InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    assert InvitationCode.objects.count() == 2


def test_one_member_alone_and_only_of_this_cohort(person: Person, cohort: Cohort, member: Member) -> None:
    other = make_consenting(cohort)
    elsewhere = make_consenting(
        cohort=Cohort.objects.create(slug="x", name_sr="x", begins_on=cohort.begins_on, target=9)
    )
    asked = {"cohort": cohort.pk, "language": "sr", "whom": "all"}
    person.client.post(SLIPS, {**asked, "member": elsewhere.pk})
    assert not InvitationCode.objects.exists()
    person.client.post(SLIPS, {**asked, "member": other.pk})
    assert InvitationCode.objects.get().member == other


@pytest.mark.parametrize("form", [{}, {"cohort": "x"}, {"cohort": 0, "language": "de"}])
def test_nonsense_makes_nothing(person: Person, member: Member, form: dict[str, object]) -> None:
    assert person.client.post(SLIPS, form).status_code == 422
    assert not InvitationCode.objects.exists()


def test_nobody_to_invite_is_said(person: Person, cohort: Cohort) -> None:
    make_member(cohort)
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", "whom": "all"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_what_could_not_be_printed_is_not_kept(
    person: Person, member: Member, code_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(member)

    def jam(*args: object, **kwargs: object) -> bytes:
        raise TypstError("no paper")

    monkeypatch.setattr(staff_views, "render_code_sheet", jam)
    answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": "sr", "whom": "all"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert bytes(InvitationCode.objects.get().digest) == codes.digest(code)


def test_shutting_out(person: Person, member: Member, enter: Callable[[Member], object]) -> None:
    enter(member)
    path = f"/admin/youthpanel/members/{member.pk}/shut-out/"
    assert person.client.get(path).status_code == 405
    assert person.client.post(path).status_code == 302
    assert not hasattr(Member.objects.get(), "session")


def test_states_are_said(person: Person, cohort: Cohort, code_of: Callable[..., str], now: datetime) -> None:
    used, unused, ran_out = (make_consenting(cohort) for _number in range(3))
    services.redeem_code(code=code_of(used), now=now)
    code_of(unused)
    code_of(ran_out, now - timedelta(days=31))
    holders = {each.member.pk: each for each in person.client.get(CODES).context["holders"]}
    assert holders[used.pk].is_signed_in
    assert holders[used.pk].code.used_at == now
    assert holders[unused.pk].is_usable
    assert not holders[ran_out.pk].is_usable
    assert person.client.get(CODES).context["missing"] == 2


def test_only_coordinators() -> None:
    editor = signed_in("editor", "editor").client
    assert editor.get(CODES).status_code == 403
    assert editor.post(SLIPS).status_code == 403
