"""Who makes a page takes over what was measured, or says what is wrong with it and changes nothing."""

import json
from pathlib import Path

import pytest

from docs import drills, incidents, results, scale

MAKERS = [
    (drills, (drills.PAGE, drills.MEASURED)),
    (incidents, (incidents.PAGE, incidents.SCORED)),
    (results, (results.PAGE, results.MEASURED)),
    (scale, (scale.PAGE, scale.MEASURED)),
]
NONSENSE = [
    (b"not JSON", "is not what `"),
    (b"\xff\xfe", "is not what `"),
    (b"7", "is not what `"),
    (b'[{"a": 1}]', "is not what `"),
    (b'{"drills": {"redis-down": {}}, "loads": []}', ": "),
]


@pytest.mark.parametrize(("content", "problem"), NONSENSE)
@pytest.mark.parametrize(("maker", "files"), MAKERS, ids=[maker.__name__ for maker, _ in MAKERS])
def test_what_cannot_be_taken_over_changes_nothing(maker, files, content, problem, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Neither the page nor what it was made from."""
    file = tmp_path / "report.json"
    file.write_bytes(content)
    before = [one.read_bytes() for one in files]
    with pytest.raises(SystemExit) as ended:
        maker.main([str(file)])
    assert str(ended.value).startswith(str(file))
    assert problem in str(ended.value)
    assert [one.read_bytes() for one in files] == before


def test_a_run_that_cannot_be_drawn_is_not_taken_over(tmp_path: Path) -> None:
    """A member that only the page needs counts, too: what is stored is read by every later run."""
    name = next(iter(results.measured()))
    run = {
        "scenario": name,
        "machine": "-",
        "began": 0,
        "ended": 1,
        "failures": 0,
        "verdicts": [{"objective": "the stores agree about every order", "found": "yes"}],
        "requests": {},
        "steps": [{}],
    }
    (tmp_path / "results.json").write_text(json.dumps(run))
    before = results.MEASURED.read_bytes(), results.PAGE.read_bytes()
    with pytest.raises(SystemExit, match="has no 'broken'"):
        results.main([str(tmp_path / "results.json")])
    assert (results.MEASURED.read_bytes(), results.PAGE.read_bytes()) == before


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(SystemExit, match=r"gone\.json: No such file or directory"):
        scale.main([str(tmp_path / "gone.json")])
