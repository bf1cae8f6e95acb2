"""Networks of servers, and an operator's lists."""

from pathlib import Path

import pytest

from common.config import ConfigError
from services.worker.enrich.datacenters import read_datacenters
from services.worker.enrich.referrer import read_spammers

LIST = """# servers
198.51.100.0/22   # these are several
198.51.104.0/24
203.0.113.0/28    # too small to be told
2001:db8::/32
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "networks"
    path.write_text(LIST)
    return path


@pytest.mark.parametrize(
    ("network", "is_there"),
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
def test_a_network_is_in_one_of_the_list_or_in_none(listed: Path, network: str, is_there: bool) -> None:
    assert read_datacenters(listed).contains(network) is is_there


def test_what_cannot_be_read_is_said_with_its_setting(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not a network\n")
    for path in (wrong, tmp_path / "missing"):
        with pytest.raises(ConfigError, match=r"worker\.datacenter_networks_file"):
            read_datacenters(path)
    with pytest.raises(ConfigError, match=r"worker\.referrer_spam_file"):
        read_spammers(tmp_path / "missing")


def test_hosts_of_made_up_referrers_are_bare(tmp_path: Path) -> None:
    path = tmp_path / "spam"
    path.write_text("WWW.Free-Visits.example\n# none\n")
    assert read_spammers(path) == ["free-visits.example"]
