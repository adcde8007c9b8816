"""Commission for programs: the token's reach, the same refusals, problems of a plan all named."""
import hashlib
import json
from datetime import date

import pytest

from squaredeal.commission.conftest import HUACHEN
from squaredeal.organisation.team.models import Token


@pytest.fixture
def ask(client):
    def send(who, method, path, body=None):
        key = f"key-of-{who.login}"
        Token.objects.get_or_create(person=who, name="test", digest=hashlib.sha256(key.encode()).hexdigest())
        answer = getattr(client, method)(f"/api/{path}", data=json.dumps(body) if body is not None else None,
                                         content_type="application/json", headers={"Authorization": f"Bearer {key}"})
        return answer.status_code, answer.json() if answer.content else None
    return send


def test_statements_runs_and_shares_within_the_tokens_reach(ask, firm, book, office):
    contract = book.contract(firm.chen, 113000)
    book.receive(contract, 113000, date(2026, 1, 10))
    run = office.compute("2026-01")
    status, own = ask(firm.chen, "get", "statements/")
    assert status == 200 and [s["earned"] for s in own["items"]] == ["1000.00"]
    pk = own["items"][0]["id"]
    assert len(ask(firm.chen, "get", f"statements/{pk}")[1]["lines"]) == 1
    assert ask(firm.lin, "get", f"statements/{pk}")[0] == 404
    assert ask(firm.chen, "post", f"statements/{pk}/confirm")[0] == 200
    assert ask(firm.chen, "post", f"statements/{pk}/confirm")[0] == 422
    assert ask(firm.chen, "get", "runs/")[0] == 404
    assert ask(firm.gu, "post", f"runs/{run.pk}/review", {})[1]["state"] == "reviewed"
    assert ask(firm.gu, "post", f"runs/{run.pk}/approve", {})[0] == 422
    assert ask(firm.chen, "get", f"credits/contracts/{contract.pk}")[1][0]["share"] == "1"
    assert ask(firm.lin, "get", f"credits/contracts/{contract.pk}")[0] == 404


def test_a_spoilt_plan_names_its_problems(ask, firm):
    text = HUACHEN.read_text(encoding="utf-8")
    status, answer = ask(firm.gu, "post", "plans/", {"text": text.replace("period: month", "period: moon")})
    assert status == 422 and answer["problems"] and answer["problems"][0]["reason"]
    assert ask(firm.gu, "post", "plans/", {"text": text})[0] == 200
    assert ask(firm.chen, "get", "plans/")[1]["count"] == 0
