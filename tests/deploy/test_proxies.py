"""Static checks of the examples for nginx and Caddy."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve, reverse

from tests.deploy.deployment_files import BASE_DIR, COMPOSE, PARTS


def test_no_server_logs_requests() -> None:
    nginx = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"^\s*(access_log|error_log)\s+(.*);", nginx, re.MULTILINE) == [
        ("access_log", "off"),
        ("error_log", "/dev/null crit"),
    ]
    # Caddy writes an access log only for a site with a block `log`; the only one here is for its own log.
    caddy = re.sub(r"#.*", "", (BASE_DIR / "deploy" / "Caddyfile").read_text())
    assert re.findall(r"\blog\s*\{([^}]*)\}", caddy) == ["\n\t\toutput discard\n\t"]
    assert "log_append" not in caddy
    assert "--no-access-log" in PARTS["web"]
    # PostgreSQL logs neither statements nor their parameters.
    postgres = COMPOSE["services"]["postgres"]["command"]
    assert "log_min_error_statement=panic" in postgres
    assert "log_error_verbosity=terse" in postgres
    assert [option for option in postgres if option.startswith(("log_statement", "log_min_duration"))] == []


def test_the_proxy_writes_no_address_down() -> None:
    lines = [line.split("#")[0].strip() for line in (BASE_DIR / "deploy" / "nginx.conf").read_text().splitlines()]
    assert [line for line in lines if line.startswith(("access_log", "error_log", "log_format"))] == [
        "access_log off;",
        "error_log /dev/null crit;",
    ]


def test_proxy_buffers_request_bodies() -> None:
    public = (BASE_DIR / "deploy" / "nginx.conf").read_text().partition("# The staff process")[0]
    directives = dict(
        line.split("#")[0].strip().rstrip(";").split(None, 1) for line in public.splitlines() if ";" in line
    )
    assert directives["proxy_request_buffering"] == "on"
    assert {"client_header_timeout": "10s", "client_body_timeout": "15s"}.items() <= directives.items()
    assert {"limit_conn", "limit_conn_zone", "limit_req", "limit_req_zone"} <= directives.keys()
    # Buffered completely, and never on disk.
    assert directives["client_body_buffer_size"] == directives["client_max_body_size"]


def named_addresses(text: str) -> set[str]:
    """Return the paths that the matchers of a proxy (nginx: `location`, Caddy: `path`) and the code of a document name."""
    found = set[str]()
    for pattern in re.findall(r"^\s*location (?:[=~^*]+ )?(\S+) \{", text, re.MULTILINE):
        before, group, after = re.fullmatch(r"\^?([^()]*)(?:\(([^()]*)\))?([^()]*)", pattern).groups()  # type: ignore[union-attr]
        found |= {f"{before}{part}{after}" for part in (group or "").split("|")}
    for paths in re.findall(r"^\s*@\w+ path (.+)$", text, re.MULTILINE):
        found |= {path.removesuffix("*") for path in paths.split()}
    return found | set(re.findall(r"`(/(?:admin/|sr/|en/|readyz|healthz|metrics)[^`]*)`", text))


@pytest.mark.parametrize(
    "path",
    [path for name in ("deploy", "docs/operations") for path in sorted((BASE_DIR / name).rglob("*")) if path.is_file()],
    ids=lambda path: path.name,
)
def test_an_address_of_the_proxies_and_documents_is_one_of_the_portal(path: Path) -> None:
    missing = []
    for address in named_addresses(path.read_text()):
        try:
            found = resolve(address.partition("?")[0])
        except Resolver404:
            missing.append(address)
        else:
            # Django's staff site matches every path with a pattern of no name, which answers 404.
            missing += [address] if found.url_name is None else []
    assert missing == []


def test_pages_with_large_files_have_the_large_limit_of_both_proxies() -> None:
    names = ("library_resource_changelist", "news_article_changelist", "hotline-add-hash-list")
    large = {reverse(f"admin:{name}") for name in names}
    nginx, caddy = ((BASE_DIR / "deploy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))
    raised = {
        address
        for block in re.findall(r"location [^{]+\{[^}]*\}", nginx)
        if "2049m" in block
        for address in named_addresses(f"{block}\n")
    }
    assert raised == large
    assert named_addresses("\n".join(line for line in caddy.splitlines() if "@large path" in line)) == large


def test_caddy_writes_no_log_and_hides_internal_paths() -> None:
    text = (BASE_DIR / "deploy" / "Caddyfile").read_text()
    directives = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in directives if line.startswith(("log", "output"))] == ["log {", "output discard"]
    assert directives.count("@inside path /readyz /metrics") == directives.count("respond @inside 404") == 3
    assert "abort @outside" in directives
    public = text.partition("# The staff process")[0]
    # The public site and the onion service.
    assert re.findall(r"(?:max_size|request_buffers) (\w+)", public) == ["60MB", "60MiB"] * 2
    assert {"read_header 10s", "read_body 10m"} <= set(directives)


def test_a_proxy_buffers_before_the_onion_service() -> None:
    port = re.search(r"HiddenServicePort 80 127.0.0.1:(\d+)", (BASE_DIR / "docs/operations/install.md").read_text())
    assert port
    nginx = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    (server,) = [each for each in nginx.split("\nserver {")[1:] if f"listen 127.0.0.1:{port[1]};" in each]
    assert "proxy_request_buffering on;" in server
    assert "proxy_pass http://127.0.0.1:8002;" in server
    # The site trusts no claimed address, and the limits for one address would be those of all its visitors.
    assert "X-Forwarded" not in server
    assert "limit_" not in server
    assert f"http://:{port[1]} {{\n\tbind 127.0.0.1\n" in (BASE_DIR / "deploy" / "Caddyfile").read_text()
