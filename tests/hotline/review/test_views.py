"""Pages and actions of analysts and supervisors."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from django.utils.html import strip_tags
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.models import ContentItem, Message, Report, SealedText, Upload
from hotline.models.content_items import LocationKind
from hotline.models.sealed_content import sealed_path
from hotline.review import sealed_content
from hotline.review.timeline_labels import unicode_host
from tests.clients.staff import Person
from tests.factories.openings import open_everything_as
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item

pytestmark = pytest.mark.django_db
CASE_QUERIES = 51
MY_WORK_QUERIES = 44
NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
WORDS = "marker-words-61f2 шта сам видео"


@pytest.fixture(autouse=True)
def _media_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def case() -> Report:
    """A case with words, a picture and two items."""
    key = sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)
    report = make_case(make_item(), make_item(), reporter_salt=b"s" * 16, reporter_public_key=key.public_bytes)
    row = report.uuid
    words = json.dumps({"what": WORDS}).encode()
    sealed = sealing.seal(words, ring="hotline", table="hotline_sealedtext", field="words", row=row)
    SealedText.objects.create(report=report, field="words", uuid=row, sealed=sealed)
    return report


@pytest.fixture
def picture(case: Report) -> Upload:
    """A red square."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "#d22").save(drawn, "PNG")
    upload = Upload.objects.create(report=case, size=1, mime_type="image/png", stored_at=NOW)
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True)
    path.write_bytes(
        sealing.seal(drawn.getvalue(), ring="hotline", table="hotline_upload", field="image", row=upload.uuid)
    )
    return upload


def address(case: Report, act: str = "") -> str:
    return f"/admin/hotline/case/{case.pk}/{act}"


def page(person: Person, case: Report, query: str = "") -> str:
    response = person.client.get(address(case) + query)
    assert response.status_code == 200
    return response.content.decode()


def claim_next(person: Person) -> None:
    person.client.post("/admin/hotline/desk/take/")


def send(person: Person, case: Report, act: str, **form: object) -> tuple[int, str]:
    response = person.client.post(address(case, act), form)
    return response.status_code, response.content.decode()


def answers(chosen: dict[str, str]) -> dict[str, str]:
    return {f"q-{question}": answer for question, answer in chosen.items()}


def assess(person: Person, case: Report, item: ContentItem, chosen: dict[str, str]) -> tuple[int, str]:
    open_everything_as(person, case)
    return send(person, case, f"assess/{item.pk}/", **answers(chosen))


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def holder(case: Report) -> str:
    case.refresh_from_db()
    return case.claimed_by.get_username() if case.claimed_by else ""


# --- The desk ---


def test_take_next_redirects_to_the_case_or_to_my_work(ana: Person, boris: Person) -> None:
    case = make_case()
    assert ana.client.post("/admin/hotline/desk/take/")["Location"] == address(case)
    response = boris.client.post("/admin/hotline/desk/take/", follow=True)
    assert response.redirect_chain == [("/admin/hotline/desk/", 302)]
    assert "нема предмета које бисте могли да узмете" in response.content.decode()


def test_my_work_lists_own_cases_and_claims_of_others_to_supervisors(ana: Person, vera: Person) -> None:
    case = make_case()
    claim_next(ana)
    mine = ana.client.get("/admin/hotline/desk/").content.decode()
    assert mine.count(case.reference) == 1
    assert "Код колега" not in mine
    held = vera.client.get("/admin/hotline/desk/").content.decode()
    assert held.count(case.reference) == 1
    assert address(case, "release/") in held


def test_a_host_in_another_script_is_shown_as_people_read_it(ana: Person) -> None:
    host = "xn--d1acufc.xn--90a3ac"
    case = make_case(make_item(f"https://{host}/", host=host, registrable_domain=host))
    read = '<span class="unicode-host">домен.срб</span>'
    claim_next(ana)
    ana.client.post("/admin/language/", {"language": "sr-latn", "next": "/admin/"})
    assert page(ana, case).count(read) == 1
    assert ana.client.get("/admin/hotline/contentitem/").content.decode().count(read) == 1


def test_the_list_of_items_names_the_kind_of_an_item_without_a_host(ana: Person) -> None:
    ana.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    make_item(kind=LocationKind.DESCRIBED, host="", registrable_domain="")
    shown = ana.client.get("/admin/hotline/contentitem/").content.decode()
    cell = re.search(r"<t[hd][^>]*\bfield-location\b[^>]*>(.*?)</t[hd]>", shown, re.DOTALL)
    assert cell
    assert strip_tags(cell[1]).strip() == "described in words only"


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("example.org", ""),
        ("xn--d1acufc.example.org", "домен.example.org"),
        ("xn--.example.org", ""),
        ("xn--\u00e9.example.org", ""),
        ("xn--99999999.example.org", ""),
        (f"xn--{'a\u202eb'.encode('punycode').decode()}.example.org", ""),
    ],
)
def test_only_a_sound_code_is_read(host: str, read: str) -> None:
    assert unicode_host(host) == read


def test_an_empty_column_of_a_list_is_blank(ana: Person, case: Report) -> None:
    html = ana.client.get("/admin/hotline/report/").content.decode()
    assert re.findall(r'<td[^>]* class="field-shown_(?:holder|outcome)[^"]*">(.*?)</td>', html) == [""]


# --- Holding ---


def test_a_case_is_claimed_and_released(ana: Person, case: Report) -> None:
    assert send(ana, case, "claim/")[0] == 302
    assert holder(case) == "ana"
    assert send(ana, case, "release/")[0] == 302
    assert holder(case) == ""


def test_taking_over_needs_a_reason(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    status, html = send(boris, case, "claim/")
    assert status == 422
    assert "изаберите разлог" in html
    assert holder(case) == "ana"
    assert send(boris, case, "claim/", reason="urgent")[0] == 302
    assert holder(case) == "boris"


def test_only_holder_or_supervisor_releases_a_claim(ana: Person, boris: Person, vera: Person, case: Report) -> None:
    claim_next(ana)
    assert send(boris, case, "release/")[0] == 422
    assert holder(case) == "ana"
    assert send(vera, case, "release/")[0] == 302
    assert holder(case) == ""


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


def test_words_are_only_in_the_response_that_opens_them(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    assert WORDS not in page(ana, case)
    response = ana.client.post(address(case, "open/"))
    assert WORDS in response.content.decode()
    assert response["Cache-Control"] == NO_STORE
    assert WORDS not in page(ana, case)
    assert actions().count("words.opened") == 1
    assert WORDS not in send(boris, case, "open/")[1]
    assert actions().count("words.opened") == 1


def ways(html: str) -> list[tuple[str, str]]:
    """Where the steps between items lead: (address, place)."""
    links = re.findall(r'<a class="step"[^>]* href="([^"?]+)\?item=(\d+)"', html)
    form = r'<form class="step" method="post" action="([^"]+)">.*?name="item" value="(\d+)"'
    return links + re.findall(form, html, re.DOTALL)


def test_the_steps_lead_to_the_case_from_wherever_it_is_shown(ana: Person, case: Report) -> None:
    claim_next(ana)
    to_second = [(address(case), "2")]
    assert ways(page(ana, case)) == to_second
    assert ways(send(ana, case, f"assess/{case.items.earliest('pk').pk}/")[1]) == to_second
    assert ways(send(ana, case, "set-aside/")[1]) == to_second
    assert ways(send(ana, case, "reply/", item="2")[1]) == [(address(case), "1")]


def test_open_words_stay_open_from_item_to_item(ana: Person, case: Report) -> None:
    claim_next(ana)
    send(ana, case, "reply/", text="Хвала вам.")
    html = send(ana, case, "open/")[1]
    assert ways(html) == [(address(case, "open/"), "2")]
    html = send(ana, case, "open/", item="2")[1]
    assert ("Садржај 2 од 2" in html, WORDS in html, "Хвала вам." in html) == (True, True, True)
    assert ways(html) == [(address(case, "open/"), "1")]
    assert (actions().count("words.opened"), actions().count("thread.opened")) == (1, 1)


@pytest.mark.parametrize(
    ("act", "place"),
    [("open/", ""), ("open/?item=2", "?item=2"), ("claim/?item=x", ""), ("assess/1/", ""), ("reply/", "")],
)
def test_the_address_of_an_act_leads_to_its_case(ana: Person, case: Report, act: str, place: str) -> None:
    before = actions()
    response = ana.client.get(address(case, act))
    assert (response.status_code, response["Location"]) == (303, address(case) + place)
    assert actions() == before
    assert ana.client.put(address(case, act)).status_code == 405


def test_words_stay_in_their_own_script(ana: Person, case: Report) -> None:
    claim_next(ana)
    ana.client.post("/admin/language/", {"language": "sr-latn", "next": "/admin/"})
    html = send(ana, case, "open/")[1]
    assert WORDS in html
    assert "Tekst prijave" in html


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
    assert actions().count("upload.revealed") == 1


@pytest.mark.parametrize(
    ("state", "message"), [("waiting", "Ова слика се проверава."), ("unreadable", "Ова слика не може да се прочита.")]
)
def test_a_picture_that_is_not_ready_cannot_be_revealed(
    state: str, message: str, ana: Person, case: Report, picture: Upload
) -> None:
    Upload.objects.update(state=state)
    send(ana, case, "claim/")
    html = page(ana, case)
    assert message in html
    assert "reveal/" not in html
    status, html = send(ana, case, f"reveal/{picture.pk}/")
    assert status == 422
    assert "data:image" not in html
    assert "upload.revealed" not in actions()


def test_a_missing_file_is_an_error(ana: Person, case: Report, picture: Upload) -> None:
    send(ana, case, "claim/")
    sealed_path(picture.uuid).unlink()
    status, html = send(ana, case, f"reveal/{picture.pk}/")
    assert status == 422
    assert "недостаје кључ или датотека" in html
    assert "upload.revealed" not in actions()


def test_a_picture_of_another_case_is_not_there(ana: Person, case: Report, picture: Upload) -> None:
    assert send(ana, make_case(), f"reveal/{picture.pk}/")[0] == 404


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


def test_a_lost_case_keeps_the_answers_until_it_is_taken_again(ana: Person, case: Report) -> None:
    claim_next(ana)
    item = case.items.earliest("pk")
    send(ana, case, "release/")
    status, html = assess(ana, case, item, ILLEGAL)
    assert status == 422
    assert len(re.findall(r'name="q-\w+" value="\w+"[^>]* checked', html)) == 3
    hidden = dict(re.findall(r'<input type="hidden" name="(q-\w+)" value="(\w+)"', html))
    assert hidden == answers(ILLEGAL)
    response = ana.client.post(address(case, "claim/"), hidden)
    assert response.status_code == 200
    assert len(re.findall(r'name="q-\w+" value="\w+"[^>]* checked', response.content.decode())) == 3
    assert holder(case) == "ana"


def test_one_decision_closes_a_case_that_is_not_illegal(ana: Person, case: Report) -> None:
    claim_next(ana)
    for item in case.items.order_by("pk"):
        assert assess(ana, case, item, NOT_ILLEGAL)[0] == 302
    html = page(ana, case)
    assert "Предмет је затворен" in html
    assert "није незаконито" in html
    assert "q-classification" not in html


def test_person_cannot_assess_twice(ana: Person, case: Report) -> None:
    claim_next(ana)
    item = case.items.earliest("pk")
    assess(ana, case, item, ILLEGAL)
    send(ana, case, "claim/")
    status, html = assess(ana, case, item, ILLEGAL)
    assert status == 422
    assert "мора да одлучи друга особа" in html


def test_the_second_reviewer_sees_nothing_of_the_first(ana: Person, boris: Person) -> None:
    case = make_case(make_item())
    item = case.items.get()
    claim_next(ana)
    assess(ana, case, item, ILLEGAL)
    own = page(ana, case)
    assert ("Мишљење: прво" in own, "Дато мишљење: прво" in own, "одојче" in own) == (True, True, True)
    claim_next(boris)
    second_page = page(boris, case)
    assert 'name="q-age"' in second_page
    for words in ("Мишљење: прво", "Дато мишљење", "Садржај: чека", "checked"):
        assert words not in second_page
    rows = re.findall(r"<li>([^<]+)<", second_page[second_page.index('class="timeline"') :])
    assert rows == ["Предмет узет", "Отворен текст пријаве", "Предмет узет"]
    assert re.findall(r"<span translate=\"no\">(\w+)</span>", second_page[second_page.index('class="timeline"') :]) == [
        "boris"
    ]
    status, html = assess(boris, case, item, {"classification": "baseline_csam"})
    assert status == 422
    assert "Мишљење: прво" not in html


def test_agreement_leads_to_action_and_action_to_the_end(ana: Person, boris: Person) -> None:
    case = make_case(make_item())
    item = case.items.get()
    claim_next(ana)
    assess(ana, case, item, ILLEGAL)
    claim_next(boris)
    assert assess(boris, case, item, ILLEGAL)[0] == 302
    assert 'name="kinds"' in page(boris, case)
    status, html = send(boris, case, f"act/{item.pk}/")
    assert (status, "Изаберите шта је предузето." in html) == (422, True)
    status, html = send(boris, case, f"act/{item.pk}/", kinds=["police", "nonsense"])
    assert status == 422
    assert re.findall(r'name="kinds" value="(\w+)"[^>]* checked', html) == ["police"]
    assert send(boris, case, f"act/{item.pk}/", kinds=["police", "host"])[0] == 302
    html = page(boris, case)
    assert "Предмет је затворен" in html
    assert "пријављено полицији" in html


def test_an_item_ends_without_referral_only_on_purpose(ana: Person, boris: Person) -> None:
    item = make_item()
    case, other = make_case(item), make_case(item)
    open_elsewhere = make_case(item, make_item())
    claim_next(ana)
    assess(ana, case, item, ILLEGAL)
    send(boris, case, "claim/")
    assess(boris, case, item, ILLEGAL)
    html = page(boris, case)
    assert "Са овим садржајем завршава се још 1 отворена пријава." in html
    assert 'name="confirmed"' not in html
    status, html = send(boris, case, f"act/{item.pk}/", kinds=["unavailable", "moved"])
    assert (status, 'name="confirmed"' in html, "Потврђујем да се не шаље ниједном примаоцу" in html) == (
        422,
        True,
        True,
    )
    assert re.findall(r'name="kinds" value="(\w+)"[^>]* checked', html) == ["unavailable", "moved"]
    item.refresh_from_db()
    assert item.state == "assessed"
    form = {"kinds": ["unavailable", "moved"], "confirmed": "1"}
    assert send(boris, case, f"act/{item.pk}/", **form)[0] == 302
    assert set(Report.objects.values_list("pk", "state")) == {
        (case.pk, "closed"),
        # It waits for a date of its own.
        (other.pk, "triaged"),
        (open_elsewhere.pk, "triaged"),
    }
    other.refresh_from_db()
    assert other.earliest_end_at


def test_keys_of_a_case_are_unique(ana: Person, boris: Person, picture: Upload, case: Report) -> None:
    """Keys of answers are never keys of actions."""
    claim_next(ana)
    html = page(ana, case, "?item=2")
    answer_keys = [key for keys in re.findall(r'data-(?:focus-)?key="([^"]+)"', html) for key in keys.split()]
    item = case.items.earliest("pk")
    assess(ana, case, item, ILLEGAL)
    send(boris, case, "claim/", reason="urgent")
    assess(boris, case, item, ILLEGAL)
    html = page(boris, case, "?item=1")
    action_keys = re.findall(r'name="(?:kinds|routes)"[^>]* data-key="(\w)"', html)
    assert len(set(action_keys)) == len(action_keys) == 7
    assert len(set(answer_keys)) == len(answer_keys)
    assert set(action_keys) & {*answer_keys, "j", "u"} == set()


def test_a_supervisor_sees_both_assessments_and_decides(ana: Person, boris: Person, vera: Person) -> None:
    case = make_case(make_item())
    item = case.items.get()
    claim_next(ana)
    assess(ana, case, item, ILLEGAL)
    claim_next(boris)
    assess(boris, case, item, {**ILLEGAL, "age": "pubescent"})
    assert send(boris, case, "claim/")[0] == 422
    claim_next(vera)
    html = page(vera, case)
    assert ("Мишљење: прво" in html, "Мишљење: друго" in html) == (True, True)
    assert assess(vera, case, item, NOT_ILLEGAL)[0] == 302
    case.refresh_from_db()
    assert case.state == "closed"


# --- Setting aside ---


def test_case_is_closed_without_assessment(ana: Person, case: Report) -> None:
    claim_next(ana)
    open_everything_as(ana, case)
    assert send(ana, case, "set-aside/", state="spam")[0] == 302
    case.refresh_from_db()
    assert case.state == "spam"
    assert "Предмет је затворен" in page(ana, case)


def test_unknown_end_state_is_refused(ana: Person, case: Report) -> None:
    assert send(ana, case, "set-aside/", state="closed")[0] == 422
    case.refresh_from_db()
    assert case.state == "triaged"


def test_case_of_a_colleague_cannot_be_closed(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    assert send(boris, case, "set-aside/", state="spam")[0] == 422
    case.refresh_from_db()
    assert case.state == "in_review"


def test_reports_are_closed_together_in_the_list(ana: Person, boris: Person) -> None:
    free, held = make_case(), make_case(priority=1)
    claim_next(boris)
    form = {"action": "close_as_spam", "_selected_action": [free.pk, held.pk]}
    html = ana.client.post("/admin/hotline/report/", form, follow=True).content.decode()
    assert "1 предмет је затворен без процене." in html
    assert "1 предмет је прескочен" in html
    assert set(Report.objects.values_list("pk", "state")) == {(free.pk, "spam"), (held.pk, "in_review")}


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
    # Two people open a report of present danger, in a flood too.
    assert "једна од веома многих" in page(ana, danger)


# --- The dialogue ---


def test_a_message_is_sent_and_read_again(ana: Person, case: Report) -> None:
    claim_next(ana)
    assert send(ana, case, "reply/", text="Хвала вам на пријави.")[0] == 302
    assert "Хвала вам на пријави." not in page(ana, case)
    assert "Хвала вам на пријави." in send(ana, case, "open/")[1]


def test_an_empty_message_is_refused(ana: Person, case: Report) -> None:
    claim_next(ana)
    assert send(ana, case, "reply/", text="   ")[0] == 422
    assert Message.objects.count() == 0


def test_a_refused_message_stays_in_its_field(ana: Person, boris: Person, case: Report) -> None:
    claim_next(ana)
    status, html = send(boris, case, "reply/", text="Питање за Вас")
    assert status == 422
    assert ">Питање за Вас</textarea>" in html
    assert Message.objects.count() == 0


# --- Fast at any size ---


def crowd(case: Report, person: Person, pieces: int) -> None:
    """Give a case more of everything that its page shows."""
    for number in range(pieces):
        item = make_item(state="ended", outcome="referred", verdict="illegal")
        case.report_items.create(item=item, position=10 + number)
        item.actions.create(report=case, author=person.user, kind="police", done_at=NOW)
        sealed_content.send_reply(report=case, actor=person.user, text="порука", now=timezone.now())


@pytest.mark.parametrize("pieces", [1, 12])
def test_the_number_of_queries_of_a_case(
    pieces: int, ana: Person, boris: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)
    case = make_case(make_item(), reporter_salt=b"s" * 16, reporter_public_key=key.public_bytes)
    crowd(case, ana, pieces)
    claim_next(ana)
    assess(ana, case, case.items.earliest("pk"), ILLEGAL)
    claim_next(boris)
    assess(boris, case, case.items.earliest("pk"), ILLEGAL)
    page(boris, case)
    with django_assert_num_queries(CASE_QUERIES):
        page(boris, case)


@pytest.mark.parametrize("pieces", [1, 12])
def test_number_of_queries_of_my_work(
    pieces: int, vera: Person, boris: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(pieces):
        make_case()
        make_case(state="closed", outcome="removed", closed_at=NOW, queue=None, has_news=True)
        claim_next(boris)
        make_case(priority=120)
        claim_next(vera)
        make_case()
    vera.client.get("/admin/hotline/desk/")
    with django_assert_num_queries(MY_WORK_QUERIES):
        vera.client.get("/admin/hotline/desk/")
