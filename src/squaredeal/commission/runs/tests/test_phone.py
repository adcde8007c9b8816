"""A run on a phone: its stages and the forms of its steps lie within the screen."""
from datetime import date

from django.urls import reverse


def test_stages_and_the_form_of_a_step_lie_within_the_screen(transactional_db, as_person, firm, book, office):
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    run = office.close("2026-01")
    page = as_person("gu", phone=True, start=reverse("runs:run", args=[run.pk]))
    page.locator(".run-page summary.btn").tap()
    width = page.viewport_size["width"]
    for found in (".run-sure", ".stages li >> nth=0", ".stages [aria-current]"):
        box = page.locator(found).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, (found, box)
