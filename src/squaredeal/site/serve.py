"""`squaredeal serve`: everything between an empty folder and a page in the browser, in one process group."""
import gc
import os
import socket
import sys
import warnings

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from squaredeal.organisation.team.models import Person

from . import chores, founding, ticking

serve = typer.Typer(add_completion=False)


@serve.command()
def _serve(
    port: int = typer.Option(8000, min=1, max=65535),
    host: str = typer.Option("127.0.0.1"),
    demo: bool = typer.Option(False, "--demo/--no-demo", help="Load the demo company when the database is new · 新库装入演示公司"),
    scale: int = typer.Option(1, min=1, max=400, help="Size of the demo company · 演示公司的倍数"),
):
    """Bring the database up to date and serve · 升级数据库并启动服务."""
    refuse_busy(host, port)
    warnings.filterwarnings("ignore", message="No directory at")
    fresh = migrate_if_behind()
    from . import words
    words.compile_all()
    if settings.STATIC_ROOT.is_dir():
        call_command("collectstatic", interactive=False, verbosity=0)
    if demo and founding.database_is_new():
        if not fresh:   # a load that was cut off leaves nothing behind
            typer.echo("The database is empty: the demo company is loaded now · 库里还没有人，现在装演示公司 …")
        chores.load_demo(scale)
        begin_anew()
    offered = demo_people()
    settings.SQUAREDEAL_DEMO = bool(offered)
    note = invitation(host, port, offered)
    if sys.platform == "win32":
        by_threads(host, port, note)
    else:
        by_gunicorn(host, port, note)


def begin_anew():
    """The same command from its beginning, where workers are forked: the engine has computed in this process, and no fork takes its threads along."""
    if sys.platform != "win32":
        connections.close_all()
        sys.stdout.flush()
        os.execv(sys.executable, sys.orig_argv)


def refuse_busy(host, port):
    """Say so before any work is done when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            typer.echo(f"Cannot listen at {host}:{port} ({error.strerror}). Choose another with --port. · 端口用不了，用 --port 换一个。",
                       err=True)
            raise typer.Exit(1) from None


def migrate_if_behind():
    """Whether there was something to do."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        typer.echo("Database · 升级数据库 …")
        call_command("migrate", interactive=False, verbosity=0)
        return True
    return False


def demo_people():
    """The people of the demo company who sign in without a password; none in any other database.

    Known by their logins and addresses at a domain that cannot exist, of most of them together: what one person writes as their own address
    neither opens a door without a password in a real company nor shuts those of the demo company.
    """
    from .demo.people import LOGINS
    rank = {login: place for place, (login, _) in enumerate(LOGINS)}
    found = list(Person.objects.filter(login__in=rank, email__endswith="@huachen.example"))
    return sorted((p for p in found if p.is_active), key=lambda person: rank[person.login]) if len(found) * 2 > len(rank) else []


def invitation(host, port, offered):
    """The address, and who can sign in."""
    shown = f"[{host}]" if ":" in host else host
    lines = ["", f"  公道 Squaredeal  http://{shown}:{port}", ""]
    if offered:
        lines += ["  Demo company; sign in without a password as · 演示公司，选一个登录，不用密码:"]
        lines += [f"    {person.login:<8} {person.name}  {person.seat.position.name}" for person in offered]
    elif founding.database_is_new():
        lines += ["  Nobody can sign in yet · 还没有人能登录: python3 run.py squaredeal user create"]
    lines += ["", "  Ctrl-C ends it · 按 Ctrl-C 结束", ""]
    return "\n".join(lines)


def by_gunicorn(host, port, note):
    """Two workers of four threads each, forked from this process, which has everything loaded."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self):
            for name, value in {
                "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
                "worker_class": "gthread", "workers": 2, "threads": 4, "keepalive": 15, "timeout": 120,
                "graceful_timeout": 10, "preload_app": True, "loglevel": "warning", "control_socket_disable": True,
                "when_ready": lambda server: print(note, flush=True), "post_worker_init": lambda worker: ticking.by_itself(),
            }.items():
                self.cfg.set(name, value)

        def load(self):
            return application()

    Server(prog="squaredeal").run()


def by_threads(host, port, note):
    """Where there is no fork (Windows): the standard library's server, a thread for each request."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *words):
            pass

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    with make_server(host, port, application(), Server, Quiet) as server:
        print(note, flush=True)
        ticking.by_itself()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


def application():
    """The WSGI application with its address table read, so that the first page is as quick as the second.

    What is loaded now stays for good: the collector need not look at it again, neither in the workers nor at the end.
    """
    from django.urls import get_resolver

    from .wsgi import application as loaded
    _ = get_resolver().url_patterns
    connections.close_all()
    gc.freeze()
    return loaded
