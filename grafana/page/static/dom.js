// Making elements. Text always goes in as text, so nothing that Prometheus says is ever read as HTML.
const SVG = "http://www.w3.org/2000/svg";

export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// A link to another page, or nothing when its address is not one that a browser should follow.
export function link(text, url) {
  const target = new URL(url, location.href);
  if (!["http:", "https:"].includes(target.protocol)) return null;
  return el("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
}
