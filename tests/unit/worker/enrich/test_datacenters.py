"""Lists of an administrator: data center networks and spam hosts."""

from pathlib import Path

import pytest

from common.config import ConfigError
from services.worker.enrich.datacenters import read_datacenters
from services.worker.enrich.referrer import read_spam_hosts

LIST = """# servers
198.51.100.0/22   # several networks
198.51.104.0/24
203.0.113.0/28    # too small
2001:db8::/32
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "networks"
    path.write_text(LIST)
    return path


@pytest.mark.parametrize(
    ("network", "is_listed"),
    [
        ("198.51.100.0/24", True),
        ("198.51.103.0/24", True),
        ("198.51.104.0/24", True),
        ("198.51.105.0/24", False),
        ("198.51.99.0/24", False),
        ("203.0.113.0/24", False),
        ("2001:db8:17::/48", True),
        ("2001:db9::/48", False),
        ("", False),
    ],
)
def test_network_is_found_in_listed_networks(listed: Path, network: str, is_listed: bool) -> None:
    assert read_datacenters(listed).contains(network) is is_listed


def test_error_of_unreadable_list_names_its_setting(tmp_path: Path) -> None:
    invalid = tmp_path / "invalid"
    invalid.write_text("not a network\n")
    for path in (invalid, tmp_path / "missing"):
        with pytest.raises(ConfigError, match=r"worker\.datacenter_networks_file"):
            read_datacenters(path)
    with pytest.raises(ConfigError, match=r"worker\.referrer_spam_file"):
        read_spam_hosts(tmp_path / "missing")


def test_spam_hosts_are_read_without_www(tmp_path: Path) -> None:
    path = tmp_path / "spam"
    path.write_text("WWW.Free-Visits.example\n# none\n")
    assert read_spam_hosts(path) == ["free-visits.example"]
