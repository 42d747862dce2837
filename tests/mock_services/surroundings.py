"""All external services of the portal on loopback: mail, DNS, network databases, ICCAM, hosts in two countries."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.dns import DnsServer, Name, running_dns
from clicksafely.devserver.mock_services.iccam import IccamServer
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.messages import ADDRESS, AUTHSERV_ID, EVENTS_ADDRESS
from clicksafely.devserver.mock_services.networks import write_databases
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import WebServer

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
    write_databases(folder)
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
            "MMDB_DIR": str(folder),
            "MAIL_IMAP_URL": imap.url,
            "MAIL_CA_FILE": str(certificate.ca),
            "MAIL_SMTP_URL": smtp.url,
            "MAIL_ADDRESS": ADDRESS,
            "MAIL_AUTHSERV_ID": AUTHSERV_ID,
            "EVENTS_MAIL_ADDRESS": EVENTS_ADDRESS,
            "EVENTS_MAIL_IMAP_URL": events_imap.url,
            # Every day is a working day, and e-mails are not batched.
            "TAKEDOWN_WEEKDAYS": "1,2,3,4,5,6,7",
            "TAKEDOWN_FIRST_AFTER_MINUTES": "0",
            "ICCAM_URL": iccam.url_with_password,
            "ICCAM_CERT_FILE": str(client.identity),
            "ICCAM_CA_FILE": str(certificate.ca),
            "AVAILABILITY_CHECKS": "direct",
            "AVAILABILITY_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        yield Surroundings(dns, imap, events_imap, smtp, iccam, serbia, netherlands, settings)
