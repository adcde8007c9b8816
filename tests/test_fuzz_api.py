"""Whatever a program sends to the API, as whomever: no fault, and answers of the shape that the OpenAPI document says.

Ids are those of rows that exist, or none; the rest is what the document allows, and what it does not.
"""
import itertools

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from squaredeal.organisation.team import actions as team
from squaredeal.site.wsgi import application
from tests.test_matrix import world  # noqa: F401  # the fixture

EXAMPLES = 8
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance, schemathesis.checks.not_a_server_error]


@pytest.mark.once
@pytest.mark.django_db
def test_the_api_breaks_over_nothing_and_answers_as_it_says(firm, world, monkeypatch):  # noqa: F811
    monkeypatch.setattr("ninja.throttling.AuthRateThrottle.allow_request", lambda throttle, request: True)
    headers = itertools.cycle([{"Authorization": f"Bearer {team.make_token(person, person, name='t').plain}"}
                               for person in (firm.chen, firm.wang, firm.zhou, firm.gu, firm.xu, firm.lin)])
    ids = itertools.cycle([thing.pk for side in world.values() for thing in side.values()][:12])
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    broken = {}
    for operation in (result.ok() for result in schema.get_all_operations()):
        @settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def holds(case):
            for name in {"pk", "journal"} & set(case.path_parameters or {}):
                case.path_parameters[name] = next(ids)
            answer = case.call(headers=next(headers))
            try:
                case.validate_response(answer, checks=CHECKS)
            except (FailureGroup, AssertionError) as wrong:
                broken.setdefault(operation.label, f"{answer.status_code} {wrong} {case.as_curl_command()}")  # noqa: B023  # done before the next
        holds()
    assert broken == {}
