// Sets plain fields as a script of the page would see a person do it, and says what each then holds and how
// long it may be. What is not plainly writable (hidden, read-only, another kind) is left: null.
({form, pairs}) => pairs.map(([place, value]) => {
    const [field] = find(place, find(form).found[0]).found;
    const plain = field instanceof HTMLTextAreaElement
        || (field instanceof HTMLInputElement && ["text", "search", "tel"].includes(field.type));
    if (!plain || field.disabled || field.readOnly || !visible(field)) return null;
    field.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, value);
    field.dispatchEvent(new Event("input", {bubbles: true}));
    field.dispatchEvent(new Event("change", {bubbles: true}));
    return {held: field.value, limit: field.maxLength};
})
