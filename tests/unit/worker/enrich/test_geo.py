import os
from collections.abc import Callable
from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from structlog.testing import capture_logs

from common.config import Settings
from services.worker.enrich.geo import UNKNOWN, GeoDatabase, Place, open_geo

Records = dict[str, dict[str, object]]
Write = Callable[[str, Records], Path]

LONDON = {
    "country": {"iso_code": "GB", "names": {"en": "United Kingdom"}},
    "subdivisions": [{"iso_code": "ENG", "names": {"en": "England"}}],
    "city": {"names": {"en": "London", "fr": "Londres"}},
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a database of a type, with records by network, and return its path."""

    def write_database(database_type: str, records: Records) -> Path:
        writer = MMDBWriter(6, database_type, languages=["en"], ipv4_compatible=True)
        for network, record in records.items():
            writer.insert_network(IPSet([network]), record)
        path, made = tmp_path / "geo.mmdb", tmp_path / "made.mmdb"
        writer.to_db_file(str(made))
        made.replace(path)
        return path

    return write_database


def test_flat_database_provides_countries(write: Write) -> None:
    geo = GeoDatabase(
        write("country", {"192.0.2.0/23": {"country_code": "FR"}, "2001:db8::/32": {"country_code": "jp"}})
    )
    assert geo.place("192.0.2.0/24") == Place("FR", "", "")
    assert geo.place("2001:db8:1::/48") == Place("JP", "", "")
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_city_database_provides_region_and_city_in_english(write: Write) -> None:
    geo = GeoDatabase(write("GeoLite2-City", {"192.0.2.0/24": LONDON}))
    assert geo.place("192.0.2.0/24") == Place("GB", "England", "London")


def test_city_database_may_contain_only_country(write: Write) -> None:
    geo = GeoDatabase(write("GeoIP2-City", {"192.0.2.0/24": {"country": {"iso_code": "SE"}}, "198.51.100.0/24": {}}))
    assert geo.place("192.0.2.0/24") == Place("SE", "", "")
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_maxmind_country_database_provides_countries(write: Write) -> None:
    geo = GeoDatabase(write("GeoLite2-Country", {"192.0.2.0/24": {"country": {"iso_code": "DE"}}}))
    assert geo.place("192.0.2.0/24") == Place("DE", "", "")


@pytest.mark.parametrize(
    ("database_type", "record", "expected"),
    [
        ("GeoLite2-City", LONDON, Place("GB", "England", "London")),
        ("country", {"country_code": "GB"}, Place("GB", "", "")),
    ],
)
def test_partly_known_network_has_place_of_its_first_known_address(
    write: Write, database_type: str, record: dict[str, object], expected: Place
) -> None:
    geo = GeoDatabase(write(database_type, {"192.0.2.142/31": record, "2001:db8:0:7::/64": record}))
    assert geo.place("192.0.2.0/24") == expected
    assert geo.place("192.0.3.0/24") == UNKNOWN
    assert geo.place("2001:db8::/48") == expected


@pytest.mark.parametrize("network", ["", "nonsense", "1.2.3.4.5/24", "10.0.0.0/99", "\x00"])
def test_missing_or_invalid_network_is_unknown(write: Write, network: str) -> None:
    assert GeoDatabase(write("country", {"0.0.0.0/1": {"country_code": "FR"}})).place(network) == UNKNOWN


def test_records_of_unexpected_shape_are_unknown(write: Write) -> None:
    geo = GeoDatabase(write("asn", {"192.0.2.0/24": {"asn": "64496"}, "198.51.100.0/24": {"country_code": "Narnia"}}))
    assert geo.place("192.0.2.0/24") == UNKNOWN
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_missing_database_is_warned_about_once_and_used_when_it_appears(write: Write, tmp_path: Path) -> None:
    with capture_logs() as logs:
        geo = GeoDatabase(tmp_path / "geo.mmdb")
        assert geo.place("192.0.2.0/24") == UNKNOWN
        assert not geo.reload_if_changed()
    assert [entry["event"] for entry in logs] == ["geo: database is missing; countries are unknown"]
    write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    assert geo.reload_if_changed()
    assert geo.place("192.0.2.0/24") == Place("FR", "", "")


def test_replaced_database_is_read_on_reload(write: Write) -> None:
    geo = GeoDatabase(write("country", {"192.0.2.0/24": {"country_code": "FR"}}))
    assert geo.place("192.0.2.0/24").country == "FR"
    assert not geo.reload_if_changed()
    write("country", {"192.0.2.0/24": {"country_code": "DE"}})
    assert geo.place("192.0.2.0/24").country == "FR"
    assert geo.reload_if_changed()
    assert geo.place("192.0.2.0/24").country == "DE"


def test_invalid_or_deleted_database_leaves_previous_one_in_use(write: Write, tmp_path: Path) -> None:
    path = write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    geo = GeoDatabase(path)
    broken = tmp_path / "broken"
    broken.write_bytes(os.urandom(1000))
    broken.replace(path)
    with capture_logs() as logs:
        assert not geo.reload_if_changed()
        assert not geo.reload_if_changed()
    assert [entry["event"] for entry in logs] == ["geo: cannot read database"]
    path.unlink()
    assert not geo.reload_if_changed()
    assert geo.place("192.0.2.0/24").country == "FR"


def test_invalid_database_is_warned_about_once(tmp_path: Path) -> None:
    path = tmp_path / "geo.mmdb"
    path.write_text("not a database")
    with capture_logs() as logs:
        assert GeoDatabase(path).place("192.0.2.0/24") == UNKNOWN
    assert [entry["event"] for entry in logs] == ["geo: cannot read database"]


def test_configured_database_has_precedence_over_web_build(write: Write, tmp_path: Path) -> None:
    path = write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    web_dir = tmp_path / "dist"
    (web_dir / "geo").mkdir(parents=True)
    (web_dir / "geo" / "country.mmdb").write_bytes(path.read_bytes())
    assert open_geo(Settings(web_dir=web_dir)).place("192.0.2.0/24").country == "FR"
    path = write("country", {"192.0.2.0/24": {"country_code": "DE"}})
    named = Settings(web_dir=web_dir, worker={"geo": {"database": path}})  # type: ignore[arg-type]
    assert open_geo(named).place("192.0.2.0/24").country == "DE"
