"""What holds for every file of the product, whoever wrote it."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("eqms", "customers", "inventory", "sales", "distribution")
NAMED_FOR_NOTHING = {"utils", "util", "helpers", "helper", "services", "selectors", "repositories", "managers"}
NAMED_FOR_NOTHING |= {"common", "signals", "misc", "tools", "base", "core"}
# A shebang or a tool of the operating system may be named by its place; a folder of one person's machine may not.
OF_ONE_MACHINE = re.compile(r"""["'\s=:(](/(?:home|root|Users|work|tmp)/[\w.-]+)""")
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yaml", ".yml", ".sh", ".service", ""}
BROAD = {"Exception", "BaseException"}


def modules() -> list[str]:
    """Return the dotted name of every module of the product, migrations and commands included."""
    found = []
    for package in PACKAGES:
        found += [package]
        found += [module.name for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")]
    return found


def product_files(*suffixes: str) -> list[Path]:
    folders = [ROOT / name for name in (*PACKAGES, "templates", "tests", "benchmarks", "deploy", "docs")]
    inside = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files = [path for path in [*ROOT.iterdir(), *inside] if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in files if path.suffix in (suffixes or TEXT) and path.name not in (".git", ".env")]


def sources() -> list[Path]:
    return [path for path in product_files(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("name", modules())
def test_every_module_imports(name):
    importlib.import_module(name)


def test_no_file_is_named_for_nothing():
    parts = {(path, part) for path in sources() for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert sorted(name_of(path) for path, part in parts if part in NAMED_FOR_NOTHING) == []


def test_no_file_names_a_folder_of_one_machine():
    me = Path(__file__)
    found = [
        f"{name_of(path)}: {match.group(1)}"
        for path in product_files()
        if path != me
        for match in OF_ONE_MACHINE.finditer(path.read_text(errors="replace"))
    ]
    assert found == []


def catches_all(handler: ast.ExceptHandler) -> bool:
    """True for a handler that swallows every error: bare, or broad without raising again."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(kind is None or getattr(kind, "id", None) in BROAD for kind in kinds)
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return broad and not raises


def test_no_handler_swallows_every_error_without_saying_why():
    """A border of foreign work may catch everything; its line says which border."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
        if "# the border of" not in path.read_text().splitlines()[node.lineno - 1]
    ]
    assert found == []


def test_every_file_is_of_a_size_to_read():
    """About 400 lines, then it splits by subject into a package of the same name."""
    assert [name_of(path) for path in sources() if len(path.read_text().splitlines()) > 450] == []


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions that other modules may use: at the top of a file, without an underscore."""
    body = ast.parse(path.read_text()).body
    return [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_every_public_function_says_what_it_gives():
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in sources()
        for node in public_functions(path)
        if not ast.get_docstring(node)
    ]
    assert found == []


def test_docstrings_speak_in_one_voice():
    """It is "Return the rows", never "Returns the rows"."""
    voices = re.compile(r'^ +"""(Returns|Yields|Raises|Gives|Tells|Makes) ', re.MULTILINE)
    assert [name_of(path) for path in sources() if voices.search(path.read_text())] == []


def test_a_broad_handler_is_noticed():
    def handler(text: str) -> ast.ExceptHandler:
        return ast.parse(f"try:\n    work()\n{text}").body[0].handlers[0]

    assert catches_all(handler("except Exception:\n    pass"))
    assert catches_all(handler("except (ValueError, Exception):\n    pass"))
    assert catches_all(handler("except:\n    pass"))
    assert not catches_all(handler("except ValueError:\n    pass"))
    assert not catches_all(handler("except BaseException:\n    stop()\n    raise"))
