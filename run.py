#!/usr/bin/env python3
"""Squaredeal 公道, from a fresh copy to a page in the browser. Needs Python 3.11 or newer and nothing else.

  python3 run.py                 set up what is missing and serve at http://127.0.0.1:8000
      --port N  --host H         where to serve
      --database postgres://…    instead of the embedded SQLite database
      --no-demo                  begin with an empty database
      --scale N                  size of the demo company
      --lang zh|en               language for those who chose none
  python3 run.py test …          all tests: on SQLite, on PostgreSQL, in Chromium; … goes to pytest
  python3 run.py lint            style, types, reading order
  python3 run.py setup           only set up, with the development tools
  python3 run.py shell           a Python shell with the product loaded
  python3 run.py squaredeal …    the `squaredeal` command
"""
import argparse
import hashlib
import json
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "squaredeal.json"
LOCKS = {"product": "requirements.lock", "tools": "requirements-dev.lock"}


def main(words):
    if sys.version_info < (3, 11):
        give_up(f"Squaredeal needs Python 3.11 or newer; this is {version()}. · 需要 Python 3.11 或更新版本。")
    command, rest = (words[0], words[1:]) if words and not words[0].startswith("-") else ("serve", words)
    commands = {"serve": serve, "test": test, "lint": lint, "setup": setup, "shell": shell, "squaredeal": squaredeal}
    if command not in commands:
        give_up(f"There is no `{command}`. · 没有这个命令。\n{__doc__}", 2)
    try:
        return commands[command](rest)
    except KeyboardInterrupt:
        give_up("\nStopped · 已停", 130)


def serve(words):
    given = options(words)
    refuse_busy(given.host, given.port)
    ready("product")
    os.environ.setdefault("SQUAREDEAL_HOSTS", ",".join(names_of(given.host)))
    if given.database:
        os.environ["DATABASE_URL"] = given.database
    if given.lang:
        os.environ["SQUAREDEAL_LANG"] = {"zh": "zh-hans", "en": "en"}[given.lang]
    return become(PYTHON, "-m", "squaredeal", "serve", "--host", given.host, "--port", str(given.port),
                  "--scale", str(given.scale), "--no-demo" if given.no_demo else "--demo")


def options(words):
    parser = argparse.ArgumentParser("run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage="python3 run.py [command] [options]", allow_abbrev=False)
    parser.add_argument("--port", type=whole(1, 65535), default=8000, help=argparse.SUPPRESS)
    parser.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    parser.add_argument("--database", type=postgres, help=argparse.SUPPRESS)
    parser.add_argument("--no-demo", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--scale", type=whole(1, 400), default=1, help=argparse.SUPPRESS)
    parser.add_argument("--lang", choices=("zh", "en"), help=argparse.SUPPRESS)
    return parser.parse_args(words)


def whole(least, most):
    def number(text):
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text}: a whole number from {least} to {most} · 填 {least} 到 {most} 的整数")
        return int(text)
    return number


def postgres(url):
    if not url.startswith(("postgres://", "postgresql://")):
        raise argparse.ArgumentTypeError("begins with postgres://, or leave it out for SQLite · 以 postgres:// 开头，不填就用 SQLite")
    return url


def refuse_busy(host, port):
    """Say so before minutes are spent on setting up."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if not WINDOWS:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        give_up(f"Cannot serve at {host}:{port}: {error.strerror}. Choose another with --port. · 端口用不了，用 --port 换一个。")


def names_of(host):
    """The host names a browser may use; a server open to the network also answers to this machine's names."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in {"0.0.0.0", "::"}:
        own = socket.gethostname()
        names += [own, f"{own}.local"]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # sends nothing: asks which of our addresses leads outside
                names.append(probe.getsockname()[0])
            except OSError:
                pass
    else:
        names.append(f"[{host}]" if ":" in host else host)
    return list(dict.fromkeys(names))


def test(words):
    ready("tools")
    os.chdir(ROOT)
    return become(PYTHON, "-m", "tests.twice", *words)


def lint(words):
    ready("tools")
    os.chdir(ROOT)
    checks = {"style": ["ruff", "check"], "types": ["mypy"], "reading order": ["lint-imports"]}
    running = {name: subprocess.Popen([BIN / tool, *rest], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for name, (tool, *rest) in checks.items()}
    failed = []
    for name, check in running.items():
        told, _ = check.communicate()
        print(f"— {name}", flush=True)
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()
        failed += [name] if check.returncode else []
    if failed:
        give_up("Not in order: " + ", ".join(failed))
    print("In order: " + ", ".join(checks))


def setup(words):
    ready("tools")
    print(f"Ready · 就绪: {BIN / 'squaredeal'}")


def shell(words):
    ready("product")
    return become(PYTHON, "-m", "squaredeal", "manage", "shell", *words)


def squaredeal(words):
    ready("product")
    return become(PYTHON, "-m", "squaredeal", *words)


def ready(wanted):
    """Make the environment hold the locked packages, `squaredeal` itself, and a secret for this copy."""
    home = Path(os.environ.setdefault("SQUAREDEAL_HOME", str(ROOT / "var")))
    keep_a_secret(home)
    marks = {"root": str(ROOT), **{kind: digest(ROOT / name) for kind, name in LOCKS.items()}}
    had = read_stamp()
    if had in ({**marks, "has": "tools"}, {**marks, "has": wanted}) and PYTHON.exists():
        return
    make_venv()
    install(ROOT / LOCKS[wanted])
    make_importable()
    STAMP.write_text(json.dumps({**marks, "has": wanted}))


def version():
    return "{}.{}".format(*sys.version_info)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None


def make_venv():
    if works(PYTHON):
        return
    print("Python environment · 建立环境 …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        give_up(f"Python here cannot make environments. Debian and Ubuntu: apt install python{version()}-venv · 缺 venv，装上面的包。\n"
                + (made.stdout + made.stderr).strip())


def works(python):
    """Is there a Python of 3.11 or newer with pip at this path?"""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return python.exists() and subprocess.run([python, "-c", check], capture_output=True).returncode == 0


def install(lock):
    """With uv, itself installed by hash, or with pip when uv does not run here: the same file, the same packages."""
    print("Packages · 安装依赖 …", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--require-hashes"]
    uv = BIN / ("uv.exe" if WINDOWS else "uv")
    quickly = [uv, "pip", "sync", "--require-hashes", "--python", PYTHON, lock]
    if (subprocess.run([*pip, "-r", ROOT / "requirements-uv.lock"]).returncode == 0
            and subprocess.run(quickly, env={**os.environ, **as_pip_does()}).returncode == 0):
        return
    print("uv does not do here; with pip this takes some minutes · 改用 pip，要几分钟 …", flush=True)
    if subprocess.run([*pip, "--no-deps", "-r", lock]).returncode:
        give_up("The packages could not be installed; the lines above say why. Behind a proxy or a mirror, set it up for pip. "
                "· 依赖没装上，原因见上。用镜像或代理时先配好 pip。")


def as_pip_does():
    """uv does not read pip's configuration: hand it the index somebody set there (a mirror, a company's own)."""
    asked = subprocess.run([PYTHON, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    chosen = {"UV_DEFAULT_INDEX": index} if index and "UV_DEFAULT_INDEX" not in os.environ else {}
    return {"UV_PYTHON_DOWNLOADS": "never", **chosen}


def make_importable():
    """A path file that makes src importable, and the `squaredeal` command."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
    (packages / "squaredeal.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    if WINDOWS:
        (BIN / "squaredeal.cmd").write_text('@"%~dp0python.exe" -m squaredeal %*\n')
    else:
        launcher = BIN / "squaredeal"
        launcher.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -m squaredeal "$@"\n')
        launcher.chmod(0o755)


def keep_a_secret(home):
    """The key that signs sessions: made once, readable by its owner alone."""
    kept = home / "secret"
    if os.environ.get("SQUAREDEAL_SECRET_KEY") or kept.exists():
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))


def become(program, *words):
    """Go on as another program; where that cannot be (Windows), wait for it and end as it does."""
    command = [str(program), *map(str, words)]
    if not WINDOWS:
        sys.stdout.flush()
        os.execv(command[0], command)
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child was interrupted too and is ending


def give_up(why, code=1):
    print(why, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
