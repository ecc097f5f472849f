"""HTML from function calls: text is escaped unless it is markup already."""

import html


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


Content = str | int | None
_VOID = frozenset({"input", "link", "meta"})


def el(name: str, /, *children: Content, **attributes: Content) -> Markup:
    """Make an element; `class_` is written `class`, an attribute or child of None is left out."""
    start = name + "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{start}>" if name in _VOID else f"<{start}>{join(*children)}</{name}>")


def join(*children: Content) -> Markup:
    """Put pieces one after the other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else html.escape(str(child))
            for child in children
            if child is not None
        )
    )


def page(title: str, *body: Content) -> str:
    """Make a whole page."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("link", rel="icon", href="/static/icon.svg"),
        el("link", rel="stylesheet", href="/static/tracebox.css"),
        el("link", rel="stylesheet", href="/static/colours.css"),
        el("script", src="/static/tracebox.js", defer=""),
    )
    top = el("header", el("a", "tracebox", href="/"), el("small", " stands in for Jaeger"))
    return "<!doctype html>" + el("html", head, el("body", top, el("main", *body)), lang="en")
