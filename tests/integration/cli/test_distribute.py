"""`pyuniqvisit distribute` on a server without Citus; tests/integration/citus has the tests with a cluster."""

from click.testing import CliRunner

from services.cli.main import cli, exit_code_of
from tests.support.servers import TestDatabases


def test_missing_citus_is_reported_in_one_line(plain_databases: TestDatabases, capsys):
    with plain_databases.clone() as url:
        environment = {"PYUNIQVISIT_DATABASE__URL": url}
        outcome = CliRunner().invoke(cli, ["distribute", "--dry-run"], env=environment)
        code = exit_code_of(lambda: (_ for _ in ()).throw(outcome.exception))
    assert code == 1
    assert capsys.readouterr().err == (
        "pyuniqvisit: this server does not offer the extension citus; a distributed install needs it\n"
    )
