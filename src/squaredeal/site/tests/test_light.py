"""What is heavy to load is loaded when it is first needed: neither the server's start nor the command's help waits for the commission engine,
and the start does not wait for the API or for what makes the demo company."""
import os
import subprocess
import sys

import pytest

HEAVY = ("duckdb", "sqlglot", "lark", "pyarrow", "ruamel.yaml", "pyspark", "pypinyin", "squaredeal.site.api")
DOORS = ("from squaredeal.site.command import start_django; start_django(); from squaredeal.site import serve; import squaredeal.site.demo.people; "
         "serve.application(); from django.urls import reverse; reverse('customers:list')")
HELP = "sys.argv = ['squaredeal', '--help']; from squaredeal.site.command import main; import atexit; atexit.register(tell); main()"
ITS_HELP = HELP.replace("'--help'", "'commission', '--help'")
pytestmark = pytest.mark.once


@pytest.mark.parametrize("start", [DOORS, HELP, ITS_HELP], ids=["server", "help", "commission"])
def test_the_start_loads_nothing_heavy(start, tmp_path):
    tell = f"import sys\ndef tell(): print('heavy:', *[name for name in {HEAVY!r} if name in sys.modules])\n"
    code = tell + start + ("" if "atexit" in start else "\ntell()")
    home = {"SQUAREDEAL_HOME": str(tmp_path), "SQUAREDEAL_SECRET_KEY": "x" * 60, "DJANGO_SETTINGS_MODULE": "squaredeal.site.settings"}
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=120, env={**os.environ, **home})
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1].strip() == "heavy:"
