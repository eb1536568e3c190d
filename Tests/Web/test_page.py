"""Tests the page in headless Chromium against the command line's output.

  test_page.py PAGE_FOLDER FAKEGEN SCREENSHOT_FOLDER
"""

import csv
import functools
import http.server
import io
import pathlib
import shutil
import subprocess
import sys
import threading

from playwright.sync_api import sync_playwright

page_folder, fakegen, screenshots = sys.argv[1:]


def rows_of_command_line(seed, count):
    return subprocess.run(
        [fakegen, "--seed", str(seed), "--count", str(count)], check=True, capture_output=True
    ).stdout


def attribution_of_command_line():
    lines = subprocess.run(
        [fakegen, "--model-info"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    (line,) = [line for line in lines if line.startswith("attribution")]
    return line.removeprefix("attribution").strip()


def rows_of_table(page):
    return page.eval_on_selector_all(
        "#table tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def number(text):
    """A number's text without the zeros that JavaScript does not print."""
    try:
        return str(float(text)) if "." in text else text
    except ValueError:
        return text


def check(page, seed, count):
    page.fill("#seed", str(seed))
    page.fill("#count", str(count))
    page.evaluate("document.getElementById('status').value = ''")
    page.click("text=Make rows")
    page.wait_for_function("document.getElementById('status').value.includes(' rows in ')")

    expected = rows_of_command_line(seed, count)
    table = [[number(cell) for cell in row] for row in rows_of_table(page)]
    lines = [
        [number(cell) for cell in row] for row in csv.reader(io.StringIO(expected.decode()))
    ]
    assert table == lines[:1001], "the table is not what the command line prints"
    places = sum(1 for line in lines[1:] if line[0] and line[1])
    assert page.inner_text("#caption") == f"{places} places"

    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == f"fakegen-{seed}.csv"
    assert pathlib.Path(download.value.path()).read_bytes() == expected, "the file differs"


def inked_part(page):
    """The part of the map's pixels that are drawn on."""
    return page.evaluate(
        """() => {
          const canvas = document.getElementById("map");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let index = 3; index < data.length; index += 4) if (data[index] > 0) drawn += 1;
          return drawn / (data.length / 4);
        }"""
    )


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(Files, directory=page_folder)
)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/"
folder = pathlib.Path(screenshots)
folder.mkdir(parents=True, exist_ok=True)

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox"]
    )
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    problems = []
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    files = []
    page.on("request", lambda request: files.append(request.url.rsplit("/", 1)[-1]))
    page.goto(address)
    page.wait_for_function("document.getElementById('status').value.includes(' rows in ')")
    assert len(rows_of_table(page)) == 501
    assert "fakegen-simd.wasm" in files and "fakegen.wasm" not in files, files
    assert page.inner_text("#attribution") == attribution_of_command_line()
    page.screenshot(path=folder / "page.png")
    few = inked_part(page)
    check(page, seed=2**64 - 1, count=1)
    check(page, seed=7, count=3000)
    assert inked_part(page) > few, "more places draw no more dots"
    page.set_viewport_size({"width": 400, "height": 800})
    page.screenshot(path=folder / "narrow.png", full_page=True)

    # Each refused model says why on the page.
    page.route("**/model.fakegen", lambda route: route.fulfill(body=b"no model"))
    page.reload()
    page.wait_for_function("document.getElementById('status').value.includes('not a model file')")
    assert page.is_disabled("#download")
    assert not problems, problems
    browser.close()
print("checks/web: the page shows and downloads what the command line prints")
