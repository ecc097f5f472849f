"""Two recordings are equal when their labels are, and the shapes of their traces."""

from pathlib import Path

import pytest

from deploy.cli.incidents.__main__ import main
from deploy.cli.incidents.compare import COMMON, compare
from tests.deploy.cli.incidents.made_up import BUYS, Shape, data_set, spans

RETRIES: Shape = (*BUYS, ("order-service-2", "SELECT again", "client", 1))
OTHERWISE: Shape = (("locust", "checkout", "client", -1), ("user-service-1", "POST /login", "server", 0))


def recorded(folder: Path, *shapes: tuple[Shape, int], fault: str = "redis-down", seed: int = 1) -> Path:
    """A data set with so many traces of each shape."""
    every = [shape for shape, times in shapes for _ in range(times)]
    traces = [row for number, shape in enumerate(every) for row in spans(shape, number)]
    data_set(folder, fault, {"trace/trace_span.csv": traces}, seed=seed)
    return folder


def test_how_often_and_where_a_shape_is_seen_does_not_matter(tmp_path: Path) -> None:
    """Another number of traces, and another replica."""
    elsewhere: Shape = tuple((cmdb.replace("-1", "-2"), *rest) for cmdb, *rest in BUYS)  # type: ignore[misc]
    one = recorded(tmp_path / "a", (BUYS, COMMON))
    found = compare(one, recorded(tmp_path / "b", (elsewhere, COMMON * 3)))
    assert (found.differences, found.roots, found.paths) == ([], 1, len(BUYS))


def test_what_is_rare_in_both_does_not_matter(tmp_path: Path) -> None:
    """A retry depends on the moment."""
    one = recorded(tmp_path / "a", (BUYS, COMMON), (RETRIES, COMMON - 1))
    assert compare(one, recorded(tmp_path / "b", (BUYS, COMMON))).differences == []


def test_what_one_has_often_and_the_other_one_never_is_a_difference(tmp_path: Path) -> None:
    """Said with the whole path, whichever of the two has it."""
    one, other = recorded(tmp_path / "a", (RETRIES, COMMON)), recorded(tmp_path / "b", (BUYS, COMMON))
    [said] = compare(one, other).differences
    assert said == (
        f"{other} has no locust checkout (client) > order-service POST /api/orders (server) "
        f"> order-service SELECT again (client), which {COMMON} traces of the other one have"
    )
    assert len(compare(other, one).differences) == 1


def test_other_traces_below_the_same_root_are_a_difference(tmp_path: Path) -> None:
    """Both ways: what is missing here, and what is missing there."""
    one, other = recorded(tmp_path / "a", (OTHERWISE, COMMON)), recorded(tmp_path / "b", (BUYS, COMMON))
    assert len(compare(one, other).differences) == 3


@pytest.mark.parametrize(
    ("change", "said"), [({"seed": 2}, "seed: 1 and 2"), ({"fault": "redis-hangs"}, "fault: ")]
)
def test_other_labels_are_a_difference(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """Another seed, and another fault."""
    one = recorded(tmp_path / "a", (BUYS, COMMON))
    other = recorded(tmp_path / "b", (BUYS, COMMON), **change)  # type: ignore[arg-type]
    assert any(line.startswith(said) for line in compare(one, other).differences)


def test_the_command_says_it_and_its_exit_code_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 for equal, 1 for different."""
    one, other = recorded(tmp_path / "a", (BUYS, COMMON)), recorded(tmp_path / "b", (RETRIES, COMMON))
    assert main(["compare", str(one), str(one)]) == 0
    assert "They are equal: 1 roots of traces with 3 paths" in capsys.readouterr().out
    assert main(["compare", str(one), str(other)]) == 1
    assert "They differ" in capsys.readouterr().out


def test_a_folder_without_a_data_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As wrong use, and by its name."""
    with pytest.raises(SystemExit, match="2"):
        main(["compare", str(tmp_path), str(tmp_path)])
    assert f"{tmp_path} is no data set" in capsys.readouterr().err


def test_spans_without_their_parent_are_in_no_shape(tmp_path: Path) -> None:
    """Half of a trace tells nothing of the whole."""
    half: Shape = BUYS[1:]
    rows = [row for number in range(COMMON) for row in spans(BUYS, number) if row[7] != "checkout"]
    data_set(tmp_path / "a", "redis-down", {"trace/trace_span.csv": rows})
    found = compare(tmp_path / "a", tmp_path / "a")
    assert half
    assert (found.roots, found.paths) == (0, 0)
