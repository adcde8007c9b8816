"""In Chromium: an amount as people write it is shared out at once, and too much on a line says why beside it."""


def test_too_much_on_a_line_says_so_beside_it_before_anything_is_posted(as_person, till):
    contract = till.contract((-3, "20000"), (5, "30000"))
    first = till.parts(contract)[0]
    page = as_person("gu", start=f"/collection/receipts/new?customer={till.customer.pk}")
    with page.expect_response("**/try?spread=1"):
        page.fill("[name=amount]", "4万")
    page.wait_for_function(f"document.querySelector('[name=match-{first.pk}]').value === '20000.00'")
    with page.expect_response("**/try"):
        page.fill(f"[name=match-{first.pk}]", "25000")
    page.wait_for_selector(f"#e-{first.pk}:not([hidden])")
    assert "20,000" in page.inner_text(f"#e-{first.pk}")
    assert page.locator("#sums .btn-primary").is_disabled()
    with page.expect_response("**/try"):
        page.fill(f"[name=match-{first.pk}]", "1.5万")
    page.wait_for_selector("#sums .btn-primary:not([disabled])")
    assert page.locator(f"#e-{first.pk}").is_hidden()
