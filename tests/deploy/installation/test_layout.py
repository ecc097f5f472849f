"""Where an installation lies and listens."""

from pathlib import Path

import pytest

from deploy.installation import layout
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.layout import Layout


def test_offset_shifts_every_port(tmp_path: Path) -> None:
    """Two installations with different offsets share no port."""
    ports = {name: (Layout.at(tmp_path).port(name), Layout.at(tmp_path, 1000).port(name)) for name in layout.PORTS}
    assert all(shifted == plain + 1000 for plain, shifted in ports.values())
    assert len({plain for plain, _ in ports.values()}) == len(ports)


def test_environment_chooses_directory_and_offset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SHOP_RUN_DIR and SHOP_PORT_OFFSET override the defaults."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("SHOP_PORT_OFFSET", "2100")
    found = Layout.from_environment()
    assert found.run == tmp_path / "mine"
    assert found.url("gateway") == "http://127.0.0.1:10180"


def test_later_commands_find_the_offset_of_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `up` has to be told; the environment still wins."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.delenv("SHOP_PORT_OFFSET", raising=False)
    assert Layout.from_environment().offset == 0
    Layout.at(tmp_path).offset_file.write_text("3000\n")
    assert Layout.from_environment().offset == 3000
    monkeypatch.setenv("SHOP_PORT_OFFSET", "1000")
    assert Layout.from_environment().offset == 1000


def test_offset_that_hides_a_page_is_refused_with_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers open no page on some ports: every offset to such a one is refused, and the hint is none of them."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.setattr(layout, "_GIVEN_AWAY", tmp_path / "nothing")  # by the kernel
    bad = {port - layout.PORTS[page] for page in layout.PAGES for port in layout.BLOCKED} - {0}
    for offset in sorted(offset for offset in bad if offset > 0):
        monkeypatch.setenv("SHOP_PORT_OFFSET", str(offset))
        with pytest.raises(UsageError, match="browsers refuse") as caught:
            Layout.from_environment()
        monkeypatch.setenv("SHOP_PORT_OFFSET", caught.value.remedy.rpartition(" ")[2].rstrip("."))
        Layout.from_environment()


def test_what_runs_on_such_an_offset_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older version let it start; the commands after that are not refused."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("SHOP_PORT_OFFSET", "3000")
    Layout.at(tmp_path).offset_file.write_text("3000\n")
    assert Layout.from_environment().offset == 3000


@pytest.mark.parametrize("offset", ["-1", "many", "38419", "\u0661\u0660\u0660\u0660"])
def test_impossible_offset_is_refused_with_a_remedy(offset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An offset that leaves the range of ports says what to give instead."""
    monkeypatch.setenv("SHOP_PORT_OFFSET", offset)
    with pytest.raises(UsageError, match="whole number"):
        Layout.from_environment()


def test_ports_that_the_kernel_gives_away_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's connection may have such a port when a server wants it. No hint names such an offset."""
    kernel = tmp_path / "ip_local_port_range"
    kernel.write_text("32768\t60999\n")
    monkeypatch.setattr(layout, "_GIVEN_AWAY", kernel)
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    highest = 32767 - max(layout.PORTS.values())
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(highest))
    assert Layout.from_environment().offset == highest
    monkeypatch.setenv("SHOP_PORT_OFFSET", str(highest + 1))
    with pytest.raises(UsageError, match="port 32768") as caught:
        Layout.from_environment()
    assert f"from 0 to {highest}," in caught.value.remedy
    assert layout.next_offset(highest) == 1000
    Layout.at(tmp_path).offset_file.write_text(f"{highest + 1}\n")
    assert Layout.from_environment().offset == highest + 1  # what runs there can be stopped


@pytest.mark.parametrize("given", ["1024\t65535", "", None])
def test_a_kernel_that_leaves_no_room_refuses_nothing(
    given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where even the plain ports are among those, or nothing says which they are, an offset changes nothing."""
    kernel = tmp_path / "ip_local_port_range"
    if given is not None:
        kernel.write_text(given)
    monkeypatch.setattr(layout, "_GIVEN_AWAY", kernel)
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path))
    monkeypatch.setenv("SHOP_PORT_OFFSET", "30000")
    assert Layout.from_environment().offset == 30000


@pytest.mark.parametrize("name", ["glass house", "Glas-Häuser (2)", "玻璃屋", "a+b,c=d@e~f_g.h"])
def test_a_folder_may_have_an_ordinary_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters of any script, spaces and what people put between them."""
    monkeypatch.setenv("SHOP_RUN_DIR", str(tmp_path / name))
    monkeypatch.delenv("SHOP_PORT_OFFSET", raising=False)
    assert Layout.from_environment().run == tmp_path / name


@pytest.mark.parametrize("character", "\"'\\$%#;:*?[]{}<>|`!&^\n\t\x1b\x7f\u00a0\u202e\udcff")
def test_a_folder_that_some_program_cannot_take_is_refused_at_once(
    character: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, which can be printed whatever the name is."""
    monkeypatch.setenv("SHOP_RUN_DIR", f"{tmp_path}/glass{character}house")
    with pytest.raises(ShopError, match="some programs of the platform") as caught:
        Layout.from_environment()
    assert caught.value.message.isprintable()
    assert caught.value.message.encode()


def test_data_under_a_closed_home_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root below a 0700 directory, PostgreSQL's user could not reach the run directory."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(layout, "reachable_by_all", lambda _: False)
    assert Layout.at(tmp_path / "run").data.parent == Path("/var/lib/glasshouse")


def test_ordinary_user_keeps_data_in_the_run_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without root PostgreSQL runs as the same user, who can reach it."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(layout, "reachable_by_all", lambda _: False)
    assert Layout.at(tmp_path / "run").data == tmp_path / "run" / "data"


@pytest.mark.parametrize(("user", "base"), [(0, Path("/var/lib")), (1000, Path.home() / ".local/share")])
def test_data_lie_elsewhere_than_in_a_folder_with_a_space(
    user: int, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RabbitMQ's look at the free disk would fail there. What is there already stays."""
    monkeypatch.setattr("os.geteuid", lambda: user)
    run = tmp_path / "glass house"
    assert Layout.at(run).data.parent == base / "glasshouse"
    (run / "data").mkdir(parents=True)
    assert Layout.at(run).data == run / "data"


def test_run_directory_links_to_data_elsewhere(tmp_path: Path) -> None:
    """Whoever looks into the run directory finds the data, also when it lies somewhere else."""
    place = Layout(checkout=tmp_path, run=tmp_path / "run", data=tmp_path / "elsewhere")
    place.make_directories()
    place.make_directories()
    assert (place.run / "data").readlink() == tmp_path / "elsewhere"
    assert Layout.at(place.run).data == tmp_path / "elsewhere"
    assert place.secrets.stat().st_mode & 0o777 == 0o700


def test_reachable_by_all_sees_a_closed_parent(tmp_path: Path) -> None:
    """One closed directory on the way is enough."""
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    assert not layout.reachable_by_all(inner)
    assert layout.reachable_by_all(Path("/"))
