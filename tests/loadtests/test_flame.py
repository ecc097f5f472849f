"""The picture of where processor time goes."""

from pathlib import Path

from loadtests import flame

PICTURE = Path(flame.__file__).with_name("flame.svg")


def test_nothing_of_a_picture_runs() -> None:
    """py-spy writes a program into it, for zoom and search; the frames and the title stay."""
    drawn = (
        '<svg width="9" onload="init(evt)"><script type="text/ecmascript"><![CDATA[var a;\nb()]]></script>'
        '<text id="title">py-spy</text><text id="search" x="1">Search</text><g><title>main</title></g></svg>'
    )
    assert flame.still(drawn) == '<svg width="9"><text id="title">py-spy</text><g><title>main</title></g></svg>'


def test_the_picture_is_still() -> None:
    """The one that is committed."""
    written = PICTURE.read_text(encoding="utf-8")
    assert flame.still(written) == written
