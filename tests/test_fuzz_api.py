"""Whatever a program sends to the API, as whomever: no fault, and an answer of the shape that the OpenAPI document says.

Ids in addresses are those of rows that exist, of one's own and of others; the rest is what the document allows, and what it does not.
"""
import itertools
import json

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NOT_SET

from squaredeal.organisation.team import actions as team
from tests.test_matrix import world  # noqa: F401  # the fixture

EXAMPLES = 3


def documented(document, operation, answer):
    """Why an answer is not what the document says of the operation, or None."""
    said = operation["responses"].get(str(answer.status_code))
    if said is None:
        return f"{answer.status_code} is not documented"
    shape = {**said["content"]["application/json"]["schema"], "components": document["components"]}
    try:
        jsonschema_rs.validator_for(shape).validate(answer.json())
    except (ValueError, jsonschema_rs.ValidationError) as wrong:
        return f"{answer.status_code} {str(wrong)[:300]}"
    return None


@pytest.mark.once
@pytest.mark.django_db
def test_the_api_breaks_over_nothing_and_answers_as_it_says(firm, world, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr("ninja.throttling.AuthRateThrottle.allow_request", lambda throttle, request: True)
    client.raise_request_exception = False
    tokens = itertools.cycle([team.make_token(person, person, name="t").plain for person in (firm.zhou, firm.chen, firm.gu, firm.wang, firm.xu, firm.lin)])
    ids = itertools.cycle(sorted({thing.pk for thing in world["east"].values()} | {thing.pk for thing in world["west"].values()})[:9])
    document, broken = client.get("/api/openapi.json").json(), {}

    def holds(case):
        for name in {"pk", "journal"} & set(case.path_parameters or {}):
            case.path_parameters[name] = next(ids)
        body = b"" if case.body is NOT_SET else json.dumps(case.body)
        answer = client.generic(case.method, case.formatted_path, body, content_type="application/json", query_params=case.query or None,
                                headers={"Authorization": f"Bearer {next(tokens)}"})
        why = documented(document, document["paths"][case.operation.path][case.method.lower()], answer)
        if why:
            broken.setdefault(f"{case.operation.label}: {why}", (dict(case.query or {}), body))

    few = settings(max_examples=EXAMPLES, phases=[Phase.generate], derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        few(given(case=found.ok().as_strategy())(holds))()
    assert broken == {}
