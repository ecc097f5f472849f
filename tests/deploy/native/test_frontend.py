"""When the pages of shop and console are built, and what is left when that fails."""

import threading
from pathlib import Path

import pytest
from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native import frontend

# An npm that notes what it was asked for, and builds a page from the one source there is.
NPM = """
echo "$@" >> ../asked
case "$1 $2" in
"ci --ignore-scripts") mkdir -p node_modules ;;
"run build:console") mkdir -p $5; cp console/src/page $5/index.html ;;
"run build") test ! -e broken || exit 1; mkdir -p $5; cp src/page $5/index.html ;;
esac
"""


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An installation, a front end with one source, a machine with Node."""
    for name, script in {"npm": NPM, "node": "echo v22.12.0"}.items():
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    source = tmp_path / "frontend"
    for folder in (source, source / "console"):
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "page").write_text("one")
    for name in ("package.json", "package-lock.json"):
        (source / name).write_text("{}")
    monkeypatch.setattr(frontend, "SOURCE", source)
    layout = Layout(checkout=tmp_path, run=tmp_path / "run", data=tmp_path / "data")
    layout.make_directories()
    return layout


def build(layout: Layout) -> list[str]:
    """Build; the first two words of each command that npm was given for it, sorted: builds run side by side."""
    asked = frontend.SOURCE.parent / "asked"
    asked.write_text("")
    frontend.build(layout, Console(quiet=True))
    return sorted(" ".join(line.split()[:2]) for line in asked.read_text().splitlines())


def test_built_once_for_each_state_of_the_sources(layout: Layout) -> None:
    """Again only after a change; packages only after a change of the lock."""
    everything = ["ci --ignore-scripts", "run build", "run build:console", "run compress"]
    page = frontend.SHOP.dist / "index.html"
    assert build(layout) == everything
    assert build(layout) == []
    (frontend.SOURCE / "src" / "page").write_text("two")
    assert build(layout) == ["run build", "run compress"]
    assert page.read_text() == "two"
    (frontend.SOURCE / "console" / "src" / "page").write_text("two")
    assert build(layout) == ["run build:console"]
    assert (frontend.CONSOLE.dist / "index.html").read_text() == "two"
    (frontend.SOURCE / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert build(layout) == everything
    assert {path.name for path in frontend.SOURCE.iterdir() if path.name.startswith("dist")} == {"dist"}


def test_failed_build_leaves_the_pages_that_were(layout: Layout) -> None:
    """What is served stays; the error says what npm said and where its log is; the next run tries again."""
    build(layout)
    (frontend.SOURCE / "broken").touch()
    with pytest.raises(ShopError, match="npm run build failed") as failure:
        build(layout)
    assert str(layout.logs / "frontend-build.log") in failure.value.remedy
    assert (frontend.SHOP.dist / "index.html").read_text() == "one"
    (frontend.SOURCE / "broken").unlink()
    (frontend.SOURCE / "src" / "page").write_text("two")
    assert build(layout) == ["run build", "run compress"]


def test_two_at_once_build_once(layout: Layout) -> None:
    """Two installations of one checkout: the second waits, then finds it done."""
    (frontend.SOURCE.parent / "asked").write_text("")
    threads = [threading.Thread(target=frontend.build, args=(layout, Console(quiet=True))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (frontend.SOURCE.parent / "asked").read_text().count("run build ") == 1
