"""schema.org JSON-LD with LRMI terms, and the citation of a resource."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from awareness.library.models import Resource, ResourceFile
from awareness.library.selectors import Relations
from awareness.publishing.audiences import EDUCATIONAL_ROLES, Audience
from awareness.publishing.structured_data import CONTEXT, record_data, without_empty
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.page_metadata import build_absolute_url, json_ld


def learning_resource(
    request: HttpRequest, resource: Resource, topics: Sequence[Topic], files: Sequence[ResourceFile], tied: Relations
) -> SafeString:
    """Return a schema.org `LearningResource`, safe inside a script element. `topics`: the public ones."""
    here = build_absolute_url(request, reverse("resource", args=[resource.slug]))
    data = {
        **CONTEXT,
        **record_data(request, resource, "LearningResource", here),
        "inLanguage": [resource.language, *resource.other_languages] if resource.other_languages else resource.language,
        "learningResourceType": resource.get_kind_display(),
        "about": subjects(request, topics),
        "keywords": _words(resource.keywords),
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": EDUCATIONAL_ROLES[Audience(each)]}
            for each in resource.audiences
        ],
        "typicalAgeRange": list(resource.ages),
        "educationalLevel": list(resource.levels),
        "teaches": resource.teaches,
        "timeRequired": f"PT{resource.minutes}M" if resource.minutes else "",
        "accessibilityFeature": list(resource.features),
        "license": resource.terms.url if resource.terms and resource.terms.url else resource.get_licence_display(),
        "creator": resource.creator_name,
        "publisher": _organization(resource.publisher_name),
        "version": resource.version,
        "isBasedOn": _work(resource.is_based_on),
        "hasPart": [_tied(request, each) for each in tied.parts],
        "isPartOf": [_tied(request, each) for each in tied.whole],
        "encoding": [_encoding(request, resource, file) for file in files],
    }
    return json_ld(without_empty(data))


def citation(resource: Resource, address: str) -> str:
    """Return a bibliographic citation: author, year, title, publisher, address."""
    parts = [
        resource.creator_name or resource.publisher_name or _("Click Safely"),
        f"({timezone.localtime(resource.published_at).year})" if resource.published_at else "",
    ]
    title = f"{resource.title} ({_('version')} {resource.version})" if resource.version else resource.title
    end = [title, resource.publisher_name if resource.creator else "", address]
    return f"{' '.join(part for part in parts if part)}. {'. '.join(part for part in end if part)}"


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _organization(name: str) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def _work(text: str) -> str | dict[str, str]:
    return text if text.startswith(("https://", "http://")) else {"@type": "CreativeWork", "name": text} if text else ""


def _tied(request: HttpRequest, resource: Resource) -> dict[str, str]:
    return {
        "@type": "LearningResource",
        "@id": build_absolute_url(request, reverse("resource", args=[resource.slug])),
        "name": resource.title,
    }


def _encoding(request: HttpRequest, resource: Resource, file: ResourceFile) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "name": file.name,
        "contentUrl": build_absolute_url(request, reverse("resource-file", args=[resource.slug, file.pk])),
        "encodingFormat": file.media_type,
        "contentSize": f"{max(1, round(file.size / 1000))} kB",
        "sha256": file.sha256,
        **({"inLanguage": file.language} if file.language else {}),
    }
