"""Goes through a page with the Tab key: everything that can be used is reached, in the order of the page, seen, and left again."""

from playwright.sync_api import Page

# More than these are not walked: a long list is the same all along.
MOST = 220
AT_ONCE = 20
PREPARE = """most => {
    const asked = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true], audio[controls], video[controls]';
    const shown = e => e.checkVisibility({visibilityProperty: true});
    const groups = new Map();
    const all = [...document.querySelectorAll(asked)].filter(
        e => e.tabIndex >= 0 && !e.matches(':disabled') && !e.closest('[inert]') && shown(e));
    // Of radio buttons with one name the chosen one is reached, else the first.
    for (const radio of all.filter(e => e.type === 'radio' && e.name)) {
        const key = `${radio.form?.id} ${[...document.forms].indexOf(radio.form)} ${radio.name}`;
        if (!groups.has(key) || radio.checked) groups.set(key, radio);
    }
    const kept = new Set(groups.values());
    const walk = window.auditWalk = {all: all.filter(e => e.type !== 'radio' || !e.name || kept.has(e)), seen: [], unseen: []};
    walk.all = walk.all.slice(0, most);
    const parts = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'backgroundColor', 'borderColor', 'color', 'textDecorationLine', 'stroke', 'strokeWidth'];
    // A card or a label may show it in the place of what is in it; a point on a map by a ring that belongs to it.
    const above = (e, levels) => levels && e && e !== document.body ? [e, ...above(e.parentElement, levels - 1)] : [];
    const around = e => [...above(e, 4), ...e.children, e.labels?.[0], e.nextElementSibling].filter(Boolean);
    const look = (e, pseudo) => { const s = getComputedStyle(e, pseudo); return parts.map(p => s[p]).join(); };
    const drawn = e => around(e).map(x => look(x)).join('|') + look(e, '::before') + look(e, '::after')
        + (e.getBoundingClientRect().width > 2);
    // What has the focus by itself is where the walk begins; it comes round to it.
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
    const missed = all.map((_, place) => place).filter(place => !seen.includes(place));
    // A positive tabindex jumps the queue. From the end of the page the walk goes on at its top.
    const top = seen.findIndex((place, index) => index && place < seen[index - 1] && place < seen[0]);
    const back = seen.filter((place, index) => all[place].tabIndex > 0 || (index && index !== top && place < seen[index - 1]));
    return {missed: missed.slice(0, 4).map(told), many: missed.length, back: back.slice(0, 4).map(told),
        unseen: unseen.slice(0, 4).map(told), reached: seen.length};
}"""


def walk(page: Page) -> tuple[list[tuple[str, str]], int]:
    """What is wrong with the page that is open, and how many elements were reached. Elements above zero in `tabindex` come out of order."""
    page.evaluate("window.scrollTo(0, 0)")
    many = page.evaluate(PREPARE, MOST)
    # Some have several stops: the parts of a date, the buttons of a video, what can be scrolled.
    for _turn in range(0, 2 * many + 40, AT_ONCE):
        for _press in range(min(AT_ONCE, many + 2)):
            page.keyboard.press("Tab")
        if page.evaluate("window.auditWalk.seen.length") >= many:
            break
    found = page.evaluate(RESULT)
    faults = [("not reached by Tab", html) for html in found["missed"]]
    faults += [("out of order", html) for html in found["back"]]
    faults += [("focus is not seen", html) for html in found["unseen"]]
    return faults, found["reached"]
