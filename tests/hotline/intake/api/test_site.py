"""The API on a running portal: random requests from its description, concurrent requests, endless bodies."""

import json
import socket
import threading
from collections import Counter
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from hotline.models import Partner, PartnerReport
from tests.hotline.intake.api.program import PATH, REPORT, XARF, Program, make_partner
from tests.live_portal import Site

AT_ONCE = 8
EXAMPLES = 5


class Line:
    """A client program over the network."""

    def __init__(self, site: Site, key: str) -> None:
        self.site, self.key = site, key

    def send(self, body: object, **headers: str) -> tuple[int, dict[str, str], Any]:
        """POST JSON; returns status, headers and what the answer holds."""
        wire = HTTPConnection("127.0.0.1", self.site.port, timeout=300)
        request_headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        wire.request("POST", PATH, json.dumps(body).encode(), request_headers)
        answer = wire.getresponse()
        content = answer.read()
        wire.close()
        return answer.status, dict(answer.getheaders()), json.loads(content)


@pytest.fixture(scope="module")
def partner_id(site: Site) -> int:
    """A partner of the running portal without rate limits."""
    with site.orm():
        return make_partner(f"Партнер {uuid4().hex[:8]}", reports_per_hour=100_000).pk


@pytest.fixture(scope="module")
def line(site: Site, partner_id: int) -> Line:
    with site.orm():
        return Line(site, Program.of(Partner.objects.get(pk=partner_id)).key)


@pytest.mark.parametrize("bodies", [1, AT_ONCE], ids=["one body", "different bodies"])
def test_twins_make_one_report(site: Site, line: Line, partner_id: int, bodies: int) -> None:
    """Eight requests with one key at the same moment: one answer, each report once."""
    with site.orm():
        before = PartnerReport.objects.filter(partner=partner_id).count()
    ready, answers = threading.Barrier(AT_ONCE), []
    key = str(uuid4())

    def send(number: int) -> None:
        ready.wait()
        answers.append(line.send([{**REPORT, "reference": str(number % bodies)}, XARF], **{"Idempotency-Key": key}))

    threads = [threading.Thread(target=send, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = AT_ONCE // bodies
    assert sorted(status for status, _headers, _body in answers) == [201] * accepted + [422] * (AT_ONCE - accepted)
    assert len({json.dumps(body) for status, _headers, body in answers if status == 201}) == 1
    with site.orm():
        assert PartnerReport.objects.filter(partner=partner_id).count() == before + 2


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ("Content-Length: 99999999", b"", 413),
        ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", 411),
    ],
)
def test_bodies_of_any_length(site: Site, line: Line, headers: str, body: bytes, status: int) -> None:
    """A body that is too long is refused at once."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {line.key}\r\n"
    head += f"Content-Type: application/json\r\n{headers}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=300) as wire:
        wire.sendall(head.encode() + body)
        with wire.makefile("rb") as answer:
            first = answer.readline()
            rest = answer.read()
    assert first.split()[1] == str(status).encode()
    assert b"application/problem+json" in rest


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_random_requests_made_of_the_description(site: Site, line: Line, mode: GenerationMode) -> None:
    """Valid and invalid requests: never a 500, every response as described, nothing invalid accepted, nothing valid called malformed."""
    described = schemathesis.openapi.from_url(f"{site.url}/api/v1/openapi.json")
    answered: Counter[tuple[str, int]] = Counter()

    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {line.key}"})
        answered[case.method, answer.status_code] += 1
        # A random text is no address and a random id no report. Valid reports of a partly invalid batch are stored.
        loose = [positive_data_acceptance, *([negative_data_rejection] if answer.status_code == 207 else [])]
        case.validate_response(answer, excluded_checks=loose)

    for operation in described.get_all_operations():
        strategy = operation.ok().as_strategy(generation_mode=mode)
        bounded = settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        bounded(given(strategy)(ask))()
    sent = {status for method, status in answered if method == "POST"}
    assert {method for method, _status in answered} == {"GET", "POST"}
    if mode == GenerationMode.POSITIVE:
        assert sent <= {201, 207, 400, 422}
