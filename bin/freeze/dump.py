"""Writes the dump: sorted text files that describe URLs, tasks, permissions, settings, tables, models, commands, texts and public pages.

`python -m bin.freeze.dump OUT_DIR` erases and prepares the installation in `var/freeze`, with demonstration data and a fixed clock. Each
line has fields separated by tabs; `compare.py` renames the value of a field according to the field's name.
"""

import ast
import hashlib
import inspect
import os
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import django
import time_machine
from babel.messages.pofile import read_po
from django.apps import AppConfig, apps
from django.conf import global_settings, settings
from django.core.checks.registry import registry
from django.core.management import call_command, get_commands, load_command_class
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

from bin.freeze.pages import public_pages
from clicksafely.common.crypto import part_secrets
from clicksafely.devserver import local_servers
from clicksafely.devserver.environment import complete_environment

BASE_DIR: Final = Path(__file__).resolve().parent.parent.parent
VAR_DIR: Final = BASE_DIR / "var" / "freeze"
NOW: Final = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
SECRET: Final = re.compile(r"SECRET|PEPPER|TOKEN|_PASSWORD$|_KEY$|^DATABASES$|(REDIS|BROKER|SMTP|IMAP)_URL$")
# Elsewhere: tasks.txt has the schedule and the routes.
IN_TASKS: Final = {"CELERY_BEAT_SCHEDULE", "CELERY_TASK_ROUTES"}
LEVELS: Final = {"Debug", "Info", "Warning", "Error", "Critical"}
HASHED_NAME: Final = re.compile(r"_[0-9a-f]{8}(_|$)|_[0-9a-f]{6}_idx$")


def line(*parts: str, **fields: object) -> str:
    """Return one line of a dump."""
    named = [f"{key}={value}" for key, value in fields.items() if value not in (None, "")]
    return "\t".join(re.sub(r"\s*[\n\t]\s*", r"\\n", str(part)) for part in [*parts, *named])


def dotted(thing: Any) -> str:
    """Return the path of a class, a function, or the class of an instance."""
    thing = inspect.unwrap(getattr(thing, "func", thing))
    thing = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{thing.__module__}.{thing.__qualname__}"


def own_apps() -> list[AppConfig]:
    """Return the installed apps of the project."""
    own = [config for config in apps.get_app_configs() if BASE_DIR in Path(config.path).parents]
    return [config for config in own if "site-packages" not in config.path]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield the dotted path and the syntax tree of each module of the project."""
    for top in sorted({config.name.partition(".")[0] for config in own_apps()}):
        for path in sorted((BASE_DIR / top).rglob("*.py")):
            yield ".".join(path.relative_to(BASE_DIR).with_suffix("").parts), ast.parse(path.read_text())


def urls(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[str]:
    """Yield each URL pattern below `resolver`."""
    for pattern in resolver.url_patterns:
        own = "<language>/" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from urls(pattern, route + own, inner)
        elif isinstance(pattern, URLPattern):
            view, name = pattern.callback, f"{namespace}{pattern.name}" if pattern.name else ""
            site = getattr(view, "model_admin", None)
            shown = dotted(getattr(view, "view_class", view))
            yield line(route=route + own, url=name, path=shown, admin=dotted(site) if site else "")


def tasks() -> Iterator[str]:
    """Yield the tasks with their queues and limits, and the beat schedule."""
    app = __import__("clicksafely.celery", fromlist=["app"]).app
    app.loader.import_default_modules()
    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            limits = ("time_limit", "soft_time_limit", "max_retries", "default_retry_delay", "rate_limit", "acks_late")
            route = settings.CELERY_TASK_ROUTES.get(name, {}).get("queue", "celery")
            yield line(task=name, path=dotted(task.run), queue=route, **{key: getattr(task, key) for key in limits})
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        rest = {key: value for key, value in entry.items() if key != "task"}
        yield line("beat", beat=name, task=entry["task"], **rest)


def permissions() -> Iterator[str]:
    """Yield the permissions, and the permissions of each group."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.app_label || '.' || p.codename, p.name FROM auth_permission p"
            " JOIN django_content_type c ON c.id = p.content_type_id"
        )
        for code, name in cursor.fetchall():
            # Django derives the name from that of the model.
            made = re.match(r"[a-z_]+\.(add|change|delete|view)_[a-z]+$", code) and name.startswith("Can ")
            yield line(permission=code, text="" if made else name)
        cursor.execute(
            "SELECT g.name, c.app_label || '.' || p.codename FROM auth_group g"
            " LEFT JOIN auth_group_permissions gp ON gp.group_id = g.id LEFT JOIN auth_permission p"
            " ON p.id = gp.permission_id LEFT JOIN django_content_type c ON c.id = p.content_type_id"
        )
        yield from (line("holds", group=group, permission=code) for group, code in cursor.fetchall())


def changed_settings() -> Iterator[str]:
    """Yield the settings that differ from Django's defaults, without secrets and folders."""
    for name in dir(settings):
        value = getattr(settings, name)
        if not name.isupper() or (hasattr(global_settings, name) and getattr(global_settings, name) == value):
            continue
        if name in IN_TASKS or SECRET.search(name):
            yield line(setting=name, value="(in tasks.txt)" if name in IN_TASKS else "(secret)")
            continue
        for key, before, leaf in leaves(value):
            relative = [text.replace(str(VAR_DIR), "var").replace(str(BASE_DIR), ".") for text in (leaf, before)]
            yield line(setting=name, key=key, value=relative[0], after=relative[1])


def leaves(value: Any, key: str = "", before: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield the keys, the value, and in a list the value before it, of each plain value in nested lists and mappings."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{key}[{name}]")
    elif isinstance(value, list | tuple) and value:
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{key}[]", str(value[place - 1]) if place else "(first)")
    else:
        yield key, str(value), before


CATALOGUE: Final = {
    "column": """SELECT c.relname, c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        AND NOT a.attisdropped""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "trigger": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """SELECT NULL, p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS
        (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "extension": "SELECT NULL, extname, '' FROM pg_extension",
}


def tables() -> Iterator[str]:
    """Yield the definitions of the live database. Names that contain a hash of their table's name are omitted."""
    for kind, query in CATALOGUE.items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            for table, name, definition in cursor.fetchall():
                text = " ".join(re.sub(r"--.*", "", definition).split())
                if HASHED_NAME.search(name) and kind in {"index", "constraint"}:
                    text, name = text.replace(name, "(hash)"), "(hash)"
                key = "column" if kind == "column" else "dbname"
                yield line(kind, table=table, **{key: name}, sql=text)


def models() -> Iterator[str]:
    """Yield the models and their fields."""
    for config in own_apps():
        for model in config.get_models(include_auto_created=True):
            label = model._meta.label
            yield line(model=label, table=model._meta.db_table, path=dotted(model))
            for field in model._meta.get_fields():
                to = field.related_model._meta.label if isinstance(field.related_model, type) else ""
                name = getattr(field, "column", None)
                column = f"{model._meta.db_table}.{name}" if name else ""
                if not field.auto_created or field.concrete:
                    yield line(
                        model=label, field=f"{label}.{field.name}", column=column, path=dotted(type(field)), to=to
                    )


def audit_codes() -> Iterator[str]:
    """Yield the dotted codes in modules that use the audit trail, and those in the database."""
    own = "|".join({config.label for config in apps.get_app_configs()} | {"django", *get_commands()})
    code = re.compile(rf"(?!(?:{own})\.)[a-z_]+\.[a-z_]+(?<!\.html)(?<!\.txt)(?<!\.json)(?<!\.csv)(?<!\.js)(?<!\.pdf)")
    for module, tree in sources():
        nodes = list(ast.walk(tree))
        uses = any(
            isinstance(node, ast.Name) and node.id in {"audit", "Happening", "audit_log", "AuditEntry"}
            for node in nodes
        )
        for node in nodes if uses and ".migrations." not in module else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and code.fullmatch(node.value):
                yield line(audit=node.value)
    with connection.cursor() as cursor:
        (table,) = (model._meta.db_table for model in apps.get_models() if model.__name__ == "AuditEvent")
        cursor.execute(f"SELECT DISTINCT action FROM {table}")  # noqa: S608
        yield from (line(audit=action) for (action,) in cursor.fetchall())


def commands() -> Iterator[str]:
    """Yield the management commands of the project and their arguments."""
    own = {config.name for config in own_apps()}
    for name, package in get_commands().items():
        if package not in own:
            continue
        command = load_command_class(str(package), name)
        yield line(command=name, path=dotted(command), text=command.help)
        common = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
        for action in command.create_parser("manage.py", name)._actions:
            if action.dest not in common | {"skip_checks"}:
                option = " ".join(action.option_strings) or action.dest
                yield line("argument", command=name, option=option, nargs=action.nargs, text=action.help)


def msgids() -> Iterator[str]:
    """Yield the messages of the Serbian catalogue."""
    with (BASE_DIR / "locale" / "sr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        for message in read_po(file):
            ids, strings = ([part] if isinstance(part, str) else [*part] for part in (message.id, message.string or ""))
            if message.id:
                plural = ids[1] if len(ids) > 1 else ""
                yield line(context=message.context, msgid=ids[0], plural=plural, msgstr=" | ".join(map(str, strings)))


def checks() -> Iterator[str]:
    """Yield the registered checks of the project, and the messages that its modules create."""
    own = tuple({f"{config.name.partition('.')[0]}." for config in own_apps()})
    for check in registry.get_checks(include_deployment_checks=True):
        if dotted(check).startswith(own):
            yield line("registered", path=dotted(check), tags=" ".join(sorted(getattr(check, "tags", ()))))
    for _module, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in LEVELS:
                named = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                if "id" in named:
                    text = ast.unparse(node.args[0]) if node.args else named.get("msg", "")
                    level = ast.unparse(node.func).rpartition(".")[2]
                    yield line(check=named["id"].strip("'"), level=level, text=text, hint=named.get("hint"))


FILES: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "urls": lambda: urls(get_resolver()),
    "tasks": tasks,
    "permissions": permissions,
    "settings": changed_settings,
    "tables": tables,
    "models": models,
    "audit": audit_codes,
    "commands": commands,
    "msgids": msgids,
    "checks": checks,
}


def prepare() -> None:
    """Set up an installation with demonstration data in an empty `var/freeze`; its static files stay."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    fixed = {name: hashlib.sha256(name.encode()).hexdigest() for name in part_secrets.SECRETS}
    os.environ |= fixed | {"VAR_DIR": str(VAR_DIR), "DEMO": "true", "PORTAL": "all"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")
    if VAR_DIR.exists():
        local_servers.remove_data(VAR_DIR)
    for entry in VAR_DIR.iterdir() if VAR_DIR.exists() else ():
        if entry.name != "static":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    complete_environment(BASE_DIR, durable=False)
    random.seed(0)
    django.setup()
    call_command("prepare")


def main(out: Path) -> None:
    """Prepare, then write every file below `out`, which is emptied first."""
    with time_machine.travel(NOW, tick=False):
        prepare()
        pages = public_pages()
        with translation.override("en"):
            files = {f"{name}.txt": sorted(set(read())) for name, read in FILES.items()}
    shutil.rmtree(out, ignore_errors=True)
    for name, lines in (files | pages).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    sys.stdout.write(f"{len(files)} lists and {len(pages)} pages in {out}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
