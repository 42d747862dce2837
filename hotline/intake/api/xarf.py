"""Parser of XARF v4 reports (https://xarf.org) of the category `content`. Pure."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from clicksafely.common.http.problem_details import ProblemDetail
from hotline.intake.api.parsers import Incoming, InvalidReport, future_time, read_addresses, readable, words
from hotline.intake.api.schemas import MAX_ADDRESS_LENGTH, XARF_CATEGORIES, XARF_MARK
from hotline.intake.api.validation import NO_FILES, faults_of, make_validator, unfit_texts
from hotline.triage.hash_lists.digests import FileDigest

# Longer than any report without its evidence.
MAX_REPORT_LENGTH = 32_000
_SCHEMAS = Path(__file__).with_name("xarf_schemas")
_DIGESTS = ("md5", "sha1", "sha256")


def read_xarf(value: dict[str, Any], pointer: str, *, now: datetime) -> Incoming:
    """Parse a XARF object. `pointer` is its JSON Pointer in the body.

    The complete original is stored with the encrypted text. Raises InvalidReport.
    """
    if XARF_MARK not in value:
        raise InvalidReport([ProblemDetail(pointer, "This is XARF version 3 or earlier. Only version 4 is supported.")])
    if value.get("evidence"):
        raise InvalidReport([ProblemDetail(f"{pointer}/evidence", NO_FILES)])
    if value.get("category") != "content" or value.get("type") not in [*XARF_CATEGORIES]:
        raise InvalidReport(
            [
                ProblemDetail(
                    f"{pointer}/type",
                    f"Only these types of the category content are accepted: {', '.join(XARF_CATEGORIES)}.",
                )
            ]
        )
    if faults := faults_of(_validator(value["type"]), value, pointer):
        raise InvalidReport(faults)
    if len(value["url"]) > MAX_ADDRESS_LENGTH:
        raise InvalidReport([ProblemDetail(f"{pointer}/url", f"This is longer than {MAX_ADDRESS_LENGTH} characters.")])
    if faults := unfit_texts(value, pointer) or future_time(value["timestamp"], f"{pointer}/timestamp", now=now):
        raise InvalidReport(faults)
    original = json.dumps(value, ensure_ascii=False, indent=1)
    if len(original) > MAX_REPORT_LENGTH:
        raise InvalidReport([ProblemDetail(pointer, f"This report is longer than {MAX_REPORT_LENGTH} characters.")])
    return Incoming(
        category=XARF_CATEGORIES[value["type"]],
        language="en",
        words=words(
            what=readable(value.get("description", ""), f"{pointer}/description"),
            when_seen=value["timestamp"],
            addresses=value["url"],
            xarf=original,
        ),
        locations=read_addresses({f"{pointer}/url": value["url"]}),
        files=_files(value.get("hash_values", {})),
        reference=value["report_id"],
    )


def _files(hashes: dict[str, str]) -> list[FileDigest]:
    """Return the digests of the report's file. PhotoDNA hashes are kept in the original only."""
    digests: dict[str, Any] = {name: bytes.fromhex(hashes[name]) for name in _DIGESTS if name in hashes}
    return [FileDigest(**digests)] if digests else []


@cache
def _validator(content_type: str) -> Draft202012Validator:
    schemas = _schemas()
    # One schema file has a hyphen where the type has an underscore.
    name = next(
        identity for identity in schemas if identity.replace("-", "_").endswith(f"/content_{content_type}.json")
    )
    registry: Registry[Any] = Registry().with_resources(
        (identity, Resource.from_contents(schema, default_specification=DRAFT202012))
        for identity, schema in schemas.items()
    )
    return make_validator({"$ref": name}, registry=registry)


def _schemas() -> dict[str, dict[str, Any]]:
    """Return the core and content schemas of XARF 4.2.0 by id."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(_SCHEMAS.glob("*.json"))]
    return {schema["$id"]: schema for schema in read}
