"""Pages and actions of analysts and supervisors."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.models import AuditEvent
from hotline.models import ContentItem, Message, Report, TextField, Upload
from hotline.models.sealed_content import sealed_path
from hotline.review import sealed_content
from hotline.review.timeline_labels import unicode_host
from tests.clients.staff import Person
from tests.factories.hotline import seal_text
from tests.factories.openings import open_everything_as
from tests.hotline.review.conftest import (
    ILLEGAL,
    NOW,
    add_picture,
    address,
    make_answerable_case,
    make_case,
    make_item,
    page,
    send,
)

pytestmark = pytest.mark.django_db
CASE_QUERIES = 51
MY_WORK_QUERIES = 44
NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
WORDS = "marker-words-61f2 шта сам видео"


@pytest.fixture
def case() -> Report:
    """A case with words and two items."""
    report = make_answerable_case(make_item(), make_item())
    seal_text(report, TextField.WORDS, {"what": WORDS})
    return report


@pytest.fixture
def picture(case: Report) -> Upload:
    return add_picture(case)


def claim_next(person: Person) -> None:
    person.client.post("/admin/hotline/desk/take/")


def answers(chosen: dict[str, str]) -> dict[str, str]:
    return {f"q-{question}": answer for question, answer in chosen.items()}


def assess(person: Person, case: Report, item: ContentItem, chosen: dict[str, str]) -> tuple[int, str]:
    open_everything_as(person, case)
    return send(person, case, f"assess/{item.pk}/", **answers(chosen))


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


# --- The desk ---


def test_take_next_redirects_to_the_case_or_to_my_work(ana: Person, boris: Person) -> None:
    case = make_case()
    assert ana.client.post("/admin/hotline/desk/take/")["Location"] == address(case)
    assert boris.client.post("/admin/hotline/desk/take/")["Location"] == "/admin/hotline/desk/"


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("example.org", ""),
        ("xn--d1acufc.example.org", "домен.example.org"),
        ("xn--\u00e9.example.org", ""),
        ("xn--99999999.example.org", ""),
        (f"xn--{'a\u202eb'.encode('punycode').decode()}.example.org", ""),
    ],
)
def test_only_a_sound_code_is_read(host: str, read: str) -> None:
    assert unicode_host(host) == read


# --- Holding ---


def test_viewing_a_case_keeps_its_claim(ana: Person, case: Report) -> None:
    claim_next(ana)
    case.refresh_from_db()
    before = case.claimed_until
    page(ana, case)
    case.refresh_from_db()
    assert before is not None
    assert case.claimed_until is not None
    assert case.claimed_until > before


# --- Opening what is sealed ---


def ways(html: str) -> list[tuple[str, str]]:
    """Where the steps between items lead: (address, place)."""
    links = re.findall(r'<a class="step"[^>]* href="([^"?]+)\?item=(\d+)"', html)
    form = r'<form class="step" method="post" action="([^"]+)">.*?name="item" value="(\d+)"'
    return links + re.findall(form, html, re.DOTALL)


def test_open_words_are_in_that_response_only(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    assert send(ana, case, "reply/", text="Хвала вам.")[0] == 302
    response = ana.client.post(address(case, "open/"))
    assert response["Cache-Control"] == NO_STORE
    html = response.content.decode()
    assert WORDS in html
    assert ways(html) == [(address(case, "open/"), "2")]
    html = send(ana, case, "open/", item="2")[1]
    assert (WORDS in html, "Хвала вам." in html) == (True, True)
    assert ways(html) == [(address(case, "open/"), "1")]
    html = page(ana, case)
    assert (WORDS in html, "Хвала вам." in html) == (False, False)
    assert WORDS not in send(boris, case, "open/")[1]
    assert (actions().count("words.opened"), actions().count("thread.opened")) == (1, 1)


@pytest.mark.parametrize(("act", "place"), [("open/?item=2", "?item=2"), ("claim/?item=x", "")])
def test_the_address_of_an_act_leads_to_its_case(ana: Person, case: Report, act: str, place: str) -> None:
    before = actions()
    response = ana.client.get(address(case, act))
    assert (response.status_code, response["Location"]) == (303, address(case) + place)
    assert actions() == before
    assert ana.client.put(address(case, act)).status_code == 405


def test_a_picture_is_shown_grey_and_once(ana: Person, boris: Person, case: Report, picture: Upload) -> None:
    assert send(boris, case, f"reveal/{picture.pk}/")[0] == 422
    send(ana, case, "claim/")
    assert "data:image" not in page(ana, case)
    response = ana.client.post(address(case, f"reveal/{picture.pk}/"))
    assert response["Cache-Control"] == NO_STORE
    found = re.search(r"data:image/webp;base64,[\w+/=]+", response.content.decode())
    assert found
    with BytesIO(b64decode(found[0].partition(",")[2])) as data, Image.open(data) as shown:
        red, green, blue = shown.convert("RGB").getpixel((5, 5))
    assert max(red, green, blue) - min(red, green, blue) <= 2
    assert "data:image" not in page(ana, case)
    assert send(ana, make_case(), f"reveal/{picture.pk}/")[0] == 404
    assert actions().count("upload.revealed") == 1


@pytest.mark.parametrize("state", ["waiting", "unreadable", "lost"])
def test_a_picture_that_is_not_ready_cannot_be_revealed(state: str, ana: Person, case: Report, picture: Upload) -> None:
    if state == "lost":
        sealed_path(picture.uuid).unlink()
    else:
        Upload.objects.update(state=state)
        assert "reveal/" not in page(ana, case)
    send(ana, case, "claim/")
    status, html = send(ana, case, f"reveal/{picture.pk}/")
    assert status == 422
    assert "data:image" not in html
    assert "upload.revealed" not in actions()


# --- Assessing ---


def test_incomplete_assessment_keeps_its_answers(ana: Person, case: Report) -> None:
    claim_next(ana)
    item = case.items.earliest("pk")
    status, html = assess(ana, case, item, {"classification": "baseline_csam", "age": "infant"})
    assert status == 422
    checked = re.findall(r'name="(q-\w+)" value="(\w+)"[^>]* checked', html)
    assert checked == [("q-classification", "baseline_csam"), ("q-age", "infant")]
    assert 'id="error-gender"' in html
    assert item.assessments.count() == 0


def test_agreement_leads_to_action_and_action_to_the_end(ana: Person, boris: Person) -> None:
    item = make_item()
    case = make_case(item, make_item(state="ended", outcome="removed"))
    claim_next(ana)
    assess(ana, case, item, ILLEGAL)
    claim_next(boris)
    assert assess(boris, case, item, ILLEGAL)[0] == 302
    assert 'name="kinds"' in page(boris, case)
    status, html = send(boris, case, f"act/{item.pk}/", kinds=["police", "nonsense"])
    assert status == 422
    assert re.findall(r'name="kinds" value="(\w+)"[^>]* checked', html) == ["police"]
    assert send(boris, case, f"act/{item.pk}/", kinds=["police", "host"])[0] == 302
    assert address(case, "reopen/") in page(boris, case)


# --- Setting aside ---


def test_a_flood_is_one_group_and_closed_together(ana: Person) -> None:
    flood = [make_case(priority=0, priority_reasons=["flood"]) for _each in range(3)]
    danger = make_case(priority=100, danger_now=True, priority_reasons=["danger_now", "flood"])
    other = make_case(priority=0)
    url = "/admin/hotline/report/?flood=yes"
    html = ana.client.get(url).content.decode()
    assert all(report.reference in html for report in [*flood, danger])
    assert other.reference not in html
    form = {"action": "close_as_spam", "_selected_action": [report.pk for report in [*flood, danger]]}
    ana.client.post(url, form)
    assert {report.pk for report in Report.objects.filter(state="spam")} == {report.pk for report in flood}


# --- The dialogue ---


def test_a_refused_message_stays_in_its_field(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    status, html = send(boris, case, "reply/", text="Питање за Вас")
    assert (status, ">Питање за Вас</textarea>" in html) == (422, True)
    assert send(ana, case, "reply/", text="   ")[0] == 422
    assert Message.objects.count() == 0


# --- Fast at any size ---


def crowd(case: Report, person: Person, pieces: int) -> None:
    """Give a case more of everything that its page shows."""
    for number in range(pieces):
        item = make_item(state="ended", outcome="referred", verdict="illegal")
        case.report_items.create(item=item, position=10 + number)
        item.actions.create(report=case, author=person.user, kind="police", done_at=NOW)
        sealed_content.send_reply(report=case, actor=person.user, text="порука", now=timezone.now())


def test_the_number_of_queries_of_a_case(
    ana: Person, boris: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_answerable_case(make_item())
    crowd(case, ana, 12)
    claim_next(ana)
    assess(ana, case, case.items.earliest("pk"), ILLEGAL)
    claim_next(boris)
    assess(boris, case, case.items.earliest("pk"), ILLEGAL)
    page(boris, case)
    with django_assert_max_num_queries(CASE_QUERIES):
        page(boris, case)


def test_number_of_queries_of_my_work(
    vera: Person, boris: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make_case()
        make_case(state="closed", outcome="removed", closed_at=NOW, queue=None, has_news=True)
        claim_next(boris)
        make_case(priority=120)
        claim_next(vera)
        make_case()
    vera.client.get("/admin/hotline/desk/")
    with django_assert_max_num_queries(MY_WORK_QUERIES):
        vera.client.get("/admin/hotline/desk/")
