"""A page for each kind of problem, and one that lists them: plain HTML, which needs no script."""

import re
from html import escape
from itertools import groupby

from services.shared.problems import ADDRESS, KINDS, Kind

_FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/problems/page.css">
<title>{title} · Glasshouse API</title>
</head>
<body>
<!-- Made by python -m docs.api.build from services/shared/problems.toml: do not edit. -->
<header>
<a href="/api/docs">Glasshouse API</a>
<nav><a href="/api/problems">Problems</a> <a href="/">Shop</a></nav>
</header>
<main class="text">
{body}
</main>
</body>
</html>
"""


def files() -> dict[str, str]:
    """The pages, by their names below public/api."""
    kinds = sorted(KINDS.values(), key=lambda kind: (kind.status, not kind.general, kind.name))
    pages = {f"problems/{kind.name}.html": _page(kind) for kind in kinds}
    return {"problems.html": _index(kinds), **pages}


def _page(kind: Kind) -> str:
    body = f"""\
<p class="status">Status {kind.status}</p>
<h1>{escape(kind.title)}</h1>
<h2>What it means</h2>
<p>{_text(kind.means)}</p>
<h2>What to do</h2>
<p>{_text(kind.do)}</p>
<h2>How to recognise it</h2>
<p>The <code>type</code> of the document is <code>{kind.type}</code>. It is this page's address.
Programs should compare it, or the status, and never the words in <code>detail</code>.</p>
<p><code>traceId</code> and <code>requestId</code> of the document lead to what happened:
<code>./shop trace &lt;requestId&gt;</code> shows it.</p>"""
    return _FRAME.format(title=escape(kind.title), body=body)


def _index(kinds: list[Kind]) -> str:
    rows = []
    for status, group in groupby(kinds, key=lambda kind: kind.status):
        rows += [f"<h2>{status}</h2>", "<ul>"]
        rows += [
            f'<li><a href="{kind.type}">{escape(kind.title)}</a> <span>{_text(kind.means)}</span></li>'
            for kind in group
        ]
        rows += ["</ul>"]
    intro = f"""\
<h1>Problems</h1>
<p>Every answer that is not a success is a problem document (RFC 9457). Its <code>type</code> is an address below
<code>{ADDRESS}</code>: the page of that kind of problem.</p>"""
    return _FRAME.format(title="Problems", body="\n".join([intro, *rows]))


def _text(words: str) -> str:
    """Escaped, with `code` marked as such."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words, quote=False))
