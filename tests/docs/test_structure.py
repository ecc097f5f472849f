"""The figures of the code: what they count, and limits that this repository keeps."""

from pathlib import Path

from docs.structure import look, table
from tests.docs.documents import ROOT

RUN = "".join(f"value_{number} = {number}\n" for number in range(6))


def write(root: Path, files: dict[str, str]) -> None:
    """Some files with their text."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_arrows_circles_and_repetitions_are_counted(tmp_path: Path) -> None:
    """Two files that import each other are a circle; so are two folders, also where no two files are one."""
    write(
        tmp_path,
        {
            "a/x/one.py": "from a.x import two\n" + RUN,
            "a/x/two.py": "import a.x.one\nfrom a.y.three import f\n",
            "a/y/three.py": "def f() -> None:\n    a = 1\n    b = 2\n",
            "a/y/four.py": "from a.x.one import value_1\n" + RUN,
            "tests/test_one.py": "import a.x.one\n",
        },
    )
    found = look(tmp_path)
    assert (found.files, found.lines, found.test_lines, found.arrows) == (4, 19, 1, 4)
    assert (found.circles, found.folder_circles) == (1, [["a/x", "a/y"]])
    assert (found.longest_function, found.repeated_lines) == (("a/y/three.py: f", 3), 12)
    inner = next(folder for folder in found.folders if folder.name == "a/x")
    assert (inner.files, inner.inside, inner.out, inner.circles) == (2, 2, 1, 1)
    assert "| all | 4 | 19 | 4 | | 1 |" in table(found)


def test_no_file_and_no_part_of_deploy_is_in_a_circle() -> None:
    """Every file can be read after those that it imports."""
    found = look(ROOT)
    assert found.circles == 0
    assert [circle for circle in found.folder_circles if any(name.startswith("deploy") for name in circle)] == []
