"""What a page would show if something on it had been obeyed, or did not stay in its place."""

from __future__ import annotations

from playwright.sync_api import Page

OBEDIENCE = (
    "iframe", "object", "embed", "form[action]", "script", "base", "meta", "video", "audio", ".katex", "blockquote",
    "del", "ol", "hr", "h4", "pre", "[onerror]", "[onload]", "[ontoggle]", "a[href^='javascript']", "a[href^=mailto]",
    "img:not([src^='data:image/svg+xml'])", "[style*='url(']",
)  # fmt: skip
"""Elements that no page of ours has: only words that were obeyed would make them."""
ALONE = (
    "b",
    "bold",
    "thick",
    "thin",
    "gone",
    "code",
    "fence",
    "alarm",
    "all",
    "s",
    "c",
    "r",
    "x",
    "t",
    "there",
    "click me",
)
"""What would stand in an element of its own (bold, coloured, a link, a cell) if its marks had been taken for markup."""
LOOK = r"""([obedience, alone]) => {
  const found = [], main = document.querySelector('[data-testid=stMain]');
  if (window.owned) found.push('a script ran');
  for (const selector of obedience)
    for (const e of main.querySelectorAll(selector)) found.push(`element ${selector} ${e.outerHTML.slice(0, 100)}`);
  for (const e of main.querySelectorAll('a[href]'))
    if (e.host !== location.host) found.push('link ' + e.href.slice(0, 100));
  for (const e of main.querySelectorAll('strong, em, code, s, u, b, i, a, li, td, th, mark, p span, p small'))
    if (alone.includes(e.textContent.trim())) found.push('markup ' + e.outerHTML.slice(0, 100));
  for (const e of main.querySelectorAll('[data-testid=stIconMaterial]'))
    if (e.textContent === 'bug_report') found.push('an icon');
  if (document.querySelectorAll('h1').length !== 1) found.push('h1 ' + document.querySelectorAll('h1').length);

  const words = [...document.querySelectorAll('#root, [data-testid=portal]')].map(e => e.textContent).join(' ');
  if (/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(words))
    found.push('control characters');
  if (/[\u{1f600}-\u{1f64f}]/u.test(words)) found.push('an emoji');
  const pile = words.match(/\p{M}{7,}/u);
  if (pile) found.push('marks that pile up, ' + pile[0].length);
  const word = words.match(/\S{5100}/);
  if (word) found.push('a text without an end');

  if (document.scrollingElement.scrollWidth > innerWidth + 1) found.push('the page is too wide');
  if (main.scrollWidth > main.clientWidth + 1) found.push('the page is too wide: ' + main.scrollWidth);
  const cards = '[data-testid=stVerticalBlock], [data-testid=stColumn], [data-testid=stMainBlockContainer]';
  for (const e of main.querySelectorAll('[data-testid=stElementContainer], [data-testid=stElementContainer] *')) {
    const card = e.closest('[data-testid=stElementContainer]').parentElement.closest(cards);
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!card || !box.width || !box.height || style.position === 'absolute' || style.position === 'fixed') continue;
    let clipped = false;
    for (let p = e.parentElement; p && p !== card; p = p.parentElement)
      clipped ||= getComputedStyle(p).overflowX !== 'visible';
    const frame = card.getBoundingClientRect();
    if (!clipped && (box.right > frame.right + 2 || box.left < frame.left - 2))
      found.push(`out of its card ${e.tagName} to ${Math.round(box.right)}: ${(e.innerText || '').slice(0, 40)}`);
  }
  return [...new Set(found)];
}"""


def misdeeds(page: Page) -> list[str]:
    """What is wrong with the page as it stands; empty where everything on it is only read, in its own place."""
    found: list[str] = page.evaluate(LOOK, [list(OBEDIENCE), list(ALONE)])
    return found
