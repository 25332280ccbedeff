// All that a picture of a page could show: its text, what its fields hold, and the words of some attributes.
({attributes}) => {
    const trees = [document];
    for (const tree of trees) tree.querySelectorAll("*").forEach(({shadowRoot}) => shadowRoot && trees.push(shadowRoot));
    return trees.flatMap(tree => [
        ...[...tree.children].map(element => element.innerText),
        ...[...tree.querySelectorAll("input:not([type=hidden]), textarea, option")].map(field => field.value),
        ...attributes.flatMap(name => [...tree.querySelectorAll(`[${name}]`)].map(element => element.getAttribute(name))),
    ]).join("\n");
}
