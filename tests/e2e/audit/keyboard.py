"""Presses Tab through a page: all controls are reached, in the order of the page, with a visible focus."""

from playwright.sync_api import Page

# The first controls of a long page are enough.
MAX_STOPS = 220
AT_ONCE = 20
PREPARE = """most => {
    const asked = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, '
        + '[tabindex], [contenteditable=true], audio[controls], video[controls]';
    const shown = e => e.checkVisibility({visibilityProperty: true});
    const groups = new Map();
    // An open dialog takes the keyboard from the page below it.
    const within = document.querySelector('dialog:modal') ?? document;
    const all = [...within.querySelectorAll(asked)].filter(
        e => e.tabIndex >= 0 && !e.matches(':disabled') && !e.closest('[inert]') && shown(e));
    // Tab reaches the selected radio button of a group, or the first.
    for (const radio of all.filter(e => e.type === 'radio' && e.name)) {
        const key = `${radio.form?.id} ${[...document.forms].indexOf(radio.form)} ${radio.name}`;
        if (!groups.has(key) || radio.checked) groups.set(key, radio);
    }
    const kept = new Set(groups.values());
    const walk = window.auditWalk = {all: all.filter(e => e.type !== 'radio' || !e.name || kept.has(e)), seen: [], unseen: []};
    walk.all = walk.all.slice(0, most);
    const parts = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'borderColor', 'color',
        'textDecorationLine', 'stroke', 'strokeWidth'];
    // A card, a label or a neighbouring ring may show the focus of the control.
    const above = (e, levels) => levels && e && e !== document.body ? [e, ...above(e.parentElement, levels - 1)] : [];
    const around = e => [...above(e, 4), ...e.children, e.labels?.[0], e.nextElementSibling].filter(Boolean);
    const style = (e, pseudo) => { const s = getComputedStyle(e, pseudo); return parts.map(p => s[p]).join(); };
    const drawn = e => around(e).map(x => style(x)).join('|') + style(e, '::before') + style(e, '::after')
        + (e.getBoundingClientRect().width > 2);
    // An element with autofocus is reached last.
    document.activeElement.blur();
    const before = new Map(walk.all.map(e => [e, drawn(e)]));
    document.addEventListener('focusin', event => {
        const place = walk.all.indexOf(event.target);
        if (place < 0 || walk.seen.includes(place)) return;
        walk.seen.push(place);
        if (drawn(event.target) === before.get(event.target)) walk.unseen.push(place);
    }, true);
    return walk.all.length;
}"""
RESULT = """() => {
    const {all, seen, unseen} = window.auditWalk;
    const told = place => all[place].outerHTML.slice(0, 160);
    // The first key removes the hint that the browser blocks sound.
    const missed = all.map((_, place) => place).filter(
        place => !seen.includes(place) && all[place].checkVisibility({visibilityProperty: true}));
    // A positive tabindex changes the order. After the end of the page, Tab continues at its top.
    const top = seen.findIndex((place, index) => index && place < seen[index - 1] && place < seen[0]);
    const back = seen.filter((place, index) => all[place].tabIndex > 0 || (index && index !== top && place < seen[index - 1]));
    return {missed: missed.slice(0, 4).map(told), many: missed.length, back: back.slice(0, 4).map(told),
        unseen: unseen.slice(0, 4).map(told), reached: seen.length};
}"""


def walk(page: Page) -> tuple[list[tuple[str, str]], int]:
    """Return the faults of the open page and the number of controls reached. A positive `tabindex` is a fault."""
    page.evaluate("window.scrollTo(0, 0)")
    many = page.evaluate(PREPARE, MAX_STOPS)
    # Some controls have several stops: parts of a date, buttons of a video, scrollable areas.
    for _turn in range(0, 2 * many + 40, AT_ONCE):
        for _press in range(min(AT_ONCE, many + 2)):
            page.keyboard.press("Tab")
        if page.evaluate("window.auditWalk.seen.length") >= many:
            break
    found = page.evaluate(RESULT)
    faults = [("not reached by Tab", html) for html in found["missed"]]
    faults += [("out of order", html) for html in found["back"]]
    faults += [("focus is not visible", html) for html in found["unseen"]]
    return faults, found["reached"]
