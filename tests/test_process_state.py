"""Everything that the product keeps in a process between requests is declared in `process_state`.

Found by reading the source: caches of functions, names under `global`, and objects of modules and classes that functions change.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from textwrap import dedent

import pytest

from clicksafely.common.files import image_uploads
from clicksafely.common.http import rate_limits
from clicksafely.common.logs import request_id
from clicksafely.monitoring.request_latency import counts
from hotline.triage.rules import compiled_rules
from tests import process_state

ROOT = Path(__file__).parents[1]
PACKAGES = ("awareness", "clicksafely", "hotline", "youthpanel")
CACHES = {"cache", "lru_cache"}
# Objects that exist to be changed, wherever that happens.
CHANGING = {
    "ContextVar",
    "Event",
    "Queue",
    "SimpleQueue",
    "Thread",
    "WeakKeyDictionary",
    "WeakValueDictionary",
    "local",
}
CONTAINERS = {"Counter", "OrderedDict", "defaultdict", "deque", "dict", "list", "set", *CHANGING}
CHANGES = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "put"),
    *("put_nowait", "remove", "reverse", "set", "setdefault", "sort", "update"),
}


class Scope:
    """A function: the class that it belongs to ("Class." or ""), the functions around it, and the nodes of its own body."""

    def __init__(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, owner: str, around: "Scope | None"
    ) -> None:
        self.function, self.owner, self.around = function, owner, around
        self.nodes: list[ast.AST] = []

    @cached_property
    def local(self) -> set[str]:
        """Names of this function and of those around it."""
        arguments = self.function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        names = {argument.arg for argument in every if argument} | (self.around.local if self.around else set())
        shared: set[str] = set()
        for node in self.nodes:
            match node:
                case ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    names.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    names.add(name)
                case ast.Global(names=declared):
                    shared.update(declared)
        return names - shared

    @cached_property
    def changes(self) -> list[tuple[list[str], bool]]:
        """The chains of names that this function changes, and whether it assigns the last name itself."""
        return [(chain, assigned) for node in self.nodes for chain, assigned in _changes(node) if chain]


class Module:
    """The names of a module and of its classes, as "name" or "Class.name", its imports and its functions."""

    def __init__(self, name: str, path: str, source: str) -> None:
        self.name, self.path = name, path
        self.values: dict[str, ast.expr | None] = {}
        self.lines: dict[str, int] = {}
        self.bases: dict[str, set[str]] = {}
        self.imported: dict[str, str] = {}
        self.cached: list[str] = []
        self.scopes: list[Scope] = []
        self._read_children(ast.parse(source), "", None)

    def _read_children(self, parent: ast.AST, owner: str, scope: Scope | None) -> None:
        for node in ast.iter_child_nodes(parent):
            if scope:
                scope.nodes.append(node)
            else:
                self._read_names(node, owner)
            match node:
                case ast.ImportFrom(module=source, names=names, level=0):
                    self.imported |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in names}
                case ast.ClassDef(name=name):
                    self._read_children(node, f"{owner}{name}.", scope)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    inner = Scope(node, owner, scope)
                    self.scopes.append(inner)
                    self._read_children(node, owner, inner)
                case _:
                    self._read_children(node, owner, scope)

    def _read_names(self, node: ast.AST, owner: str) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, owner, value)
            case ast.AnnAssign(target=target, value=value):
                self._assign(target, owner, value)
            case ast.ClassDef(name=name, bases=bases):
                self.bases[owner + name] = {_last_name(base) for base in bases}
            case (
                ast.FunctionDef(name=name, decorator_list=decorators)
                | ast.AsyncFunctionDef(name=name, decorator_list=decorators)
            ):
                self.lines[owner + name] = node.lineno
                if any(map(_is_cache, decorators)):
                    self.cached.append(owner + name)

    def _assign(self, target: ast.expr, owner: str, value: ast.expr | None) -> None:
        match target:
            case ast.Tuple(elts=elements):
                same = isinstance(value, ast.Tuple) and len(value.elts) == len(elements)
                for element, its in zip(elements, value.elts if same else [None] * len(elements), strict=True):
                    self._assign(element, owner, its)
            case ast.Name(id=name):
                self.values.setdefault(owner + name, value)
                self.lines.setdefault(owner + name, target.lineno)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return _last_name(inner)
    return ""


def _is_cache(node: ast.expr) -> bool:
    name = _last_name(node)
    return name in CACHES or (name.startswith("cached_") and name != "cached_property")


def _is_container(value: ast.expr | None) -> bool:
    match value:
        case ast.Dict() | ast.List() | ast.Set() | ast.DictComp() | ast.ListComp() | ast.SetComp():
            return True
        case ast.Call():
            return _last_name(value) in CONTAINERS
    return False


def _chain(node: ast.expr) -> list[str]:
    """Return the names of `a.b[0].c`: a, b, c. Empty for other expressions."""
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            names = _chain(value)
            return [*names, name] if names else []
        case ast.Subscript(value=value):
            return _chain(value)
    return []


def _changes(node: ast.AST) -> Iterator[tuple[list[str], bool]]:
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            yield _chain(node), True
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            yield _chain(node), False
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in CHANGES:
            yield _chain(value), False


def _changing_classes(modules: Iterable[Module]) -> set[str]:
    """Names of classes with methods that change their object after `__init__`, and of their subclasses."""
    changing: set[str] = set()
    bases: dict[str, set[str]] = {}
    for module in modules:
        bases |= {name.rpartition(".")[2]: its for name, its in module.bases.items()}
        for scope in module.scopes:
            first = getattr(scope.function, "name", "")
            if (
                scope.owner
                and first not in {"__init__", "__new__"}
                and any(chain[0] == "self" for chain, _ in scope.changes)
            ):
                changing.add(scope.owner.split(".")[-2])
    while more := {name for name, its in bases.items() if its & changing} - changing:
        changing |= more
    return changing


def _resolve(module: Module, modules: dict[str, Module], chain: list[str]) -> tuple[Module, list[str]] | None:
    """Return the module that defines the first name, and the chain from there; None for names of libraries."""
    first, *rest = chain
    if first in module.values or first in module.bases:
        return module, chain
    source = module.imported.get(first, "")
    if source in modules:
        return (modules[source], rest) if rest else None
    package, _, name = source.rpartition(".")
    return _resolve(modules[package], modules, [name, *rest]) if package in modules else None


def _changed_name(
    module: Module, modules: dict[str, Module], scope: Scope, chain: list[str], *, assigned: bool
) -> tuple[Module, str] | None:
    """Return the module and the name that a change concerns; None if that is local, an object's own, or of a library."""
    if scope.owner and chain[0] in {"self", "cls"}:
        found: tuple[Module, list[str]] | None = (module, [scope.owner[:-1], *chain[1:]])
        of_object = chain[0] == "self"
    else:
        found, of_object = None if chain[0] in scope.local else _resolve(module, modules, chain), False
    if found is None:
        return None
    where, (first, *rest) = found
    if first not in where.bases:
        return where, first
    if not rest:
        return None
    name = f"{first}.{rest[0]}"
    if assigned and len(rest) == 1:
        return None if of_object else (where, name)
    own = of_object and any(
        is_own and other == ["self", rest[0]]
        for each in where.scopes
        if each.owner == f"{first}."
        for other, is_own in each.changes
    )
    return (where, name) if _is_container(where.values.get(name)) and not own else None


def find_states(sources: dict[str, str]) -> dict[str, str]:
    """Return what these modules keep in a process, as {dotted name: place}. `sources`: {path: text}."""
    modules = {}
    for path, text in sources.items():
        name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        modules[name] = Module(name, path, text)
    changing = _changing_classes(modules.values())
    found = []
    for module in modules.values():
        found += [(module, name) for name in module.cached]
        for name, value in module.values.items():
            kinds = changing | CHANGING if "." not in name else CHANGING
            calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)] if value else []
            if any(_is_cache(call) or _last_name(call) in kinds for call in calls):
                found.append((module, name))
        for scope in module.scopes:
            found += [(module, name) for node in scope.nodes if isinstance(node, ast.Global) for name in node.names]
            for chain, assigned in scope.changes:
                if changed := _changed_name(module, modules, scope, chain, assigned=assigned):
                    found.append(changed)
    return {f"{module.name}.{name}": f"{module.path}:{module.lines.get(name, 1)}" for module, name in found}


def undeclared_states(sources: dict[str, str], declared: Iterable[str]) -> list[str]:
    """Return a line with the place for each state that is not declared, and for each declared name without a state."""
    found, declared_names = find_states(sources), set(declared)
    return [f"{place} {name}" for name, place in sorted(found.items()) if name not in declared_names] + [
        f"not in the product: {name}" for name in sorted(declared_names - found.keys())
    ]


def test_every_state_of_the_product_is_declared() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    sources = {str(path.relative_to(ROOT)): path.read_text() for path in paths}
    assert undeclared_states(sources, process_state.DECLARED) == []


def test_each_is_declared_once() -> None:
    assert len(set(process_state.DECLARED)) == len(process_state.DECLARED)


CACHES_OF_FUNCTIONS = """
    @cache
    def plain(): ...

    @functools.lru_cache(maxsize=2)
    def bounded(): ...

    wrapped = lru_cache(maxsize=2)(read)
    short = cache(read)

    class Reader:
        @cache
        def method(self): ...

        @cached_property
        def once(self): ...

    @cached_for_seconds(5)
    def own(): ...

    def others():
        @cache
        def inner(): ...
"""
NAMES_UNDER_GLOBAL = """
    _known, _until = None, 0.0

    def read():
        global _known, _until
        _known = 1

    def later():
        def inner():
            global _made_there
            _made_there = 2
"""
CHANGED_OBJECTS = """
    from elsewhere.registry import _table as table
    from elsewhere import registry

    by_key, deleted, filled, sorted_, nested = {}, {}, [], [], {}
    never_changed = {}
    at_import = []
    at_import.append(1)
    if True:
        conditional: dict[str, int] = dict()
    variable = ContextVar("x")
    per_thread = threading.local()
    counter, frozen = Counting(), Frozen()
    counters = {"a": [Counting()], "b": Frozen()}
    latest = None

    class Counting:
        def __init__(self):
            self.number = 0

        def add(self):
            self.number += 1

    class More(Counting): ...

    more = More()

    class Frozen:
        def read(self): ...

    class Shared:
        shared = {}
        replaced = []
        constant = []

        def __init__(self):
            self.number, self.replaced = 0, []

        def change(self):
            self.shared["a"] = 1
            self.replaced.append(1)

    def function(argument):
        by_key[argument] = 1
        del deleted[argument]
        nested[argument].more.append(1)
        conditional.update(a=1)
        table.clear()
        registry.names.append(1)
        Shared.constant.append(1)
        Shared.latest = 1
        never_changed.get(argument)

    def local(at_import):
        never_changed = {}
        never_changed["a"] = 1
        at_import.append(1)
        Row.objects.update(a=1)
        lambda filled: filled.append(1)

    class Row: ...

    later = lambda value: filled.append(value)

    async def asynchronous():
        from elsewhere.registry import inside
        sorted_.sort()
        inside.add(1)
"""
FOUND = {
    CACHES_OF_FUNCTIONS: {"plain", "bounded", "wrapped", "short", "Reader.method", "own"},
    NAMES_UNDER_GLOBAL: {"_known", "_until", "_made_there"},
    CHANGED_OBJECTS: {
        *(
            "by_key",
            "deleted",
            "filled",
            "sorted_",
            "nested",
            "conditional",
            "variable",
            "per_thread",
            "counter",
            "counters",
            "more",
        ),
        *("Shared.shared", "Shared.constant", "Shared.latest"),
        *("elsewhere.registry._table", "elsewhere.registry.names", "elsewhere.registry.inside"),
    },
}


@pytest.mark.parametrize(("source", "names"), FOUND.items(), ids=["caches", "global", "changed"])
def test_each_kind_is_found(source: str, names: set[str]) -> None:
    sources = {
        "app/module.py": dedent(source),
        "elsewhere/registry.py": "_table, names, inside, other = {}, [], set(), []",
    }
    found = {name.removeprefix("app.module.") for name in find_states(sources)}
    assert found == names


def test_undeclared_state_is_named_with_its_line() -> None:
    sources = {"app/__init__.py": "\n\n_seen = {}\n\ndef see(key):\n    _seen[key] = 1\n\n@cache\ndef read(): ...\n"}
    assert undeclared_states(sources, ["app.read", "app.removed"]) == [
        "app/__init__.py:3 app._seen",
        "not in the product: app.removed",
    ]
    assert undeclared_states(sources, ["app.read", "app._seen"]) == []


def test_each_test_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = image_uploads.BudgetLease()
    assert lease.grow(1000)
    rate_limits._breaker.open()
    rate_limits._local.add("key", 60)
    request_id.set("0123456789ab")
    counts.add("report", 200, 0.02)
    compiled_rules._checked_at = compiled_rules.monotonic()
    process_state.reset(monkeypatch)
    assert image_uploads.memory_budget.used == 0
    lease.end()
    assert image_uploads.memory_budget.used == 0
    assert rate_limits._breaker.closed()
    assert not rate_limits._local.has("key")
    assert request_id.get() == ""
    assert counts._counts == {}
    assert compiled_rules._checked_at == float("-inf")
    assert rate_limits.monotonic() == rate_limits.monotonic()
