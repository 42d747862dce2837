"""The partner of a demonstration and what it sends; its key is thrown away, so that nobody holds it."""

from datetime import datetime

from hotline.intake.api.keys import Seeds
from hotline.intake.api.parsers import read_report
from hotline.intake.api.partner_services import make_key, save_partner
from hotline.intake.api.services import take_report
from hotline.models import Partner, PartnerKey, Report

NAME = "Пример партнер"
CONTACT = "program@partner.example.org"
LABEL = "демонстрација"


def send_as_partner(*, category: str, language: str, address: str, words: str, reference: str, now: datetime) -> Report:
    """Take a report in our own format as the partner's."""
    value = {
        "category": category,
        "language": language,
        "addresses": [address],
        "words": words,
        "reference": reference,
    }
    return take_report(key=_key(now), incoming=read_report(value, ""), seeds=Seeds.fresh(), place=0, now=now).report


def _key(now: datetime) -> PartnerKey:
    partner = Partner.objects.filter(name=NAME).first()
    if partner is None:
        partner = Partner(name=NAME, contact=CONTACT)
        save_partner(partner=partner, actor=None, now=now)
        make_key(partner=partner, label=LABEL, actor=None, now=now)
    return partner.keys.earliest("id")
