"""The OpenAPI document is sound, is what the code does, and is served so that it can be kept."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from hotline.intake.api.openapi import document
from hotline.intake.api.schemas import HASH, REPORT
from hotline.intake.api.urls import urlpatterns
from tests.hotline.intake.api.program import REPORT as GOOD
from tests.hotline.intake.api.program import XARF, Program
from tests.hotline.intake.api.test_parsers import FULL
from tests.servers import BASE_DIR


def answer_schema(path: str, method: str, status: str, media_type: str = "application/json") -> dict[str, Any]:
    """The schema of an answer, with the document around it so that its references are found."""
    schema = document()["paths"][path][method]["responses"][status]["content"][media_type]["schema"]
    return {**schema, "components": document()["components"]}


def test_it_is_valid() -> None:
    validate(document())


def test_it_shows_the_schemas_that_validate() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["Hash"] is HASH
    assert {name: value for name, value in schemas["Report"]["properties"].items() if name != "hashes"} == {
        name: value for name, value in REPORT["properties"].items() if name != "hashes"
    }
    for name in ("required", "anyOf", "dependentRequired", "additionalProperties"):
        assert schemas["Report"][name] == REPORT[name]


def test_its_paths_are_the_addresses() -> None:
    routes = {str(pattern.pattern).replace("<uuid:uuid>", "{id}") for pattern in urlpatterns}
    assert {f"/api/{route}" for route in routes} - {"/api/", "/api/openapi.json"} == set(document()["paths"])


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
        schema = answer_schema("/api/reports/", "post", status, answer["Content-Type"])
        Draft202012Validator(schema).validate(json.loads(answer.content))
    place = json.loads(program.send(GOOD).content)["location"]
    standing = program.get(place)
    Draft202012Validator(answer_schema("/api/reports/{id}/", "get", "200")).validate(json.loads(standing.content))


def test_it_takes_what_the_code_takes() -> None:
    body = document()["paths"]["/api/reports/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**body, "components": document()["components"]})
    for sent in (GOOD, FULL, XARF, [GOOD, XARF], {"reports": [GOOD]}):
        validator.validate(sent)
    for refused in ({}, [], {"reports": []}, 5, {**GOOD, "x": 1}, {**XARF, "evidence": [{}]}):
        assert not validator.is_valid(refused)


@pytest.mark.django_db
def test_it_is_served_to_everybody_and_may_be_kept() -> None:
    answer = Client().get("/api/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    assert json.loads(answer.content) == json.loads(json.dumps(document()))
    assert Client().post("/api/openapi.json").status_code == 405


@pytest.mark.slow
def test_a_process_that_takes_no_report_does_not_carry_the_validator() -> None:
    """The addresses are known and the description is drawn without it."""
    program = (
        "import django, sys; django.setup(); import clicksafely.urls; "
        "from hotline.intake.api.openapi import document; document(); "
        "sys.exit('jsonschema' in sys.modules)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    assert subprocess.run([sys.executable, "-c", program], env=environment, cwd=BASE_DIR, check=False).returncode == 0
