"""`pyuniqvisit distribute` where there is no Citus. What it does on a cluster is tried in tests/integration/citus."""

from click.testing import CliRunner

from services.cli.main import _explained, cli
from tests.support.servers import TestDatabases


def test_a_server_without_citus_is_told_in_a_line(plain_databases: TestDatabases, capsys):
    with plain_databases.clone() as url:
        environment = {"PYUNIQVISIT_DATABASE__URL": url}
        outcome = CliRunner().invoke(cli, ["distribute", "--dry-run"], env=environment)
        code = _explained(lambda: (_ for _ in ()).throw(outcome.exception))
    assert code == 1
    assert capsys.readouterr().err == (
        "pyuniqvisit: this server does not offer the extension citus; a distributed install needs it\n"
    )
