"""All external services of the portal on loopback: mail, DNS, network databases, ICCAM, hosts in two countries."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.standins.certificates import make_certificate
from tests.standins.dns import DnsServer, Name, running_dns
from tests.standins.iccam import PASSWORD, USER, IccamServer
from tests.standins.imap import ImapServer
from tests.standins.messages import ADDRESS, AUTHSERV_ID, EVENTS_ADDRESS
from tests.standins.networks import write_databases
from tests.standins.smtp import SmtpSink
from tests.standins.web import WebServer

# Loopback addresses that the network databases assign to two countries.
SERBIA, NETHERLANDS = "127.0.0.3", "127.0.0.2"
HOSTS = {"album.primer.test": SERBIA, "slike.voorbeeld.test": NETHERLANDS}


@dataclass(frozen=True)
class Surroundings:
    """`settings` is the environment of a portal that uses them. `serbia` and `netherlands` serve `HOSTS` over plain HTTP."""

    dns: DnsServer
    imap: ImapServer
    events_imap: ImapServer
    smtp: SmtpSink
    iccam: IccamServer
    serbia: WebServer
    netherlands: WebServer
    settings: dict[str, str]


@contextlib.contextmanager
def running_surroundings(folder: Path) -> Iterator[Surroundings]:
    """Run all services inside the block, with their files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, client = make_certificate(folder / "server"), make_certificate(folder / "client", client=True)
    country, asn = write_databases(folder)
    password = folder / "iccam-password"
    password.write_text(PASSWORD)
    zone = {name: Name((address,)) for name, address in HOSTS.items()}
    with (
        running_dns(zone) as dns,
        ImapServer(certificate) as imap,
        ImapServer(certificate, user="events") as events_imap,
        SmtpSink() as smtp,
        IccamServer(certificate, client.ca) as iccam,
        WebServer(address=SERBIA) as serbia,
        WebServer(address=NETHERLANDS) as netherlands,
    ):
        settings = {
            "DNS_RESOLVERS": dns.address,
            "MMDB_COUNTRY": str(country),
            "MMDB_ASN": str(asn),
            "MAIL_IMAP_URL": imap.url,
            "MAIL_CA_FILE": str(certificate.ca),
            "MAIL_SMTP_URL": smtp.url,
            "MAIL_ADDRESS": ADDRESS,
            "MAIL_AUTHSERV_ID": AUTHSERV_ID,
            "EVENTS_MAIL_ADDRESS": EVENTS_ADDRESS,
            "EVENTS_MAIL_IMAP_URL": events_imap.url,
            # Every day is a working day, and e-mails are not batched.
            "TAKEDOWN_WEEKDAYS": "1,2,3,4,5,6,7",
            "TAKEDOWN_SEND_HOUR": "0",
            "TAKEDOWN_FIRST_AFTER_MINUTES": "0",
            "ICCAM_URL": iccam.url,
            "ICCAM_CERT_FILE": str(client.certificate),
            "ICCAM_KEY_FILE": str(client.key),
            "ICCAM_CA_FILE": str(certificate.ca),
            "ICCAM_USER": USER,
            "ICCAM_PASSWORD_FILE": str(password),
            "AVAILABILITY_CHECKS": "true",
            "AVAILABILITY_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        yield Surroundings(dns, imap, events_imap, smtp, iccam, serbia, netherlands, settings)
