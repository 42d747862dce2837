"""The day of a coordinator of the youth panel, from the home page by the menu and by keyboard alone."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate
from playwright.sync_api import expect

from clicksafely.accounts.models import User
from clicksafely.common.serbian.scripts import to_latin
from tests.e2e.staff_steps import Colleague
from tests.factories.library import pdf
from tests.factories.papers import content
from tests.factories.youthpanel import give_consent, make_cohort, make_edition, make_member, make_recommendation
from tests.live_portal import Site
from youthpanel.models import Cohort, Consent, Consultation, Meeting, Member, Recommendation, Response, School

pytestmark = pytest.mark.slow


@pytest.fixture
def coordinator(colleague: Callable[..., Colleague]) -> Colleague:
    return colleague("coordinator", keyboard=True)


@pytest.fixture
def mark() -> str:
    return secrets.token_hex(4)


def fill(person: Colleague, **texts: str) -> None:
    for name, text in texts.items():
        person.page.locator(f"[name={name}]").fill(text)


def test_a_cohort_gets_a_member(site: Site, coordinator: Colleague, mark: str) -> None:
    # A pseudonym has letters only.
    today, pseudonym = localdate(), "Јеж " + mark.translate(str.maketrans("0123456789", "абвгдежзиј"))
    with site.orm():
        school = School.objects.create(name=f"ОШ {mark}", kind="primary", town="nis")
    coordinator.menu("Cohorts")
    coordinator.link("Add")
    fill(
        coordinator,
        name_sr=f"Генерација {mark}",
        name_en=f"Cohort {mark}",
        slug=f"generacija-{mark}",
        begins_on=today.isoformat(),
        target="40",
    )
    coordinator.press("Save")
    coordinator.succeeded()
    with site.orm():
        cohort = Cohort.objects.get(name_sr=f"Генерација {mark}")
    coordinator.menu("Members")
    coordinator.link("Add", exact=True)
    page = coordinator.page
    coordinator.choose(page.locator("[name=cohort]"), value=str(cohort.pk))
    coordinator.choose(page.locator("[name=school]"), value=str(school.pk))
    coordinator.choose(page.locator("[name=birth_month]"), value="5")
    fill(
        coordinator,
        pseudonym=pseudonym,
        joined_on=today.isoformat(),
        name="Ана Анић",
        birth_year=str(today.year - 13),
        guardian="Мира Анић",
        guardian_contact="mira@example.org",
    )
    coordinator.press("Save")
    coordinator.succeeded()
    with site.orm():
        assert Member.objects.get(cohort=cohort).pseudonym == pseudonym


def test_consents_are_renewed_in_bulk(site: Site, coordinator: Colleague, mark: str) -> None:
    today = localdate()
    with site.orm():
        cohort = make_cohort(begins_on=today - timedelta(days=300))
        members = [
            make_member(cohort, pseudonym=f"Јеж {number} {mark}", birth_year=today.year - 12) for number in "123"
        ]
        for member in members:
            give_consent(
                member, "membership", given_on=today - timedelta(days=360), expires_on=today + timedelta(days=5)
            )
    coordinator.menu("Due dates")
    page = coordinator.page
    for member in members:
        coordinator.tick(page.get_by_role("checkbox", name=to_latin(member.pseudonym)))
    coordinator.press("Renew consents")
    fill(coordinator, expires_on=(today + timedelta(days=365)).isoformat(), document=f"Регистратор {mark}")
    coordinator.press("Renew consents")
    coordinator.succeeded()
    with site.orm():
        assert Consent.objects.filter(member__in=members, document=f"Регистратор {mark}").count() == 3


def test_a_meeting_is_planned(site: Site, coordinator: Colleague, mark: str) -> None:
    with site.orm():
        cohort = make_cohort(name_sr=f"Генерација {mark}", name_en=f"Cohort {mark}")
    coordinator.menu("Meetings")
    coordinator.link("Plan a meeting")
    page = coordinator.page
    fill(
        coordinator,
        title_sr=f"Састанак {mark}",
        title_en=f"Meeting {mark}",
        day=(localdate() + timedelta(days=20)).isoformat(),
        begins="10:00",
        ends="12:00",
        place="Омладински центар",
    )
    coordinator.choose(page.locator("[name=town]"), value="nis")
    coordinator.tick(page.locator(f"[name=cohorts][value='{cohort.pk}']"))
    # One adult is not enough: the summary leads to the field.
    coordinator.press("Save")
    expect(page.locator(".form-errors")).to_be_focused()
    coordinator.click(page.locator(".form-errors a").first)
    expect(page.locator("[name=facilitators]").first).to_be_focused()
    coordinator.tick(page.get_by_label("safeguarding", exact=True))
    coordinator.press("Save")
    coordinator.succeeded()
    with site.orm():
        assert Meeting.objects.get(title_sr=f"Састанак {mark}").facilitators.count() == 2


def test_a_consultation_is_made_from_a_template_and_seen_as_a_member(
    site: Site, coordinator: Colleague, mark: str
) -> None:
    with site.orm():
        cohort = make_cohort(name_sr=f"Генерација {mark}", name_en=f"Cohort {mark}")
    coordinator.menu("Consultations")
    coordinator.link("New consultation from a template")
    page = coordinator.page
    coordinator.tick(page.locator("[name=template]").first)
    coordinator.press("Make the draft")
    coordinator.succeeded()
    fill(coordinator, title_sr=f"Питамо вас {mark}", title_en=f"We ask you {mark}")
    coordinator.tick(page.locator(f"[name=cohorts][value='{cohort.pk}']"))
    for box in page.locator("[name=facilitators]").all()[:2]:
        coordinator.tick(box)
    coordinator.press("Save")
    coordinator.succeeded()
    expect(page.locator("h1")).to_have_text(f"We ask you {mark}")
    with page.expect_popup() as popup:
        coordinator.click(page.locator("#seen-heading ~ p a[lang=en]"))
    expect(popup.value.locator("h1")).to_have_text(f"We ask you {mark}")
    expect(popup.value.locator(".notice").first).to_contain_text("Preview for coordinators")
    coordinator.press("Open the consultation")
    expect(page.locator(".member-facts .pill.success")).to_be_visible()
    with site.orm():
        assert Consultation.objects.get(title_sr=f"Питамо вас {mark}").state == "open"


def test_a_recommendation_is_written(site: Site, coordinator: Colleague, mark: str) -> None:
    coordinator.menu("Recommendations")
    coordinator.link("Add")
    fill(
        coordinator,
        title_sr=f"Тихи часови {mark}",
        title_en=f"Quiet hours {mark}",
        text_sr="Најмање један час.",
        text_en="One lesson at least.",
        addressee_sr="Министарство просвете",
        addressee_en="Ministry of Education",
    )
    coordinator.choose(coordinator.page.locator("[name=education]"), value="formal")
    coordinator.press("Save")
    coordinator.succeeded()
    with site.orm():
        assert Recommendation.objects.get(title_sr=f"Тихи часови {mark}").addressee_en == "Ministry of Education"  # type: ignore[attr-defined]


def test_the_letter_of_an_institution_is_attached_to_its_answer(site: Site, coordinator: Colleague, mark: str) -> None:
    today = localdate()
    with site.orm():
        recommendation = make_recommendation(title_sr=f"Мирни часови {mark}", title_en=f"Calm hours {mark}")
        row = {**content()["recommendations"][0], "id": recommendation.pk, "slug": recommendation.slug}
        edition = make_edition(
            User.objects.get(username="coordinator"),
            content=content(recommendations=[row]),
            issued_at=timezone.now() - timedelta(days=30),
        )
        edition.handovers.create(
            recipient="Министарство", on=today - timedelta(days=20), answer_by=today + timedelta(days=40)
        )
    coordinator.menu("Responses")
    coordinator.link("Add")
    page = coordinator.page
    coordinator.choose(page.locator("[name=recommendation]"), label=f"Calm hours {mark}")
    coordinator.choose(page.locator("[name=kind]"), value="accepted")
    fill(coordinator, on=today.isoformat(), text_sr="Биће часа.", text_en="There will be a lesson.", source="Допис 7")
    coordinator.press("Save")
    coordinator.succeeded()
    coordinator.go(page.locator("#result_list tbody tr", has_text=f"Calm hours {mark}").get_by_role("link").first)
    coordinator.link("Attach a letter")
    file = {"name": "dopis.pdf", "mimeType": "application/pdf", "buffer": pdf(1)}
    coordinator.upload(page.locator("[name=file]"), file)
    fill(coordinator, title_sr="Допис министарства", description_sr="Час се уводи од септембра.")
    coordinator.press("Save")
    coordinator.succeeded()
    with site.orm():
        assert Response.objects.get(recommendation=recommendation).letters.get().title_sr == "Допис министарства"
