"""The consent form on paper: three languages, one version for guardians and one for members from 15 on."""

import pytest

from clicksafely.common.content.schema import read_data
from clicksafely.settings import BASE_DIR
from tests.clients.staff import Person
from tests.factories.youthpanel import make_cohort, make_consultation
from youthpanel.members.views import consent_form
from youthpanel.models import ConsentScope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english_pages(person: Person) -> None:
    person.client.cookies["lang"] = "en"


def test_the_text_is_valid_data_and_names_every_purpose() -> None:
    for form in read_data(BASE_DIR / "youthpanel" / "members" / "consent_form.yaml").values():
        assert list(form["scopes"]) == ConsentScope.values


@pytest.mark.parametrize(
    ("code", "heading", "tag"),
    [
        ("sr", "Сагласност родитеља или старатеља", "sr-Cyrl"),
        ("sr-latn", "Saglasnost roditelja ili staratelja", "sr-Latn"),
        ("en", "Consent of a parent or guardian", "en"),
    ],
)
def test_a_coordinator_prints_it_in_each_language(person: Person, code: str, heading: str, tag: str) -> None:
    cohort = make_cohort(name_sr="Генерација 2026", name_en="Cohort 2026")
    response = person.client.get(f"/admin/youthpanel/cohorts/{cohort.pk}/consent-form/{code}/")
    page = response.content.decode()
    assert f">{heading}</h1>" in page
    assert response["Content-Language"].startswith(tag[:2])
    assert page.count("☐") == len(ConsentScope.values)
    assert page.count('class="paper-line"') == 8
    assert "180 " in page
    if code == "sr-latn":
        assert "Generacija 2026" in page


def test_a_member_from_15_on_signs_alone(person: Person) -> None:
    cohort = make_cohort()
    page = person.client.get(f"/admin/youthpanel/cohorts/{cohort.pk}/consent-form/en/?for=member").content.decode()
    assert "Your consent to taking part in the panel" in page
    assert "guardian" not in page.partition("<h1")[2].partition("paper-fields")[2]
    assert f'href="/admin/youthpanel/cohorts/{cohort.pk}/consent-form/sr/?for=member"' in page


def test_other_languages_and_cohorts_have_no_form(person: Person) -> None:
    cohort = make_cohort()
    for cohort_id, code in ((cohort.pk, "de"), (cohort.pk + 1, "sr")):
        assert person.client.get(f"/admin/youthpanel/cohorts/{cohort_id}/consent-form/{code}/").status_code == 404


def test_the_form_is_found_from_the_cohort_and_from_a_consultation(person: Person) -> None:
    cohort = make_cohort()
    consultation = make_consultation(cohort)
    link = f'href="/admin/youthpanel/cohorts/{cohort.pk}/consent-form/en/"'
    for page in (f"cohort/{cohort.pk}/change/", f"consultations/{consultation.pk}/"):
        assert link in person.client.get(f"/admin/youthpanel/{page}").content.decode()


def test_the_days_until_erasure_are_those_of_the_rule() -> None:
    assert "{days}" not in str(consent_form("guardian", "sr")) + str(consent_form("member", "en"))
