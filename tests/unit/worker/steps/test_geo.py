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
    """Writes a database of a type, its records by network, and gives its path."""

    def write_database(database_type: str, records: Records) -> Path:
        writer = MMDBWriter(6, database_type, languages=["en"], ipv4_compatible=True)
        for network, record in records.items():
            writer.insert_network(IPSet([network]), record)
        path, made = tmp_path / "geo.mmdb", tmp_path / "made.mmdb"
        writer.to_db_file(str(made))
        made.replace(path)
        return path

    return write_database


def test_a_flat_database_gives_countries(write: Write) -> None:
    geo = GeoDatabase(
        write("country", {"192.0.2.0/23": {"country_code": "FR"}, "2001:db8::/32": {"country_code": "jp"}})
    )
    assert geo.place("192.0.2.0/24") == Place("FR", "", "")
    assert geo.place("2001:db8:1::/48") == Place("JP", "", "")
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_a_city_database_gives_region_and_city_in_english(write: Write) -> None:
    geo = GeoDatabase(write("GeoLite2-City", {"192.0.2.0/24": LONDON}))
    assert geo.place("192.0.2.0/24") == Place("GB", "England", "London")


def test_a_city_database_may_know_the_country_only(write: Write) -> None:
    geo = GeoDatabase(write("GeoIP2-City", {"192.0.2.0/24": {"country": {"iso_code": "SE"}}, "198.51.100.0/24": {}}))
    assert geo.place("192.0.2.0/24") == Place("SE", "", "")
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_a_country_database_of_maxmind_gives_countries(write: Write) -> None:
    geo = GeoDatabase(write("GeoLite2-Country", {"192.0.2.0/24": {"country": {"iso_code": "DE"}}}))
    assert geo.place("192.0.2.0/24") == Place("DE", "", "")


@pytest.mark.parametrize(
    ("database_type", "record", "expected"),
    [
        ("GeoLite2-City", LONDON, Place("GB", "England", "London")),
        ("country", {"country_code": "GB"}, Place("GB", "", "")),
    ],
)
def test_a_network_known_only_in_part_is_where_its_first_known_address_is(
    write: Write, database_type: str, record: dict[str, object], expected: Place
) -> None:
    geo = GeoDatabase(write(database_type, {"192.0.2.142/31": record, "2001:db8:0:7::/64": record}))
    assert geo.place("192.0.2.0/24") == expected
    assert geo.place("192.0.3.0/24") == UNKNOWN
    assert geo.place("2001:db8::/48") == expected


@pytest.mark.parametrize("network", ["", "nonsense", "1.2.3.4.5/24", "10.0.0.0/99", "\x00"])
def test_no_network_or_nonsense_is_unknown(write: Write, network: str) -> None:
    assert GeoDatabase(write("country", {"0.0.0.0/1": {"country_code": "FR"}})).place(network) == UNKNOWN


def test_records_of_another_shape_are_unknown(write: Write) -> None:
    geo = GeoDatabase(write("asn", {"192.0.2.0/24": {"asn": "64496"}, "198.51.100.0/24": {"country_code": "Narnia"}}))
    assert geo.place("192.0.2.0/24") == UNKNOWN
    assert geo.place("198.51.100.0/24") == UNKNOWN


def test_a_missing_file_is_unknown_with_one_warning_until_it_comes(write: Write, tmp_path: Path) -> None:
    with capture_logs() as logs:
        geo = GeoDatabase(tmp_path / "geo.mmdb")
        assert geo.place("192.0.2.0/24") == UNKNOWN
        assert not geo.reload_if_changed()
    assert [entry["event"] for entry in logs] == ["geo_database_missing"]
    write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    assert geo.reload_if_changed()
    assert geo.place("192.0.2.0/24") == Place("FR", "", "")


def test_a_replaced_file_is_read_when_asked(write: Write) -> None:
    geo = GeoDatabase(write("country", {"192.0.2.0/24": {"country_code": "FR"}}))
    assert geo.place("192.0.2.0/24").country == "FR"
    assert not geo.reload_if_changed()
    write("country", {"192.0.2.0/24": {"country_code": "DE"}})
    assert geo.place("192.0.2.0/24").country == "FR"
    assert geo.reload_if_changed()
    assert geo.place("192.0.2.0/24").country == "DE"


def test_a_broken_or_vanished_file_leaves_the_last_good_one_in_use(write: Write, tmp_path: Path) -> None:
    path = write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    geo = GeoDatabase(path)
    broken = tmp_path / "broken"
    broken.write_bytes(os.urandom(1000))
    broken.replace(path)
    with capture_logs() as logs:
        assert not geo.reload_if_changed()
        assert not geo.reload_if_changed()
    assert [entry["event"] for entry in logs] == ["geo_database_unreadable"]
    path.unlink()
    assert not geo.reload_if_changed()
    assert geo.place("192.0.2.0/24").country == "FR"


def test_a_file_broken_from_the_start_is_unknown_with_one_warning(tmp_path: Path) -> None:
    path = tmp_path / "geo.mmdb"
    path.write_text("not a database")
    with capture_logs() as logs:
        assert GeoDatabase(path).place("192.0.2.0/24") == UNKNOWN
    assert [entry["event"] for entry in logs] == ["geo_database_unreadable"]


def test_the_operators_database_comes_before_the_web_builds(write: Write, tmp_path: Path) -> None:
    path = write("country", {"192.0.2.0/24": {"country_code": "FR"}})
    web_dir = tmp_path / "dist"
    (web_dir / "geo").mkdir(parents=True)
    (web_dir / "geo" / "country.mmdb").write_bytes(path.read_bytes())
    assert open_geo(Settings(web_dir=web_dir)).place("192.0.2.0/24").country == "FR"
    path = write("country", {"192.0.2.0/24": {"country_code": "DE"}})
    named = Settings(web_dir=web_dir, worker={"geo": {"database": path}})  # type: ignore[arg-type]
    assert open_geo(named).place("192.0.2.0/24").country == "DE"
