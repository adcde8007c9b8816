"""`squaredeal serve` from an empty home to a page and a clean end; and who is offered without a password."""
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from django.utils import timezone

from squaredeal.organisation.approvals.models import Request, Step
from squaredeal.organisation.team.models import Person
from squaredeal.site import serve, ticking
from squaredeal.site.demo.people import LOGINS


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_from_an_empty_home_to_a_page_and_a_clean_end(tmp_path, free_port):
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "squaredeal.site.settings", "SQUAREDEAL_HOME": str(tmp_path), "SQUAREDEAL_SECRET_KEY": "x" * 50,
           "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, "-m", "squaredeal", "serve", "--port", str(free_port), "--no-demo"], env=own, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as server:
        try:
            told = ""
            while f"http://127.0.0.1:{free_port}" not in told and (line := server.stdout.readline()):
                told += line
            page = urllib.request.urlopen(f"http://127.0.0.1:{free_port}/account/login/", timeout=30)
            assert page.status == 200
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        finally:
            os.killpg(server.pid, signal.SIGINT)
        told += server.stdout.read()
        assert server.wait(30) == 0
    assert "Traceback" not in told
    assert (Path(tmp_path) / "squaredeal.sqlite3").exists()


def test_a_busy_port_is_refused_before_any_work(free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        with pytest.raises(typer.Exit) as ended:
            serve.refuse_busy("127.0.0.1", free_port)
    assert ended.value.exit_code == 1


def test_only_the_demo_company_signs_in_without_a_password(db):
    """One person of a real company, who may write any address as their own, opens no door."""
    for login, name in LOGINS:
        Person.objects.create(login=login, name=name, email=f"{login}@real-company.cn")
    assert serve.demo_people() == []
    Person.objects.filter(login="chen").update(email="chen@huachen.example")
    assert serve.demo_people() == []
    Person.objects.exclude(login="gu").update(email="x@huachen.example")
    assert [person.login for person in serve.demo_people()] == ["zhou", "wang", "chen", "xu"]


def test_who_left_is_not_offered(db):
    for login, name in LOGINS:
        Person.objects.create(login=login, name=name, email=f"{login}@huachen.example", is_active=login != "chen")
    assert [person.login for person in serve.demo_people()] == ["zhou", "wang", "gu", "xu"]


@pytest.mark.django_db(transaction=True)
def test_the_hours_work_is_done_by_one_of_the_workers_and_again_in_the_next_hour(firm, settings, tmp_path):
    settings.HOME = tmp_path
    approver = Request.objects.create(kind="quote", subject_id=1, title="让价", asked_by=firm.chen, due_at=timezone.now() - timedelta(days=3))
    Step.objects.create(request=approver, order=1, approver=firm.wang, state="waiting")
    now = timezone.now()
    done = []
    workers = [threading.Thread(target=lambda: done.append(ticking.once_an_hour(now))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(done) == [False, False, False, True]
    assert firm.wang.notices.filter(text__contains="让价").exists()
    assert ticking.once_an_hour(now + timedelta(hours=1)) and [f.name for f in tmp_path.glob("ticked-*")] == [f"ticked-{now + timedelta(hours=1):%Y%m%dT%H}"]
