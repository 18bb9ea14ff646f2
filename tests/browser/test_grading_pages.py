"""The pages of a grading in a real browser: hostile text does nothing, and nothing is cut off."""

import pytest
from helpers.grading_results import (
    HOSTILE,
    SECOND,
    SHEET,
    bundle,
    exercise,
    hostile,
    remark,
    result,
)
from playwright.sync_api import expect

from course_lib.grading.publish.feedback import file_name
from course_lib.grading.publish.grades import publish

LONG = "a_name_without_any_blank_" * 12


@pytest.fixture(scope="module")
def hostile_pages(tmp_path_factory):
    """The folder of results in which every text is hostile."""
    out = tmp_path_factory.mktemp("hostile")
    results = [each for text in HOSTILE for each in hostile(text)]
    publish(out, results, {text: {"name": text, "email": text} for text in HOSTILE})
    return out


@pytest.fixture(scope="module")
def class_pages(tmp_path_factory):
    """The folder of results of a class in which everything that a page can show occurs."""
    out = tmp_path_factory.mktemp("class")
    array = {"array": [12], "data": [-1.55171e-05 * k for k in range(12)]}
    answer = {
        "got": bundle({"tuple": [array, 1.0]}),
        "expected": bundle({"tuple": [array, -1.0]}),
        "causes": ("the sign is flipped.",),
        "hints": ("First.", "Second."),
    }
    stopped = [exercise(f"1.{k}", s) for k, s in enumerate(("timeout", "not attempted"), 3)]
    answers = [exercise("1.1"), exercise("1.2", "wrong", **answer), *stopped]
    more = {"max_points": 8.0, "file": f"{LONG}.ipynb"}
    results = [
        result("ada", SHEET, *answers, flags=(remark(), remark("several_versions", LONG, ""))),
        result("ada", SECOND, status="needs manual", reason=LONG, **more),
        result(LONG, SHEET, status="unreadable", reason="it is a web page", **more),
        result(LONG, SECOND, status="missing", **more),
    ]
    publish(out, results, {"ada": {"name": "Ada Lovelace"}})
    return out


@pytest.fixture
def watched(page):
    """A page with a list of what must not happen: dialogs, errors, requests beyond the file."""
    page.trouble = []
    page.on("dialog", lambda dialog: (page.trouble.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda sent: page.trouble.append(sent.url) if sent.url != page.url else None)
    return page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(hostile_pages, watched, text):
    watched.goto((hostile_pages / "feedback" / file_name(text)).as_uri())
    opened = [watched.url]
    for summary in watched.locator("summary").all():
        summary.click()
    assert watched.title().startswith("Feedback for ")
    assert (
        watched.locator(
            "script, img, svg, iframe, object, form, base, meta[http-equiv=refresh]"
        ).count()
        == 0
    )
    assert watched.evaluate(
        "[...document.querySelectorAll('*')].every(e => ![...e.attributes]"
        ".some(a => a.name.startsWith('on') || a.value.startsWith('java')))"
    )
    assert watched.locator("h1").count() == 1
    assert watched.locator("article").count() == 2
    assert [url for url in watched.trouble if url not in opened] == []


def test_hostile_text_does_nothing_on_the_instructors_page(hostile_pages, watched):
    watched.goto((hostile_pages / "index.html").as_uri())
    assert watched.title() == "Grading report"
    assert watched.locator("script, img, svg, iframe, object, form").count() == 0
    rows = watched.get_by_role("table", name="Points of each student").locator("tbody tr")
    expect(rows).to_have_count(len(HOSTILE))
    links = rows.locator("a")
    addresses = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert sorted(addresses) == sorted(f"feedback/{file_name(text)}" for text in HOSTILE)
    links.first.click()
    expect(watched.locator("h1")).to_contain_text("Feedback for")


def test_a_script_that_got_in_would_not_run(class_pages, watched, tmp_path):
    """The page's own rule against scripts, in case the escaping ever fails."""
    whole = (class_pages / "index.html").read_text("utf-8")
    broken = tmp_path / "broken.html"
    inside = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    broken.write_text(whole.replace("</main>", inside + "</main>"), "utf-8")
    watched.goto(broken.as_uri())
    watched.wait_for_timeout(200)
    assert watched.locator("script").count() == 1
    assert watched.title() == "Grading report"


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("which", ["index", "ada", "long"])
def test_nothing_is_wider_than_the_window(class_pages, page, width, which):
    names = {"ada": f"feedback/{file_name('ada')}", "long": f"feedback/{file_name(LONG)}"}
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((class_pages / names.get(which, "index.html")).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll') && "
    cut += "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    assert page.evaluate(cut) == []


def test_a_long_name_does_not_push_the_points_away(class_pages, page):
    page.goto((class_pages / "index.html").as_uri())
    for table in page.locator(".scroll").all():
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")


CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push(e.outerHTML.slice(0, 80));
  }
  return low; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(class_pages, page, scheme):
    page.emulate_media(color_scheme=scheme)
    grounds = set()
    for name in ("index.html", f"feedback/{file_name('ada')}"):
        page.goto((class_pages / name).as_uri())
        assert page.evaluate(CONTRAST) == []
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == {"rgb(251, 250, 247)" if scheme == "light" else "rgb(22, 24, 26)"}


def test_the_hints_are_printed_too(class_pages, page):
    page.goto((class_pages / f"feedback/{file_name('ada')}").as_uri())
    hint = page.get_by_text("First.", exact=True)
    assert hint.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})") is False
    page.emulate_media(media="print")
    assert hint.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})") is True


def test_the_difference_can_be_seen_without_colour(class_pages, page):
    page.goto((class_pages / f"feedback/{file_name('ada')}").as_uri())
    mark = page.locator("mark")
    expect(mark).to_have_text(["1"])
    assert "underline" in mark.evaluate("e => getComputedStyle(e).textDecorationLine")
    expect(page.locator(".values caption")).to_contain_text("✗ different")


def test_wide_tables_can_be_reached_by_keyboard(class_pages, page):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto((class_pages / "index.html").as_uri())
    table = page.get_by_role("region", name="Points of each student")
    table.focus()
    expect(table).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
