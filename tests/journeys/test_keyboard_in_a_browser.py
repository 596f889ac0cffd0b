"""Every page by Tab, Enter and Escape alone: what can be pressed is reached, seen and left again.

WCAG 2.2: 2.1.1 (keyboard), 2.1.2 (no trap), 2.4.1 (skip link), 2.4.3 (order), 2.4.7 (focus seen),
2.4.11 (focus not hidden).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.test_public_site_in_a_browser import PAGES, address
from tests.journeys.test_workplace_in_a_browser import CHROMIUM, PASSWORD, browser, filled

__all__ = ["address", "browser", "filled"]  # fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
MOST_STOPS = 700
"""Presses of Tab after which a page is taken for a trap."""

CAN_BE_PRESSED = """() => {
  const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length;
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, ' +
    '[tabindex="0"]';
  window.stops = [...document.querySelectorAll(wanted)].filter(e => !e.disabled && seen(e));
  // Of a group of radio buttons one is reached, the others by the arrows.
  const groups = new Set();
  window.stops = window.stops.filter(e => {
    if (e.type !== 'radio') return true;
    if (groups.has(e.name)) return false;
    groups.add(e.name);
    return true;
  });
  return window.stops.length;
}"""
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const x = box.left + Math.min(box.width, 20) / 2, y = box.top + Math.min(box.height, 20) / 2;
  return {
    index: window.stops.findIndex(
      s => s === e || (e.type === 'radio' && s.type === 'radio' && s.name === e.name)),
    what: e.outerHTML.slice(0, 120),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    on_screen: box.width > 0 && box.height > 0 && x >= 0 && y >= 0 &&
      x <= innerWidth && y <= innerHeight,
  };
}"""
SCROLLS_SIDEWAYS = """() => [...document.querySelectorAll('body *')].filter(e => {
  const style = getComputedStyle(e);
  return e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(style.overflowX) &&
    e.checkVisibility() && !['TEXTAREA', 'INPUT', 'SELECT'].includes(e.tagName) &&
    e.tabIndex < 0;
}).map(e => e.outerHTML.slice(0, 120))"""


def go_through(page: Page, name: str) -> None:
    """From the top of the page to behind its last stop, by Tab alone."""
    count = page.evaluate(CAN_BE_PRESSED)
    reached: list[int] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        assert stop["ring"], (name, stop["what"], "no ring is seen")
        assert stop["on_screen"], (name, stop["what"], "the focus is out of sight")
        if reached and stop["index"] == 0 and len(reached) > 1:
            break  # round again: the browser's own stops lie between where it has any
        reached.append(stop["index"])
    else:
        raise AssertionError(f"{name}: Tab does not leave the page")
    assert sorted(set(reached) - {-1}) == list(range(count)), (name, "not all is reached")
    assert page.evaluate(SCROLLS_SIDEWAYS) == [], (name, "scrolls sideways by the mouse only")


def skips_to_the_content(page: Page, name: str) -> None:
    """The first stop leads past the navigation."""
    page.keyboard.press("Tab")
    is_skip = page.evaluate("document.activeElement.classList.contains('skip')")
    assert is_skip, (name, "the first stop is no skip link")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content", name


def opens_and_closes(page: Page, name: str) -> None:
    """Each fold opens by Enter, what is in it is reached, and closes again."""
    for fold in page.locator("summary").all()[:6]:
        if not fold.is_visible():
            continue
        fold.focus()
        page.keyboard.press("Enter")
        assert fold.evaluate("e => e.parentElement.open"), (name, fold.inner_text())
        page.keyboard.press("Escape")
        assert fold.evaluate("e => e === document.activeElement"), (name, "Escape loses the place")
        page.keyboard.press("Enter")
        assert not fold.evaluate("e => e.parentElement.open"), (name, fold.inner_text())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, as wide as a laptop's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield context.new_page()
    context.close()


def look(page: Page, address: str, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        page.goto(f"{address}{path}")
        if name != "frame":  # an embedded frame has no navigation to skip
            skips_to_the_content(page, name)
            page.goto(f"{address}{path}")
        go_through(page, name)
        opens_and_closes(page, name)


def test_workplace_is_used_by_the_keyboard_alone(
    page: Page, filled: tuple[str, dict[str, str]]
) -> None:
    address, pages = filled
    page.goto(f"{address}/sign-in")
    page.keyboard.press("Tab")
    page.focus("#name")
    page.keyboard.type("Amina")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    look(page, address, pages)


def test_public_site_is_used_by_the_keyboard_alone(page: Page, address: str) -> None:
    look(page, address, PAGES)


def test_lists_are_sorted_by_the_keyboard(page: Page, filled: tuple[str, dict[str, str]]) -> None:
    address, _ = filled
    page.goto(f"{address}/sign-in?to=/programme/tablets")
    page.fill("#name", "Amina")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.goto(f"{address}/programme/tablets")
    page.focus("a.sort >> nth=1")
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=organisation")
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    # On a phone the headings stay, as a row to sort by.
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.locator("a.sort").first.is_visible()
