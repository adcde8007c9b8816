"""The public company in the web product: it comes in from the folder it was converted to, and every door tells the same sum."""
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Max, Min

from squaredeal.engine.convert.adventureworks import convert
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.scope import FIRM
from squaredeal.process.collection import queries as collection
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts import queries as contracts
from squaredeal.process.contracts.models import Contract
from squaredeal.site import adventureworks

SOURCE = Path(__file__).resolve().parents[5] / "shared" / "data" / "adventureworks"


@pytest.mark.once
def test_it_comes_in_from_the_folder_it_was_converted_to_and_every_sum_agrees(db, tmp_path):
    convert(SOURCE, tmp_path)
    told = adventureworks.bring_in(tmp_path)
    assert (told["units"], told["people"], told["customers"], told["contracts"], told["amount"]) == (14, 18, 635, 3806, "80487704.29")
    whole = Decimal(told["amount"])
    for rows in (Contract, Receipt, Allocation):
        assert sum(rows.objects.values_list("amount", flat=True)) == whole
    days = Allocation.objects.aggregate(first=Min("on"), last=Max("on"))
    assert collection.collected(FIRM, "firm", days["first"], days["last"]) == whole
    assert contracts.signed(FIRM, "firm", days["first"], days["last"]) == (3806, whole)
    with pytest.raises(Refused):
        adventureworks.bring_in(tmp_path)
    assert Contract.objects.count() == 3806
