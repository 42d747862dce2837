"""The OpenAPI 3.1 document of the API, built from the validation schemas."""

from functools import cache
from typing import Any

from hotline.intake.api.request_checks import MAX_BODY
from hotline.intake.api.schemas import HASH, MAX_ADDRESS_LENGTH, MAX_REPORTS, REPORT, XARF_CATEGORIES, XARF_MARK, Schema
from hotline.models import ReportStatus

VERSION = "1"
BASE_URL = "/api/v1"
_PROBLEM_TYPE = "application/problem+json"

_XARF_CONTACT: Schema = {
    "type": "object",
    "required": ["org", "contact", "domain"],
    "properties": {name: {"type": "string"} for name in ("org", "contact", "domain")},
}
_XARF: Schema = {
    "type": "object",
    "description": (
        "A XARF v4 report of the category content (https://xarf.org) without `evidence`. Files are not accepted."
    ),
    "required": [
        XARF_MARK,
        "report_id",
        "timestamp",
        "reporter",
        "sender",
        "source_identifier",
        "category",
        "type",
        "url",
    ],
    "properties": {
        XARF_MARK: {"type": "string", "pattern": r"^4\.[0-9]+\.[0-9]+$"},
        "report_id": {"type": "string", "format": "uuid", "description": "Our `reference`"},
        "timestamp": {"type": "string", "format": "date-time"},
        "reporter": {"$ref": "#/components/schemas/XarfContact"},
        "sender": {"$ref": "#/components/schemas/XarfContact"},
        "source_identifier": {"type": "string"},
        "category": {"type": "string", "const": "content"},
        "type": {"type": "string", "enum": list(XARF_CATEGORIES)},
        "url": {"type": "string", "format": "uri", "maxLength": MAX_ADDRESS_LENGTH},
        "description": {"type": "string"},
        "hash_values": {"type": "object", "additionalProperties": {"type": "string"}},
        "evidence": {"type": "array", "maxItems": 0, "items": {"type": "object"}},
    },
}
_FAULT: Schema = {
    "type": "object",
    "required": ["pointer", "detail"],
    "additionalProperties": False,
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON Pointer (RFC 6901) into the body",
            "examples": ["/addresses/0"],
        },
        "detail": {"type": "string"},
    },
}
_FAULTS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}
_ID: Schema = {"type": "string", "format": "uuid"}
_TAKEN: dict[str, Schema] = {
    "id": _ID,
    "reference": {"type": "string", "description": "Your own number, empty if you sent none"},
    "receipt": {
        "type": "string",
        "pattern": "^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$",
        "description": "Opens the dialogue with our analysts at /en/report/status/. It cannot be shown again. Keep it safe.",
    },
    "location": {"type": "string", "format": "uri-reference"},
}
_ANSWERS: dict[str, Schema] = {
    "Taken": {"type": "object", "required": [*_TAKEN], "additionalProperties": False, "properties": _TAKEN},
    "Fault": _FAULT,
    "Outcomes": {
        "type": "object",
        "required": ["reports"],
        "additionalProperties": False,
        "properties": {
            "reports": {
                "type": "array",
                "description": "One entry for each report of the request, in the same order",
                "items": {"$ref": "#/components/schemas/Outcome"},
            }
        },
    },
    "Outcome": {
        "type": "object",
        "required": ["index", "status"],
        "additionalProperties": False,
        "properties": {
            "index": {"type": "integer"},
            "status": {"type": "integer", "enum": [201, 401, 422, 503]},
            **_TAKEN,
            "errors": _FAULTS,
        },
    },
    "Standing": {
        "type": "object",
        "required": ["id", "reference", "state", "told"],
        "additionalProperties": False,
        "properties": {
            "id": _ID,
            "reference": {"type": "string"},
            "state": {"type": "string", "enum": ReportStatus.values},
            "told": {
                "type": "array",
                "description": (
                    "The messages that every reporter sees, newest first, with times to the hour or the day. The newest one ends "
                    "with numbers of help lines if the report is about sexual abuse or present danger"
                ),
                "items": {"$ref": "#/components/schemas/Message"},
            },
        },
    },
    "Message": {
        "type": "object",
        "required": ["at", "title", "text"],
        "additionalProperties": False,
        "properties": {
            "at": {"type": "string", "format": "date-time"},
            "title": {"type": "string"},
            "text": {"type": "string"},
        },
    },
    "Event": {
        "type": "object",
        "description": "A message to a webhook, signed as the Standard Webhooks specification says",
        "required": ["id", "type", "timestamp", "data"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": "The same as `webhook-id`, also when sent again"},
            "type": {"type": "string", "enum": ["report.state", "test"]},
            "timestamp": {"type": "string", "format": "date-time", "description": "The hour of the change"},
            "data": {
                "type": "object",
                "description": "Empty in a test",
                "properties": {
                    "report": _ID,
                    "reference": {"type": "string"},
                    "state": {"type": "string", "enum": ReportStatus.values},
                },
            },
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
        "properties": {
            "type": {"type": "string", "const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": _FAULTS,
        },
    },
}


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document as a dict."""
    item = {"anyOf": [_ref("Report"), _ref("XarfReport")]}
    items = {"type": "array", "minItems": 1, "maxItems": MAX_REPORTS, "items": item}
    batch = {
        "type": "object",
        "required": ["reports"],
        "additionalProperties": False,
        "properties": {"reports": items},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Net Patrola: partner reports",
            "version": VERSION,
            "description": "API for organisations that report content to Serbia's hotline. Supervisors issue the keys.",
        },
        "servers": [{"url": BASE_URL}],
        "security": [{"key": []}],
        "paths": {
            "/reports/": {"post": _post({"anyOf": [*item["anyOf"], items, _ref("Batch")]})},
            "/reports/{id}/": {"get": _get()},
        },
        "webhooks": {"reportState": {"post": _webhook()}},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Report": {**REPORT, "properties": {**REPORT["properties"], "hashes": _hashes()}},
                "Hash": HASH,
                "XarfReport": _XARF,
                "XarfContact": _XARF_CONTACT,
                "Batch": batch,
                **_ANSWERS,
            },
        },
    }


def _hashes() -> Schema:
    return {**REPORT["properties"]["hashes"], "items": _ref("Hash")}


def _post(body: Schema) -> dict[str, Any]:
    return {
        "operationId": "sendReports",
        "summary": f"Send a report, or up to {MAX_REPORTS}",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "pattern": "^[!#-~]{16,200}$"},
                "description": "A random string, for example a UUID. A repeated request with the same key is processed once.",
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "201": {
                "description": "All reports were accepted",
                "headers": {"Location": {"schema": {"type": "string", "format": "uri-reference"}}},
                "content": {"application/json": {"schema": {"anyOf": [_ref("Taken"), _ref("Outcomes")]}}},
            },
            "207": {
                "description": "Some reports were accepted. Each entry has its own status.",
                "content": {"application/json": {"schema": _ref("Outcomes")}},
            },
            "400": _problem("The body is not JSON, or a header is malformed"),
            "401": _unknown_key(),
            "411": _problem("The Content-Length header is missing"),
            "413": _problem(f"The body is larger than {MAX_BODY} bytes"),
            "415": _problem("The body is not application/json in UTF-8"),
            "422": _problem(
                "No report was accepted. `errors` names each field, or the idempotency key was used with another body."
            ),
            "429": _wait("The partner's hourly limit of reports is exceeded"),
            "503": _wait("Reports cannot be stored at the moment"),
        },
    }


def _get() -> dict[str, Any]:
    return {
        "operationId": "readReport",
        "summary": "Status of one of your own reports",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": _ID}],
        "responses": {
            "200": {
                "description": "The status of the report",
                "content": {"application/json": {"schema": _ref("Standing")}},
            },
            "401": _unknown_key(),
            "404": _problem("None of your reports has this id"),
            "429": _wait("The partner's hourly limit of status requests is exceeded"),
            "503": _wait("The database is unavailable"),
        },
    }


def _webhook() -> dict[str, Any]:
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return {
        "operationId": "reportState",
        "summary": "The status of one of your reports has changed, sent to your webhook if you have one",
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in headers
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Event")}}},
        "responses": {
            "2XX": {"description": "You have accepted the message"},
            "410": {"description": "You want no further messages"},
            "default": {"description": "The message is sent again later"},
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _problem(description: str, *headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": description, "content": {_PROBLEM_TYPE: {"schema": _ref("Problem")}}}
    if headers:
        answer["headers"] = {header: {"schema": {"type": "string"}} for header in headers}
    return answer


def _unknown_key() -> dict[str, Any]:
    return _problem("The key is missing, unknown, wrong or revoked", "WWW-Authenticate")


def _wait(description: str) -> dict[str, Any]:
    return _problem(description, "Retry-After")
