"""The guides are true: what they name exists, and what exists for users stands in them."""

import importlib.util
import io
import re
from itertools import takewhile
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from PIL import Image

from eqms.deployment import is_served
from eqms.operations import registry

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/DEPLOY.md"]
APPS = {"eqms", "customers", "inventory", "sales", "distribution"}
FENCED = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:manage\.py|\./run manage) ([a-z_]+)([^`\n#&|]*)")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
LARGEST_PICTURE = 150_000  # bytes

every_guide = pytest.mark.parametrize("guide", GUIDES)


def text(name: str) -> str:
    return (ROOT / name).read_text()


def code(guide: str) -> list[str]:
    """Return all that a guide shows as code: fenced blocks and words between backticks."""
    blocks = [block for _, block in FENCED.findall(text(guide))]
    return blocks + re.findall(r"`([^`\n]+)`", FENCED.sub("", text(guide)))


def words(guide: str) -> set[str]:
    return {word.strip("\"'(),:;") for part in code(guide) for word in part.split()}


def section(guide: str, heading: str) -> str:
    return text(guide).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def missing_paths(names: set[str]) -> list[str]:
    """Return the paths among ``names`` where nothing is. Words in capitals stand for any name."""
    paths = {name.removeprefix("./") for name in names if re.fullmatch(r"(\./)?[\w.*-]+/[\w.*/-]*", name)}
    return sorted(path for path in paths if not any(ROOT.glob(re.sub(r"\b[A-Z]{3,}\b(?!\.md)", "*", path))))


def unknown_commands(parts: list[str]) -> list[str]:
    """Return each command of manage.py that does not exist, and each flag that its command does not take."""
    known, found = get_commands(), []
    for name, arguments in COMMAND.findall("\n".join(parts)):
        if name not in known:
            found.append(name)
            continue
        app = known[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        flags = command.create_parser("manage.py", name)._option_string_actions
        found += [f"{name} {flag}" for flag in re.findall(r"--[a-z-]+", arguments) if flag not in flags]
    return found


def verbs_of_run() -> set[str]:
    return set(re.findall(r"^    ([a-z-]+)(?: \| [^)]*)?\) (?:ensure|usage)", text("run"), re.MULTILINE))


@every_guide
def test_every_path_exists(guide):
    assert missing_paths(words(guide)) == []


@every_guide
def test_every_link_leads_somewhere(guide):
    folder = (ROOT / guide).parent
    targets = [target for _, _, target in LINK.findall(text(guide))]
    assert [target for target in targets if not (folder / target).is_file()] == []


@every_guide
def test_every_command_exists_with_its_flags(guide):
    assert unknown_commands(code(guide)) == []


@every_guide
def test_every_module_that_is_run_exists(guide):
    modules = [name for part in code(guide) for name in re.findall(r"python -m ([\w.]+)", part)]
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


@every_guide
def test_every_verb_of_run_exists(guide):
    named = {verb for part in code(guide) for verb in re.findall(r"\./run ([a-z-]+)", part)}
    assert named - verbs_of_run() == set()


@every_guide
def test_every_address_is_served(guide):
    addresses = {re.split(r"[?#]", word)[0] for word in words(guide) if re.match(r"/[a-z]", word)}
    addresses = {address.replace("NAME", "undo") for address in addresses}
    assert sorted(address for address in addresses if not is_served(address)) == []


def test_a_wrong_name_is_noticed():
    assert missing_paths({"eqms/nowhere.py", "eqms/urls.py", "APP/nothing.py", "APP/admin.py"}) == [
        "APP/nothing.py",
        "eqms/nowhere.py",
    ]
    parts = ["manage.py nothing", "./run manage undo 7 --yes --quickly"]
    assert unknown_commands(parts) == ["nothing", "undo --quickly"]
    assert not is_served("/admin/nowhere/at-all")


def test_the_table_lists_exactly_the_operations():
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\w+)[^`]*` \| `([^`]+)` \|.*\|$", section("README.md", "Operations"), re.M)
    assert sorted(name for name, _, _ in rows) == sorted(registry)
    assert [row for row in rows if row[0] != row[1] or not row[2].endswith(f"/operations/{row[0]}/")] == []


def test_every_command_and_every_verb_stands_in_the_guides():
    said = "\n".join(part for guide in GUIDES for part in code(guide))
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert sorted(name for name in ours if not re.search(rf"\b{name}\b", said)) == []
    unsaid = {verb for verb in verbs_of_run() if f"./run {verb}" not in said}
    assert unsaid == {"postgres-half"}  # how ./run test calls itself


def test_every_picture_is_shown_described_and_light():
    shown = {target: words for mark, words, target in LINK.findall(text("README.md")) if mark}
    assert sorted(shown) == sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "pictures").iterdir())
    for name, described in shown.items():
        assert len(described) > 20, name
        assert (ROOT / name).stat().st_size <= LARGEST_PICTURE, name
        with Image.open(ROOT / name) as picture:
            assert picture.width <= 1280, name


def without_chance(line: str) -> str:
    """Return a line of output without what differs from day to day: keys, days, fingerprints."""
    return re.sub(r"(?<=customer )\d+|\d{4}-\d\d-\d\d|(?<=Fingerprint )\w+", "…", line)


def test_the_output_in_the_readme_is_what_the_command_says(demo_data):
    command = "$ ./run manage cleanup_zero_order_customers --dry-run"
    block = next(block for kind, block in FENCED.findall(text("README.md")) if kind == "console")
    lines = block.split(command)[1].strip().splitlines()
    printed = {without_chance(line) for line in takewhile(str.strip, lines)} - {"[...]"}
    out = io.StringIO()
    call_command("cleanup_zero_order_customers", "--dry-run", stdout=out, stderr=io.StringIO())
    said = {without_chance(line) for line in out.getvalue().splitlines()}
    assert printed - said == set()
    assert any(line.startswith("Would write") for line in printed)
