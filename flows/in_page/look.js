// What a page shows: each place's values; a list's rows with what their one part shows; and whether a form is as
// described: how often it and its elements are there, what its fields hold, and which required ones nobody named.
({places, rows, form}) => ({
    places: places.map(where => {
        const {way, found, attribute} = find(where);
        return {way, shown: found.map(element => shown(element, attribute))};
    }),
    rows: rows && find(rows.row).found.map(row => ({
        shown: shown(row, rows.attribute),
        parts: find(rows.part, row).found.map(part => ({
            shown: shown(part, rows.part.attribute),
            link: part.getAttribute("href") ?? "",
        })),
    })),
    form: form && (() => {
        const forms = find(form.at).found;
        if (forms.length !== 1) return {forms: forms.length};
        const elements = form.elements.map(place => find(place, forms[0]));
        const known = elements.flatMap(({found}) => found);
        const required = forms[0].querySelectorAll(
            "input[required], textarea[required], select[required], [aria-required='true']");
        return {
            forms: 1,
            elements: elements.map(({way, found}) => ({way, count: found.length, held: found[0]?.value ?? null})),
            unknown: [...required].filter(field => !known.includes(field))
                .map(field => field.name || field.id || field.outerHTML),
        };
    })(),
})
