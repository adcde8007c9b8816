"""The `squaredeal` command: every command is listed, the engine's start without Django, refusals come in a line."""
import os
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from squaredeal.kernel import calendar
from squaredeal.organisation.team.models import Person, Position, Role, Unit
from squaredeal.site import chores, command

GOOD = "纸墨朱-2026-squaredeal"


def call(*words, **settings):
    return subprocess.run([sys.executable, "-m", "squaredeal", *words], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "DJANGO_SETTINGS_MODULE": "squaredeal.site.settings", **settings})


def test_help_lists_every_command():
    told = call("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in command.ROOMS)


def test_an_unknown_command_is_told():
    told = call("comission")
    assert told.returncode == 2
    assert "commission" in told.stderr


@pytest.mark.parametrize("name", [name for name, room in command.ROOMS.items() if not room.rows])
def test_the_engine_starts_without_django(name):
    seen = "import sys, atexit; atexit.register(lambda: print('django' in sys.modules)); sys.argv = ['squaredeal', sys.argv[1], '--help']; " \
           "from squaredeal.site.command import main; main()"
    told = subprocess.run([sys.executable, "-c", seen, name], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip().endswith("False")


def test_a_wrong_setting_is_told_in_a_line():
    told = call("migrate", DATABASE_URL="mysql://somewhere/else")
    assert told.returncode == 1
    assert "postgres://" in told.stderr and "Traceback" not in told.stderr


def test_a_channel_that_is_not_allowed_is_told_and_none_is_told(tmp_path):
    own = {"SQUAREDEAL_HOME": str(tmp_path), "SQUAREDEAL_SECRET_KEY": "x"}
    told = call("notify", "你好", **own, SQUAREDEAL_NOTICE_URLS="http://10.0.0.1/hook")
    assert told.returncode == 1 and "wecombot" in told.stderr and "Traceback" not in told.stderr
    told = call("notify", "你好", **own, SQUAREDEAL_NOTICE_URLS="")
    assert told.returncode == 1 and "SQUAREDEAL_NOTICE_URLS" in told.stderr and "Traceback" not in told.stderr


def test_a_database_that_does_not_answer_is_told_in_a_line():
    told = call("migrate", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert told.returncode == 1
    assert "数据库无法使用" in told.stderr and "Traceback" not in told.stderr


def test_postgresql_is_told_what_pages_ask_unless_the_address_says_otherwise():
    said = "from squaredeal.site.settings import DATABASES as d; print(d['default']['OPTIONS']['options'])"
    for query, told in (("", "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"), ("?options=", ""), ("?options=-c%20jit=on", "-c jit=on")):
        heard = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, env={**os.environ, "DATABASE_URL": f"postgres://a@b/c{query}"})
        assert heard.stdout.strip() == told, heard.stderr


def test_the_first_administrator_can_sign_in(db, client):
    made = CliRunner().invoke(chores.user, ["create", "--login", "xu", "--name", "许宁", "--company", "华辰工业", "--password", GOOD])
    assert made.exit_code == 0, made.output
    xu = Person.objects.get(login="xu")
    assert xu.role == Role.ADMIN
    assert str(xu.seat.unit) == "华辰工业"
    assert client.login(username="xu", password=GOOD)


@pytest.mark.parametrize(("words", "why"), [
    (["--login", "xu", "--name", "许宁", "--company", "华辰工业", "--password", "12345"], "password"),
    (["--login", " ", "--name", "许宁", "--company", "华辰工业", "--password", GOOD], "login"),
])
def test_a_weak_account_is_refused_and_nothing_is_made(db, words, why):
    made = CliRunner().invoke(chores.user, ["create", *words])
    assert made.exit_code != 0
    assert not Person.objects.exists()


def test_the_demo_company_is_refused_where_people_are(firm):
    before = Person.objects.count()
    loaded = CliRunner().invoke(chores.demo, ["load"])
    assert loaded.exit_code != 0
    assert Person.objects.count() == before


def test_a_new_company_can_fill_every_post_and_knows_its_holidays(db, client):
    CliRunner().invoke(chores.user, ["create", "--login", "xu", "--name", "许宁", "--company", "华辰工业", "--password", GOOD])
    assert set(Position.objects.values_list("role", flat=True)) == set(Role)
    assert not calendar.is_working(date(2026, 10, 1))
    client.force_login(Person.objects.get(login="xu"))
    rep = Position.objects.get(role=Role.REP)
    said = {"name": "陈静", "login": "chen", "unit": Unit.objects.get().pk, "position": rep.pk, "starts_on": "2026-01-05", "password": GOOD}
    assert client.post("/organisation/add/", said).status_code == 302
    assert Person.objects.get(login="chen").role == Role.REP
