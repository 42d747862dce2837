"""A second reviewer learns neither the direction nor the name of the first before the own answer, however curious."""

import re
from collections.abc import Callable
from datetime import timedelta
from difflib import unified_diff

import pytest
from django.utils import timezone

from clicksafely.common.audit import audit_log
from hotline.lifecycle.closings import offer_checks
from hotline.models import Closing, ContentItem, Report
from hotline.review import assessments
from tests.clients.staff import Person, signed_in
from tests.factories.openings import open_everything_as
from tests.hotline.review.conftest import address, make_case, make_item, page

pytestmark = pytest.mark.django_db
HATE = {"classification": "hate_speech"}
HARMLESS = {"classification": "not_illegal"}
LOOKUPS = [
    ("contentitem", "verdict__exact=not_illegal"),
    ("contentitem", "outcome__exact=not_illegal"),
    ("contentitem", "outcome__gt=a"),
    ("contentitem", "state__startswith=end"),
    ("contentitem", "closings__author__username=ana"),
    ("contentitem", "assessments__verdict=not_illegal"),
    ("report", "state__exact=closed"),
    ("report", "outcome__startswith=not"),
    ("report", "closed_at__gte=2000-01-01"),
    ("report", "closings__isnull=0"),
    ("report", "assessments__author__username=ana"),
    ("report", "items__verdict=not_illegal"),
]
# Words that tell a direction, in Serbian.
REVEALING = re.compile("није незаконито|незаконито:|Дато мишљење|Мишљење: прво|Пријава: |Садржај: ")


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every "not illegal" is checked."""
    monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)


def assessed(person: Person, answers: dict[str, str], **columns: object) -> Report:
    """A case that `person` has assessed, ready for a second person."""
    case = make_case(make_item(**columns))
    person.client.post(address(case, "claim/"))
    item = case.items.get()
    form = {f"q-{question}": answer for question, answer in answers.items()}
    open_everything_as(person, case)
    assert person.client.post(address(case, f"assess/{item.pk}/"), form).status_code == 302
    Closing.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    Report.objects.filter(closed_at__isnull=False).update(closed_at=timezone.now() - timedelta(minutes=11))
    offer_checks(now=timezone.now())
    case.refresh_from_db()
    assert case.queue == "second"
    return case


def neutral(html: str, case: Report) -> str:
    """The page without what differs between any two cases."""
    item = case.items.get()
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="\S+"|value="[\w-]{36}"', "", html)
    html = re.sub(r'name="seen" value="\d+"|data-version="\d+"', "", html)
    html = html.replace(case.reference, "REFERENCE").replace(item.canonical, "ADDRESS")
    html = re.sub(r'aria-current="page">\d+<', 'aria-current="page">NUMBER<', html)
    html = re.sub(r'value="\d+" class="action-select"', 'class="action-select"', html)
    html = re.sub(rf"/{case.pk}/", "/CASE/", html)
    html = re.sub(rf"/{item.pk}/", "/ITEM/", html)
    return re.sub(r"\d\d?:\d\d", "TIME", html)


@pytest.mark.parametrize("role", ["analyst", "supervisor"])
def test_both_directions_look_the_same(role: str, ana: Person) -> None:
    person = signed_in("second", role)
    cases = [assessed(ana, HATE), assessed(ana, HARMLESS)]
    paths: dict[str, Callable[[Report], str]] = {
        "case": lambda case: page(person, address(case)),
        "changes": lambda case: re.sub(r"\d+", "", page(person, address(case, "changes/"))),
        "row": lambda case: "".join(re.findall(rf"<tr>(?:(?!</tr>).)*{case.reference}.*?</tr>", reports(), re.S)),
        "by number": lambda case: str(case.reference in page(person, f"/admin/hotline/report/?q={case.pk}")),
        "closed": lambda case: str(case.reference in page(person, "/admin/hotline/report/?state__exact=closed")),
        "second": lambda case: str(case.reference in page(person, "/admin/hotline/report/?queue__exact=second")),
        "item": lambda case: page(person, f"/admin/hotline/contentitem/{case.items.get().pk}/change/"),
        "reopen": lambda case: str(person.client.post(address(case, "reopen/"), {"reason": "mistake"}).status_code),
        "again": lambda case: str(person.client.post(address(case, "close-again/")).status_code),
        "aside": lambda case: str(person.client.post(address(case, "set-aside/"), {"state": "spam"}).status_code),
        "package": lambda case: act(case, "police-preview/{}/"),
        "notice": lambda case: str(person.client.post(address(case, f"notice-preview/{item(case).pk}/")).status_code),
        "refer": lambda case: act(case, "refer/{}/", routes="police"),
        "record": lambda case: act(case, "act/{}/", kinds="removed", confirmed="1"),
    }

    def reports() -> str:
        return page(person, "/admin/hotline/report/")

    def item(case: Report) -> ContentItem:
        return case.items.get()

    def act(case: Report, name: str, **form: str) -> str:
        return str(person.client.post(address(case, name.format(item(case).pk)), form).status_code)

    def differences() -> dict[str, list[str]]:
        found = {}
        for name, shown in paths.items():
            illegal, harmless = (neutral(shown(case), case).splitlines() for case in cases)
            found[name] = list(unified_diff(illegal, harmless, lineterm="", n=0))
            if name == "case":
                # The choices of the question name every direction.
                found["told"] = REVEALING.findall("\n".join(line for line in harmless if 'type="radio"' not in line))
        return {name: lines for name, lines in found.items() if lines}

    assert differences() == {}
    for case in cases:
        assert person.client.post(address(case, "claim/")).status_code == 302
        assert person.client.post(address(case, "open/")).status_code == 200
    assert differences() == {}


def test_the_first_person_is_named_nowhere(ana: Person, boris: Person) -> None:
    case = assessed(ana, HATE)
    boris.client.post(address(case, "claim/"))
    for path in (address(case), "/admin/hotline/desk/", "/admin/hotline/report/", address(case, "changes/")):
        assert not re.search(r"\bana\b", page(boris, path)), path
    html = boris.client.post(address(case, "open/")).content.decode()
    assert not re.search(r"\bana\b", html)
    assert boris.client.post(
        address(case, f"assess/{case.items.get().pk}/"), {"q-classification": "hate_speech"}
    ).status_code in {302, 200}
    assert re.search(r"\bana\b", page(boris, address(case)))


def test_url_lookups_of_the_lists_reveal_no_assessment(ana: Person, boris: Person) -> None:
    case = assessed(ana, HARMLESS)
    shown_as = {"contentitem": f"/contentitem/{case.items.get().pk}/change/", "report": case.reference}
    found = []
    for kind, query in LOOKUPS:
        response = boris.client.get(f"/admin/hotline/{kind}/?{query}", follow=True)
        is_refused = response.redirect_chain or response.status_code == 400
        if not is_refused and shown_as[kind] in response.content.decode():
            found.append((kind, query))
    assert found == []


@pytest.mark.parametrize("answers", [HATE, HARMLESS])
def test_the_audit_trail_is_silent_until_the_answer(ana: Person, vera: Person, answers: dict[str, str]) -> None:
    case = assessed(ana, answers)
    own = assessed(vera, HATE)
    trail = f"/admin/common/auditevent/?case={case.reference}"
    actions = ("item.assessed", "item.state", "report.state", "report.claimed")
    names = [f'<code translate="no">{action}</code>' for action in actions]
    assert not any(name in page(vera, trail) for name in names)
    assert all(name in page(vera, f"/admin/common/auditevent/?case={own.reference}") for name in names)
    assert f"hotline_report&amp;subject_id={case.pk}" not in page(
        vera, f"/admin/common/auditevent/?actor_id={ana.user.pk}"
    )
    audit_log.record(action="words.opened", subject=case, actor=ana.user, now=timezone.now())
    openings = f"/admin/audit/openings/?table=hotline_report&id={case.pk}"
    assert not re.search(r"\bana\b", page(vera, openings))
    vera.client.post(address(case, "claim/"))
    assert names[-1] in page(vera, trail)
    form = {f"q-{question}": answer for question, answer in answers.items()}
    open_everything_as(vera, case)
    vera.client.post(address(case, f"assess/{case.items.get().pk}/"), form)
    assert all(name in page(vera, trail) for name in names)
    assert re.search(r"\bana\b", page(vera, openings))


def test_auditors_see_everything(ana: Person, auditor: Person) -> None:
    case = assessed(ana, HARMLESS)
    assert "item.assessed" in page(auditor, f"/admin/common/auditevent/?case={case.reference}")


def test_earlier_decisions_are_hidden_until_the_answer(ana: Person, boris: Person) -> None:
    make_item(state="ended", verdict="illegal", outcome="removed", registrable_domain="seen-before.test")
    case = assessed(ana, HATE, registrable_domain="seen-before.test")
    boris.client.post(address(case, "claim/"))
    folded = page(boris, address(case))
    assert "незаконито" not in folded[folded.index("content-box") : folded.index("words-box")]
    open_everything_as(boris, case)
    boris.client.post(address(case, f"assess/{case.items.get().pk}/"), {"q-classification": "hate_speech"})
    assert re.search(r"1&nbsp;×&nbsp;незаконито", page(boris, address(case)))
