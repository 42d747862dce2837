"""Pictures, documents and messages that take long to read stop no visitor; pictures are read later (the real portal)."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.clients.page_values import hidden_field, receipt_on
from tests.factories.pictures import jpeg_of_scans, png_of_one_colour
from tests.factories.slow_documents import docx_of_megabytes, pdf_of_lines
from tests.hotline.intake.journey import GOOD
from tests.live_portal import Site
from tests.waiting import until

pytestmark = pytest.mark.timing

OWN = {"Sec-Fetch-Site": "same-origin"}
# For one page: R4 of the quality goals.
SECONDS = 2.0
REFUSED, SLOW, LARGE = jpeg_of_scans(5000), jpeg_of_scans(50), png_of_one_colour()
# What a worker does with a message, and a web process with a document of an editor. Each in a process of this site.
_START = "import sys, django; from pathlib import Path; from django.utils import timezone; django.setup()\n"
READ_MAIL = f"""{_START}
from hotline.intake.email.services import ingest_message
for path in sys.argv[1:]: print(ingest_message(raw=Path(path).read_bytes(), now=timezone.now()).pk)
"""
READ_DOCUMENTS = f"""{_START}
from clicksafely.common.documents.validation import DocumentRefused, check_document
for path in sys.argv[1:]:
    try: print(check_document(Path(path), picture=Path(path + ".webp")).media_type)
    except DocumentRefused: print("refused")
"""


def post(site: Site, path: str, fields: dict[str, str], picture: bytes = b"") -> httpx2.Response:
    files = [("images", ("a", picture, "application/octet-stream"))] if picture else None
    return httpx2.post(f"{site.url}/sr/report/{path}/", data=fields, files=files, headers=OWN, timeout=300)


def visit(site: Site) -> float:
    """Visit a page. Return the seconds that it took."""
    began = time.monotonic()
    assert httpx2.get(f"{site.url}/sr/report/status/", timeout=300).status_code == 200
    return time.monotonic() - began


@pytest.fixture
def bar(site: Site) -> float:
    """SECONDS, or on a slow machine five times the longest visit without an attack."""
    visit(site)
    return max(SECONDS, 5 * max(visit(site) for _ in range(5)))


def visits_until_done(site: Site, attacks: "list[Future[Any]]") -> list[float]:
    """Visit a page until the attacks have ended. Return the seconds of each visit."""
    waits = []
    while not all(each.done() for each in attacks):
        waits.append(visit(site))
    return waits


def message(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "a@example.org", f"{number}", f"<{number}@example.org>"
    mail.set_content("Погледајте слике.")
    for picture in (SLOW, REFUSED, LARGE):
        mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="a")
    return mail.as_bytes()


def test_every_other_visitor_is_served_and_the_picture_is_read_later(site: Site, bar: float) -> None:
    with ThreadPoolExecutor(16) as attackers:
        sent = [
            attackers.submit(post, site, "cyberbullying", GOOD, picture)
            for _turn in range(6)
            for picture in (REFUSED, SLOW, LARGE)
        ]
        waits = visits_until_done(site, sent)
    pages = [each.result() for each in sent]
    assert [page.status_code for page in pages] == [422, 200, 200] * 6
    assert max(waits) < bar
    # One network has one process at a time.
    waiting = [page.text for page in pages if "проверава се" in page.text]
    assert waiting
    state = hidden_field(waiting[0], "state")
    assert state is not None
    receipt = receipt_on(post(site, "sent", {"state": state}).text)
    assert receipt
    until(lambda: "Ова слика је стигла." in post(site, "case", {"receipt": receipt}).text)


def test_nor_do_messages_and_documents_stop_a_visitor(site: Site, bar: float, tmp_path: Path) -> None:
    messages, documents = [message(number) for number in range(6)], [pdf_of_lines(20_000), docx_of_megabytes(400)] * 3
    for number, content in enumerate(messages + documents):
        (tmp_path / str(number)).write_bytes(content)
    paths = [str(tmp_path / str(number)) for number in range(len(messages + documents))]
    with ThreadPoolExecutor(3) as attackers:
        # Two documents take both places for pictures of requests.
        reading = [
            attackers.submit(site.run, "-c", READ_MAIL, *paths[: len(messages)]),
            *(attackers.submit(site.run, "-c", READ_DOCUMENTS, *paths[len(messages) :]) for _ in range(2)),
        ]
        waits = visits_until_done(site, reading)
        mail, *read = [each.result().split() for each in reading]
    assert max(waits) < bar
    assert len(set(mail)) == len(messages)
    assert all("application/pdf" in each and "refused" not in each for each in read)
