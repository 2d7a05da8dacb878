"""Which files the rules look at, and how they read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("analytics", "usage", "billing", "audit")
PRODUCT = ("config", "deploy", *APPS)
CODE = (*PRODUCT, "sandbox")
GENERATED = {"migrations", "djstripe_migrations"}
NOT_OURS = {"var", "node_modules", "__pycache__", "staticfiles"}


def python_files(*packages: str, root: Path = ROOT) -> list[Path]:
    """Every module of these packages but migrations, which are history."""
    found = (path for package in packages for path in sorted((root / package).rglob("*.py")))
    return [path for path in found if not GENERATED & set(path.relative_to(root).parts)]


def text_files(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Every text file of the repository with its content; what tools and runs leave behind is passed over."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if NOT_OURS & set(parts) or any(_hidden(part) for part in parts) or not path.is_file():
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def _hidden(part: str) -> bool:
    return part.startswith(".") and part not in (".ci", ".github", ".env.example", ".gitignore")


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def documents(root: Path = ROOT) -> str:
    """All of docs/, as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "docs").glob("*.md")))
