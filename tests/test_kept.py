"""What was chosen in a form is still chosen when the form comes back refused: every select, radio and checkbox, form by form."""
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from squaredeal.process.customers.models import Contact
from squaredeal.process.negotiation import quoting

from . import story

pytestmark = pytest.mark.once


class Controls(HTMLParser):
    """{name: the values chosen} of the selects, radios and checkboxes of a page."""

    def __init__(self, page):
        super().__init__()
        self.chosen, self.select = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select = given.get("name")
            self.chosen.setdefault(self.select, [])
        elif tag == "option" and "selected" in given:
            self.chosen[self.select].append(given.get("value", ""))
        elif tag == "input" and given.get("type") in {"radio", "checkbox"}:
            held = self.chosen.setdefault(given.get("name"), [])
            if "checked" in given:
                held.append(given.get("value", "on"))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


@pytest.fixture
def shop(firm):
    """A customer of 陈静 with a contact, her deal, a draft quote with something to give, a request that waits for 王敏, an unsigned contract."""
    robot = story.open_shop(firm)
    customer = story.register(firm.chen, grade="A")
    deal = story.open_deal(firm.chen, customer)
    draft = story.quote(firm.chen, deal, robot)
    give = quoting.add_concession(firm.chen, draft, give="延保", get="框架", added_cost=1_000)
    waiting = story.asked_about(story.ask(firm.chen, story.open_deal(firm.chen, customer, name="弧焊单元"), robot, offer=116_000), "quote")
    return {"customer": customer, "deal": deal, "draft": draft, "give": give, "robot": robot, "waiting": waiting,
            "contact": Contact.objects.get(customer=customer)}


def forms(firm, shop):
    """[(who, address, what is chosen, what else is typed, of which something is wrong)]."""
    key = {name: [thing.pk] for name, thing in shop.items()}
    seat = {"unit": firm.west.pk, "position": firm.chen.seat.position.pk}
    line = {"line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-product": shop["robot"].pk, "line-0-quantity": "-1", "unit": "1", "prepayment": "5"}
    return [
        (firm.chen, reverse("customers:new"), {"channel": "fair"}, {"name": ""}),
        (firm.chen, reverse("customers:contact", args=key["customer"]), {"part": "guards", "stance": "against"}, {"name": ""}),
        (firm.chen, reverse("customers:step", args=key["customer"]), {"kind": "visit"}, {"text": ""}),
        (firm.wang, reverse("customers:grade", args=[*key["customer"], "intention"]), {"grade": "C"}, {"reason": ""}),
        (firm.chen, reverse("followup:log", args=key["customer"]),
         {"kind": "visit", "result": "unreached", "contact": shop["contact"].pk, "next_kind": "mail"}, {"body": "x", "next_on": "2020-01-01", "next_text": "x"}),
        (firm.chen, reverse("negotiation:new"), {"next_step_kind": "visit"}, {"customer": shop["customer"].pk, "name": ""}),
        (firm.chen, reverse("negotiation:revise", args=key["deal"]), {"committed": "on"}, {"name": ""}),
        (firm.chen, reverse("negotiation:next_step", args=key["deal"]), {"next_step_kind": "visit"}, {"next_step": ""}),
        (firm.chen, reverse("negotiation:round", args=key["deal"]), {"channel": "visit"}, {"on": ""}),
        (firm.chen, reverse("negotiation:save", args=key["draft"]), {"on": shop["give"].pk}, line),
        (firm.wang, reverse("approvals:countersign", args=key["waiting"]), {"person": firm.li.pk}, {"step": "999999"}),
        (firm.wang, reverse("approvals:delegate", args=key["waiting"]), {"person": firm.li.pk}, {"step": "999999"}),
        (firm.gu, reverse("collection:receive"), {"kind": "bill"}, {"customer": shop["customer"].pk, "amount": "0"}),
        (firm.xu, reverse("team:add"), seat, {"name": "", "login": "new"}),
        (firm.xu, reverse("team:add_unit"), {"parent": firm.west.pk}, {"name": ""}),
        (firm.xu, reverse("team:decide", args=[firm.lin.pk, "appoint"]), seat, {"starts_on": ""}),
        (firm.xu, reverse("team:decide", args=[firm.lin.pk, "deputy"]), {"deputy": firm.chen.pk}, {"ends_on": ""}),
        (firm.xu, reverse("team:positions"), {"role": "finance", "second_step": "on"}, {"name": ""}),
        (firm.xu, reverse("team:days"), {"working": "1"}, {"on": ""}),
    ]


def test_what_was_chosen_stays_when_a_form_is_refused(firm, shop, client):
    lost = []
    for who, address, chosen, rest in forms(firm, shop):
        client.force_login(who)
        answer = client.post(address, chosen | rest)
        held = Controls(answer.content.decode()).chosen
        lost += [(address, answer.status_code, name, held.get(name)) for name, value in chosen.items()
                 if answer.status_code != 422 or str(value) not in held.get(name, [])]
    assert not lost
