"""Each folder says in a few lines what is in it and where to begin, and names only what is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.checkout import ours
from tests.docs.documents import ROOT

# Those at the top, and those below it in which a reader looks for something.
FOLDERS = (
    *(
        "console",
        "deploy",
        "docs",
        "faults",
        "frontend",
        "gateway",
        "grafana",
        "jaeger",
        "loki",
        "loadtests",
        "observability",
        "prometheus",
        "requirements",
        "services",
        "tests",
        "tour",
    ),
    *(f"deploy/{name}" for name in ("cli", "containers", "installation", "kubernetes", "native", "operations")),
    *("deploy/operations/backup", "deploy/operations/drills"),
    *("deploy/cli/commands", "deploy/cli/incidents", "deploy/cli/lessons"),
    *("loadtests/growth", "loadtests/people", "loadtests/scenarios", "loadtests/tax"),
    *("prometheus/rules", "prometheus/tests"),
    *("docs/adr", "docs/api", "docs/events", "docs/telemetry", "grafana/dashboards", "jaeger/tracebox"),
    *("services/order", "services/payment", "services/product", "services/provider", "services/user"),
    *("services/shared", "services/shared/events"),
)
EACH = pytest.mark.parametrize("folder", FOLDERS)


def test_every_folder_at_the_top_has_one() -> None:
    """But for what hides."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders <= set(FOLDERS)


def test_every_folder_of_modules_has_one() -> None:
    """So that nobody guesses where to begin. In tests/ the files have the names of what they test."""
    modules = Counter(
        str(path.parent.relative_to(ROOT))
        for top in FOLDERS
        if "/" not in top and top != "tests"
        for path in ours(".py", below=top)
        if path.name != "__init__.py" and "versions" not in path.parts
    )
    assert {folder for folder, count in modules.items() if count > 5} <= set(FOLDERS)


@EACH
def test_a_folder_says_what_is_in_it(folder: str) -> None:
    """In a README that begins with a heading and a sentence."""
    heading, _, sentence, *_ = (ROOT / folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert heading.startswith("# ")
    assert sentence[:1].isupper() or sentence.startswith("`")


@EACH
def test_it_names_only_what_is_there(folder: str) -> None:
    """Every file in backticks is in the folder, below it, or at the root."""
    text = re.sub(r"^```.*?^```", "", (ROOT / folder / "README.md").read_text(encoding="utf-8"), flags=re.M | re.S)
    named = {name for name in re.findall(r"`(\w[\w./-]*\.(?:py|toml|yml|yaml|md|sh|json|css|template))`", text)}
    there = {path.name for path in ours(*{Path(name).suffix for name in named}, below=folder)}
    missing = {name for name in named if not (ROOT / name).exists() and Path(name).name not in there}
    assert missing == set()


OF_MANY_FILES = [
    *(name for name in FOLDERS if name.startswith("deploy/") and name != "deploy/cli/commands"),
    *(name for name in FOLDERS if name.startswith(("loadtests/", "services/"))),
    *("docs/api", "grafana/dashboards", "jaeger/tracebox"),
]


@pytest.mark.parametrize("folder", OF_MANY_FILES)
def test_these_readmes_name_every_file(folder: str) -> None:
    """Whoever looks for something in these folders of many files finds it in the table."""
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py", "__main__.py"}
    if folder == "deploy/cli":  # most of its files are named like their command
        files -= {f"{path.stem}.py" for path in (ROOT / folder / "commands").glob("*.py")}
    assert {name for name in files if f"`{name}`" not in text} == set()
