"""What makes no sense is refused with a sentence, before anything is measured."""

from pathlib import Path

import pytest

from loadtests import burst, checkout, flame, idle, log_search, slow_clients
from loadtests.growth import __main__ as _growth
from loadtests.tax import __main__ as _tax

NONSENSE = [
    (_tax.main, ["--kinds", "bare,strange"], "'strange': there is only bare, ours"),
    (_tax.main, ["--endpoints", "nothing"], "'nothing': there is only ping, read, order"),
    (_tax.main, ["--rounds", "0"], "'0' is not a whole number above 0"),
    (_tax.main, ["--seconds", "nan"], "'nan' is not a number above 0"),
    (_growth.main, ["--subjects", "catalogue,weather"], "'weather': there is only catalogue"),
    (_growth.main, ["--replicas", "1,,2"], "'' is not a whole number above 0"),
    (_growth.main, ["--largest", "99"], "99 is below 100"),
    (checkout.main, ["--users", "1,x"], "'x' is not a whole number above 0"),
    (checkout.main, ["--users", "²"], "'²' is not a whole number above 0"),
    (checkout.main, ["--seconds", "inf"], "'inf' is not a number above 0"),
    (checkout.main, ["--idle", "-1"], "'-1' is not a number above 0"),
    (idle.main, ["--seconds", "soon"], "'soon' is not a number above 0"),
    (burst.main, ["--size", "0"], "'0' is not a whole number above 0"),
    (burst.main, ["--host", "http://example.com"], "only this machine may be loaded"),
    (log_search.main, ["--lines", "19"], "20 programs write them, so 19 are too few"),
    (log_search.main, ["--port", "65536"], "'65536' is not a port"),
    (slow_clients.main, ["--port", "0"], "'0' is not a port"),
    (slow_clients.main, ["--requests", "9999999999"], "'9999999999' is not a whole number above 0"),
]


@pytest.mark.parametrize(("main", "arguments", "problem"), NONSENSE)
def test_nonsense_is_refused(main, arguments, problem, capsys) -> None:  # type: ignore[no-untyped-def]
    """With the usage, and the exit code of a wrong command line."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("main", [checkout.main, idle.main, flame.main])
def test_a_platform_that_does_not_run_is_told(main, capsys, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Not by the socket that is not there."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "./shop up starts it" in capsys.readouterr().err
