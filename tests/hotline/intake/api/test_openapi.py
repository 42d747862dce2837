"""The OpenAPI document is valid, matches the code and can be cached."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from clicksafely.common.http import webhooks
from hotline.intake.api.openapi import document
from hotline.intake.api.schemas import HASH, REPORT
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


def test_it_shows_the_schemas_that_validate() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["Hash"] is HASH
    assert [HASH["if"], HASH["then"]["anyOf"][0]] == [{}, {"required": ["md5"]}]
    assert {name: value for name, value in schemas["Report"]["properties"].items() if name != "hashes"} == {
        name: value for name, value in REPORT["properties"].items() if name != "hashes"
    }
    for name in ("required", "if", "then", "dependentRequired", "additionalProperties"):
        assert schemas["Report"][name] == REPORT[name]


def test_its_paths_are_the_addresses() -> None:
    routes = {str(pattern.pattern).replace("<uuid:uuid>", "{id}") for pattern in v1}
    assert {f"/{route}" for route in routes} - {"/openapi.json"} == set(document()["paths"])
    assert [server["url"] for server in document()["servers"]] == [PATH.removesuffix("/reports/")]


def nodes(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema within a schema, with its place."""
    yield at, schema
    for name, inner in schema.get("properties", {}).items():
        yield from nodes(inner, f"{at}/{name}")
    for keyword in ("anyOf", "oneOf", "allOf"):
        for place, inner in enumerate(schema.get(keyword, [])):
            yield from nodes(inner, f"{at}/{keyword}/{place}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], f"{at}/{keyword}")


def all_nodes() -> list[tuple[str, dict[str, Any]]]:
    """Each schema of the document: components, bodies, answers, headers and parameters."""
    roots = [(f"components/{name}", schema) for name, schema in document()["components"]["schemas"].items()]
    for path, method, operation in operations():
        at = f"{method} {path}"
        roots += [(f"{at} {each['name']}", each["schema"]) for each in operation["parameters"]]
        carriers = [*operation["responses"].values(), operation.get("requestBody", {})]
        for carrier in carriers:
            for part in [*carrier.get("content", {}).values(), *carrier.get("headers", {}).values()]:
                roots.append((at, part["schema"]))
    return [node for at, root in roots for node in nodes(root, at)]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, item in document()["paths"].items() for method, each in item.items()]


def test_every_schema_has_a_type() -> None:
    """Generators drop an operation with an array without `items`, and type everything else as anything."""
    found = all_nodes()
    assert len(found) > 80
    assert [at for at, node in found if not {"type", "$ref", "anyOf"} & {*node}] == []
    assert [at for at, node in found if node.get("type") == "array" and "items" not in node] == []
    assert [
        at for at, node in found
        if node.get("type") == "object" and "properties" not in node and "additionalProperties" not in node
        and not at.endswith("/evidence/items")
    ] == []  # fmt: skip
    assert [at for at, node in found if not {*node.get("required", [])} <= {*node.get("properties", [])}] == []
    assert [at for at, node in found if node.get("type") == "object" and "anyOf" in node] == []


def test_every_operation_has_a_name_and_describes_its_errors() -> None:
    names = [operation["operationId"] for _path, _method, operation in operations()]
    assert len(names) == len({*names}) == 2
    for _path, _method, operation in operations():
        assert operation["summary"]
        for status, answer in operation["responses"].items():
            media = [*answer["content"]]
            assert media == (["application/json"] if status < "300" else ["application/problem+json"])
            if status >= "300":
                assert answer["content"][media[0]]["schema"] == {"$ref": "#/components/schemas/Problem"}


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
