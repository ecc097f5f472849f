"""The architecture picture of the README."""

from docs.pictures.architecture import THEMES, images


def test_the_committed_pictures_are_what_the_data_draws() -> None:
    """Somebody who changes the data has to draw the pictures anew."""
    drawn = images()
    assert len(drawn) == len(THEMES)
    for path, content in drawn.items():
        assert path.read_text() == content, f"{path.name} is stale: python -m docs.pictures.architecture"
