// What this installation tells the page: addresses of other pages, and the colours of grafana/colours.toml.
export const { addresses: ADDRESSES, palette: PALETTE, meanings: MEANINGS } = await (await fetch("/config.json")).json();
export const LIST = await (await fetch("/dashboards.json")).json();

// The page's own colours, which depend on whether the reader likes it dark.
export const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
