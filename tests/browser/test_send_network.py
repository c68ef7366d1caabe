"""One's own network is sent on the page of networks, where the service takes models."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser import axe
from tests.browser.server import serving
from tests.uploads.made import good


def test_the_values_of_its_pictures_are_chosen_by_name(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "log.txt", LAYERLAB_MODEL_UPLOADS="1") as url:
        page = browser.new_page()
        page.goto(f"{url}/en/networks")
        values = page.get_by_label("values of its pictures")
        expect(values.locator("option:checked")).to_have_text("0 to 1")
        values.select_option(label="ImageNet's mean and std, as torchvision has them")
        expect(page.get_by_label("mean and std")).to_have_value("0.485 0.456 0.406")
        expect(page.get_by_label("std", exact=True)).to_have_value("0.229 0.224 0.225")
        page.get_by_label("std", exact=True).fill("0.3")
        expect(values.locator("option:checked")).to_have_text("by another mean and std")
        values.select_option(label="0 to 255, as Keras has them before a Rescaling layer")
        model = FilePayload(name="m.onnx", mimeType="", buffer=good().SerializeToString())
        page.get_by_label("ONNX file").set_input_files(model)
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(re.compile("/en/networks/own-"), timeout=60_000)
        expect(page.locator("[data-text=conversions]")).to_contain_text("0 to 1 became 0 to 255")
        name = page.url.split("/networks/")[1].split("?")[0]
        told = page.request.get(f"{url}/api/v1/models/{name}").json()
        assert told["input"]["range"] == pytest.approx([0, 255], 1e-6)
        page.close()


def test_a_network_is_sent_and_its_page_opens(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "log.txt", LAYERLAB_MODEL_UPLOADS="1") as url:
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{url}/en/networks")
        assert axe.violations(page) == []
        expect(page.locator(".picked")).to_contain_text("none chosen")
        broken = FilePayload(name="m.onnx", mimeType="", buffer=b"no model")
        page.get_by_label("ONNX file").set_input_files(broken)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("ONNX")
        model = FilePayload(name="m.onnx", mimeType="", buffer=good().SerializeToString())
        page.get_by_label("ONNX file").set_input_files(model)
        expect(page.locator(".picked")).to_contain_text("m.onnx")
        page.get_by_label("name (optional)").fill("Mine")
        page.get_by_label("classes, one a line").fill("a\nb")
        page.get_by_label("mean and std").fill("x y")
        page.get_by_role("button", name="Send").click()
        at_mean = page.locator("#send-mean-wrong")
        expect(at_mean).to_have_text("mean must be a number, or one for each channel")
        expect(page.get_by_label("mean and std")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("mean and std")).to_be_focused()
        expect(page.locator("[data-text=refused]")).to_have_text("")
        page.get_by_label("mean and std").fill("0.5")
        page.get_by_label("std", exact=True).fill("0")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#send-std-wrong")).to_have_text("std must be above 0")
        expect(page.get_by_label("std", exact=True)).to_have_attribute("aria-invalid", "true")
        expect(at_mean).to_be_hidden()
        page.get_by_label("std", exact=True).fill("0.25")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(re.compile("/en/networks/own-"), timeout=60_000)
        expect(page.locator("h1")).to_have_text("Mine")
        expect(page.locator(".sum-line:visible")).to_be_visible(timeout=60_000)
        expect(page.locator(".node")).to_have_count(3)
        page.get_by_role("button", name="measure the time").click()
        expect(page.locator("[data-text=measured]")).to_contain_text("the median of 5 runs")
        with page.expect_download() as saved:
            page.get_by_role("button", name="CSV").click()
        # Its name is a secret, and files are passed on.
        assert saved.value.suggested_filename == "Mine.csv"
        assert wrong == []
        page.close()
