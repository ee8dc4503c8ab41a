"""The deployed package as syntax trees: what stands where, and what imports what."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "spaktok"

FEATURES = (
    "media",
    "safety",
    "users",
    "devices",
    "notifications",
    "wallet",
    "videos",
    "views",
    "trends",
    "feed",
    "graph",
    "links",
    "verification",
    "progress",
    "search",
    "discovery",
    "coins",
    "premium",
    "gifts",
    "payouts",
    "accounts",
    "upkeep",
)
"""Each may import those before it."""


@dataclass(frozen=True)
class Import:
    """One imported module, in dotted form."""

    target: str
    line: int
    at_module_level: bool
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    """One file."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree's, which several tests look through."""
        return tuple(ast.walk(self.tree))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(_imports(self.tree))


def _imports(tree: ast.Module) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, top: bool, types: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend(Import(a.name, child.lineno, top, types) for a in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                found.extend(
                    Import(_module(base, a.name), child.lineno, top, types) for a in child.names
                )
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for inner in child.body:
                    visit(ast.Module([inner], []), top, True)
                for inner in child.orelse:
                    visit(ast.Module([inner], []), top, types)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                visit(child, top and not inside, types)

    visit(tree, True, False)
    return found


def _module(base: str, name: str) -> str:
    """`from a import b`: the module a.b where there is one, else a."""
    place = FUNCTIONS.joinpath(*base.split("."), name)
    if place.with_suffix(".py").exists() or (place / "__init__.py").exists():
        return f"{base}.{name}"
    return base


def _name(path: Path) -> str:
    parts = path.relative_to(FUNCTIONS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name: Module(name, path)
    for path in sorted([FUNCTIONS / "main.py", *PACKAGE.rglob("*.py")])
    if (name := _name(path))
}
