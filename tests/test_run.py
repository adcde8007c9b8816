"""run.py as somebody meets it: its help, what it refuses at once, and what an old Python is told."""
import ast
import socket
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent.parent / "run.py"


def run(*words):
    return subprocess.run([sys.executable, RUN, *words], capture_output=True, text=True, timeout=60)


def test_help_names_every_command_and_option():
    told = run("--help")
    assert told.returncode == 0
    for word in ("--port", "--host", "--database", "--no-demo", "--scale", "--lang", "test", "lint", "setup", "shell", "squaredeal"):
        assert word in told.stdout


@pytest.mark.parametrize(("words", "why"), [
    (["--port", "99999"], "1 to 65535"),
    (["--scale", "1.5"], "1 to 400"),
    (["--lang", "fr"], "invalid choice"),
    (["--database", "mysql://somewhere"], "postgres://"),
    (["--nonsense"], "unrecognized"),
    (["serves"], "There is no `serves`"),
])
def test_what_cannot_be_done_is_told_before_anything_is(words, why):
    told = run(*words)
    assert told.returncode == 2
    assert why in told.stderr
    assert "Traceback" not in told.stderr


def test_a_port_in_use_is_told_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run("--port", str(taken.getsockname()[1]))
    assert told.returncode == 1
    assert "--port" in told.stderr and "Traceback" not in told.stderr


def test_an_old_python_can_read_it_and_is_told(monkeypatch, capsys):
    source = RUN.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    names = {"__name__": "run", "__file__": str(RUN)}
    exec(compile(source, RUN, "exec"), names)  # noqa: S102
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        names["main"]([])
    assert ended.value.code == 1
    assert "3.11" in capsys.readouterr().err
