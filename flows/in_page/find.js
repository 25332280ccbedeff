// Finds the elements that a profile describes. A label or name fits whatever its invisible spelling: NFC order,
// split sara am, zero-width characters and white space do not count, for no reader can tell them apart.

const CONTROLS = "input:not([type=hidden]), textarea, select, button, output, meter, progress, [contenteditable], [role]";
const ROLES = {
    alert: "",
    button: "button, summary, input:is([type=button], [type=submit], [type=reset], [type=image])",
    cell: "td",
    checkbox: "input[type=checkbox]",
    combobox: "select:not([multiple])",
    heading: "h1, h2, h3, h4, h5, h6",
    link: "a[href], area[href]",
    listbox: "select[multiple]",
    menuitem: "",
    radio: "input[type=radio]",
    row: "tr",
    spinbutton: "input[type=number]",
    status: "output",
    tab: "",
    textbox: "textarea, input:is(:not([type]), [type=text], [type=search], [type=tel], [type=email], [type=url])",
};
const SILENT = new Set(["SCRIPT", "STYLE", "TEXTAREA", "SELECT", "TEMPLATE"]);

const normal = text => (text ?? "").replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, "").normalize("NFC")
    .replace(/\u0e4d([\u0e48-\u0e4b]?)\u0e32/g, "$1\u0e33").replace(/\u0e33([\u0e48-\u0e4b]+)/g, "$1\u0e33")
    .normalize("NFC").replace(/\s+/g, " ").trim();

const words = node => node.nodeType === Node.TEXT_NODE ? node.data
    : SILENT.has(node.nodeName) ? ""
    : node.nodeName === "IMG" ? node.alt
    : [...node.childNodes].map(words).join("");

const visible = element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility()
        && getComputedStyle(element).visibility === "visible";
};

const referred = element => (element.getAttribute("aria-labelledby") ?? "").split(/\s+/)
    .map(id => id && document.getElementById(id)).filter(Boolean).map(words).join(" ");

const labels = element => [
    referred(element),
    element.getAttribute("aria-label"),
    ...[...element.labels ?? []].map(words),
].map(normal);

const own = element => element instanceof HTMLInputElement
    ? element.type === "image" ? element.alt : element.value
    : words(element);

const name = element => [...labels(element), normal(own(element)), normal(element.title)].find(text => text);

const ways = {
    label: (root, where) => [...root.querySelectorAll(CONTROLS)].filter(
        element => labels(element).includes(normal(where.label))),
    role: (root, where) => [...root.querySelectorAll([ROLES[where.role], `[role="${where.role}"]`].filter(Boolean).join())]
        .filter(element => (element.getAttribute("role") ?? where.role) === where.role && visible(element))
        .filter(element => where.name === undefined || name(element) === normal(where.name)),
    title: (root, where) => [...root.querySelectorAll("[title]")].filter(
        element => normal(element.title) === normal(where.title)),
    placeholder: (root, where) => [...root.querySelectorAll("[placeholder]")].filter(
        element => normal(element.placeholder) === normal(where.placeholder)),
    test_id: (root, where) => [...root.querySelectorAll(`[data-testid="${CSS.escape(where.test_id)}"]`)],
    css: (root, where) => [...root.querySelectorAll(where.css)],
};

// What the first way that finds anything finds, and which way that was: 0, or the number of an alternate.
const find = (where, root = document) => {
    const all = [where, ...where.alternates ?? []];
    for (const [way, place] of all.entries()) {
        const found = ways[Object.keys(ways).find(kind => place[kind] !== undefined)](root, place);
        if (found.length) return {way, found, attribute: place.attribute};
    }
    return {way: 0, found: []};
};

// The elements that lie in what `within` describes; in all of the page where it says nothing.
const roots = within => within
    ? find(within.place).found.filter(
        element => within.attribute === null || element.getAttribute(within.attribute) === within.value)
    : [document];

const shown = (element, attribute) => attribute ? element.getAttribute(attribute) ?? "" : element.textContent;
