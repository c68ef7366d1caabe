"""B's settings are changed where B is shown, in the form that a layer's page has."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_ab import SOBEL, TYPED, X, begin, check, choose, cost, settled
from tests.browser.test_pages import OVERHANG, PHONE


def form_of_b(page: Page) -> Locator:
    page.locator(".ab-change > summary").click()
    found = page.get_by_role("form", name="Settings of B")
    expect(found).to_be_visible()
    at_rest(page)
    return found


def b_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(parse_qs(urlsplit(page.url).query)["b"][0])


def test_b_is_changed_in_place(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,1,1"))
    begin(page)
    form = form_of_b(page)
    # It shows what B has: the average, and what was left open as it was taken.
    expect(form.locator("[name=mode][value=avg]")).to_be_checked()
    expect(form.get_by_role("textbox", name="stride")).to_have_attribute("placeholder", "2")
    steps = page.evaluate("history.length")
    form.get_by_role("textbox", name="kernel_size").fill("3")
    form.get_by_role("textbox", name="stride").fill("1")
    form.get_by_role("textbox", name="padding").fill("1")
    expect(page.locator("[data-side=b] figcaption span")).to_have_text("1 × 1 × 6 × 6")
    expect(page.locator("[data-text=out-shape]")).to_have_text("1 × 1 × 3 × 3")
    assert page.evaluate("history.length") == steps + 3
    page.locator("#max-stride").fill("1")
    page.locator("#max-kernel_size").fill("3")
    page.locator("#max-padding").fill("1")
    expect(page.locator("[data-side=a] figcaption span")).to_have_text("1 × 1 × 6 × 6")
    a, b = F.max_pool2d(X, 3, 1, 1), F.avg_pool2d(X, 3, 1, 1)
    check(settled(at_rest(page)), a, b, (0, 0, 1, 1))
    # The other function of the family, with what the two have in common.
    form.locator("[name=mode][value=lp]").check(force=True)
    expect(settled(page).locator("[data-fact=settings] td").last).to_contain_text("lp")
    assert (b_of(page)["mode"], b_of(page)["kernel_size"]) == (["lp"], ["3"])
    assert "count_include_pad" not in b_of(page)
    # Back and forth the form goes along, and a link brings it back.
    page.go_back()
    expect(form.locator("[name=mode][value=avg]")).to_be_checked()
    other = at_rest(open_page(page.url))
    settled(other)
    expect(form_of_b(other).get_by_role("textbox", name="kernel_size")).to_have_value("3")


def test_b_of_another_layer_has_that_layers_form(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,1,1&kernel_size=3&stride=2&padding=1"))
    choose(page, "max against a strided convolution")
    form = form_of_b(page)
    expect(page.locator(".ab-change > summary")).to_contain_text("Convolution")
    form.locator('.pick button[value="sobel_x"]').click()
    expect(settled(page).locator("[data-fact=settings] td").last).to_contain_text("sobel_x")
    a = F.max_pool2d(X, 3, 2, padding=1)
    b = F.conv2d(X, SOBEL[None, None], stride=2, padding=1)
    check(settled(at_rest(page)), a, b, (0, 0, 1, 1))
    form.locator("[name=weights][value=random]").check(force=True)
    form.get_by_role("textbox", name="kernel_size").fill("5")
    form.get_by_role("textbox", name="padding").fill("2")
    expect(page.locator("[data-fact=parameters] td").last).to_have_text("100")  # 4 kernels of 25
    expect(page.locator("[data-side=b] figcaption span")).to_have_text("1 × 4 × 3 × 3")
    assert b_of(page)["weights"] == ["random"]
    assert "kernel" not in b_of(page)
    # Only its own numbers that were typed into the kernel would be "custom", and B has none.
    expect(form.locator("[name=weights][value=custom]")).to_be_hidden()
    # B is a pooling again.
    page.get_by_role("button", name="max against average", exact=True).click()
    expect(form.locator("[name=mode][value=avg]")).to_be_checked()
    assert cost(settled(page), "parameters") == ["0", "0"]


def test_own_weights_of_b_stay_while_its_stride_changes(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/conv?{TYPED}&at=0,0,2,3"))
    page.locator(".kernel-cells input").nth(4).fill("3")
    expect(page).to_have_url(re.compile("weights=custom"))
    begin(page).get_by_role("button", name="hold A as B").click()
    expect(settled(page).locator("[data-text=ab-note]")).to_contain_text("the same so far")
    form = form_of_b(page)
    form.get_by_role("textbox", name="stride").fill("2")
    expect(page.locator("[data-side=b] figcaption span")).to_have_text("1 × 1 × 3 × 3")
    assert b_of(page)["weights"] == ["custom"]
    form.get_by_role("textbox", name="stride").fill("1")
    expect(page.locator("[data-side=b] figcaption span")).to_have_text("1 × 1 × 6 × 6")
    own = SOBEL.clone()
    own[1, 1] = 3
    both = F.conv2d(X, own[None, None], padding=1)
    check(settled(at_rest(page)), both, both, (0, 0, 2, 3))


def test_sliders_of_b_end_where_b_does_and_errors_stand_there(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}"))
    begin(page)
    form = form_of_b(page)
    slider = form.locator("[data-variant=avg] [data-field=kernel_size] .slider input")
    expect(slider).to_have_attribute("max", "6")
    form.get_by_role("textbox", name="padding").fill("1")
    expect(slider).to_have_attribute("max", "8")
    expect(slider).to_have_attribute("min", "2")
    form.get_by_role("textbox", name="kernel_size").fill("9")
    said = "kernel_size 9 is larger than the padded input 6 + 2·1 = 8"
    wrong = form.locator("[data-variant=avg] [data-field=kernel_size] .error")
    expect(wrong).to_have_text(said)
    expect(page.locator(".ab > .error")).to_contain_text(said)
    form.get_by_role("textbox", name="kernel_size").fill("8")
    expect(wrong).to_be_hidden()
    expect(settled(page).locator("[data-side=b] figcaption span")).to_have_text("1 × 1 × 1 × 1")
    # The browser tells of each 422, of the last one when the page has told of it already.
    assert all("422" in told for told in trouble), trouble
    trouble.clear()


def test_no_barriers_with_two_forms(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/softmax"))
    page.locator("[data-ab=open]").click()
    settled(page)
    page.locator(".ab-change > summary").click()
    at_rest(page)
    # A's numbers are drawn as A's form says, whatever B's says.
    page.locator(".ab-change [name=log]").check()
    expect(page.locator(".out .plain").first).to_be_visible()
    assert axe.in_both_schemes(page) == []
    phone = at_rest(open_page("/en/conv", size=PHONE, has_touch=True, is_mobile=True))
    phone.locator("[data-ab=open]").tap()
    settled(phone)
    phone.locator(".ab-change > summary").tap()
    at_rest(phone)
    assert phone.evaluate(OVERHANG) <= 0
