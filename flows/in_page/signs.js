// The words of each sign that can be seen, else null. When none is there yet, some time is given to the first.
({signs, milliseconds}) => {
    const seen = () => signs.map(sign => find(sign).found.find(visible)?.innerText ?? null);
    const first = seen();
    if (!milliseconds || first.some(words => words !== null)) return first;
    return new Promise(answer => {
        const look = () => {
            const now = seen();
            if (now.some(words => words !== null)) end(now);
        };
        const watcher = new MutationObserver(look);
        const timers = [setInterval(look, 250), setTimeout(() => end(seen()), milliseconds)];
        const end = now => {
            watcher.disconnect();
            timers.forEach(clearTimeout);
            answer(now);
        };
        watcher.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    });
}
