"""The OpenAPI document is valid, matches the code and can be cached."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from clicksafely.common.http import webhooks
from hotline.intake.api.openapi import document
from hotline.intake.api.urls import v1
from hotline.intake.api.validation import make_validator
from hotline.intake.api.views import DEPRECATED_AT
from hotline.intake.api.webhooks.delivery import body_of
from hotline.models import PartnerReport, WebhookMessage
from tests.hotline.intake.api.program import PATH, XARF, Program
from tests.hotline.intake.api.program import REPORT as GOOD
from tests.hotline.intake.api.test_parsers import FULL
from tests.servers import BASE_DIR


def answer_schema(path: str, method: str, status: str, media_type: str = "application/json") -> dict[str, Any]:
    """The schema of an answer, with the document around it so that its references are found."""
    schema = document()["paths"][path][method]["responses"][status]["content"][media_type]["schema"]
    return {**schema, "components": document()["components"]}


def test_it_is_valid() -> None:
    validate(document())


def test_its_paths_are_the_addresses() -> None:
    routes = {str(pattern.pattern).replace("<uuid:uuid>", "{id}") for pattern in v1}
    assert {f"/{route}" for route in routes} - {"/openapi.json"} == set(document()["paths"])
    assert [server["url"] for server in document()["servers"]] == [PATH.removesuffix("/reports/")]


def test_the_webhook_is_described_as_it_is_sent() -> None:
    [described] = document()["webhooks"].values()
    assert described["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Event"
    }
    validator = make_validator({"$ref": "#/components/schemas/Event", "components": document()["components"]})
    for message in (
        WebhookMessage(hour=timezone.now()),
        WebhookMessage(hour=timezone.now(), status="closed", partner_report=PartnerReport(reference="2026-17")),
    ):
        validator.validate(json.loads(body_of(message)))
    assert {each["name"] for each in described["post"]["parameters"]} == {
        *webhooks.sign(b"{}", webhooks.new_secret(), message_id="1", now=timezone.now())
    }


@pytest.mark.django_db
def test_earlier_addresses_are_aliases(program: Program) -> None:
    sent = program.client.post(
        "/api/reports/",
        json.dumps(GOOD),
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.key}"},
    )
    assert sent.status_code == 201
    receipt = json.loads(sent.content)
    assert receipt["location"] == sent["Location"] == f"{PATH}{receipt['id']}/"
    earlier = receipt["location"].replace("/v1", "")
    answers = {
        "/api/reports/": sent,
        earlier: program.get(earlier),
        "/api/openapi.json": Client().get("/api/openapi.json"),
    }
    for path, answer in answers.items():
        assert answer.status_code in {200, 201}
        assert answer["Deprecation"] == DEPRECATED_AT
        assert answer["Link"] == f'<{path.replace("/api/", "/api/v1/")}>; rel="successor-version"'
        assert "Deprecation" not in program.get(path.replace("/api/", "/api/v1/"))
    assert program.get(earlier).content == program.get(receipt["location"]).content
    assert Client().post("/api/reports/")["Deprecation"] == DEPRECATED_AT


def test_every_answer_of_the_tests_fits_it(program: Program, db: None) -> None:
    for sent, status in (
        (GOOD, "201"),
        (FULL, "201"),
        (XARF, "201"),
        ([GOOD], "201"),
        ([GOOD, {}], "207"),
        ({}, "422"),
        (b"{", "400"),
    ):
        answer = program.send(sent)
        assert str(answer.status_code) == status
        schema = answer_schema("/reports/", "post", status, answer["Content-Type"])
        Draft202012Validator(schema).validate(json.loads(answer.content))
    place = json.loads(program.send(GOOD).content)["location"]
    standing = program.get(place)
    Draft202012Validator(answer_schema("/reports/{id}/", "get", "200")).validate(json.loads(standing.content))


def test_it_accepts_the_same_input_as_the_code() -> None:
    body = document()["paths"]["/reports/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**body, "components": document()["components"]})
    for sent in (GOOD, FULL, XARF, [GOOD, XARF], {"reports": [GOOD]}):
        validator.validate(sent)
    for refused in ({}, [], {"reports": []}, 5, {**GOOD, "x": 1}, {**XARF, "evidence": [{}]}):
        assert not validator.is_valid(refused)


@pytest.mark.django_db
def test_it_is_public_and_cacheable() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    assert json.loads(answer.content) == json.loads(json.dumps(document()))
    assert Client().post("/api/v1/openapi.json").status_code == 405


@pytest.mark.slow
def test_a_process_without_reports_does_not_load_the_validator() -> None:
    """The addresses are known and the description is drawn without it."""
    program = (
        "import django, sys; django.setup(); import clicksafely.urls; "
        "from hotline.intake.api.openapi import document; document(); "
        "sys.exit('jsonschema' in sys.modules)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    assert subprocess.run([sys.executable, "-c", program], env=environment, cwd=BASE_DIR, check=False).returncode == 0
