// The one element for a click or a file; where there is not exactly one, how many there are.
({place, within}) => {
    const around = roots(within);
    if (around.length !== 1) return {around: around.length};
    const {found} = find(place, around[0]);
    return found.length === 1 ? found[0] : {around: 1, count: found.length};
}
