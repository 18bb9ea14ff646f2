"""What all pages share: text made harmless, the head, the colours, and tables."""

import html
import re
import unicodedata

LIMIT = 4096  # bytes of one text on a page
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
# Marks that turn the direction of writing: a name could make the text after it read backwards.
TURNING = {*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

CSS = """
:root { color-scheme: light dark; --paper: #fbfaf7; --card: #fff; --soft: #f1efe9; --ink: #1d1d1b;
  --quiet: #5c5b57; --line: #d9d6cd; --right: #006b4f; --wrong: #a33b00; --link: #14507f;
  --mark: #fff0b8; --bar: #5b87a8; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181a; --card: #1c1f21; --soft: #212427;
  --ink: #e8e6e1; --quiet: #a9a7a1; --line: #3a3e41; --right: #56c596; --wrong: #f29e6d;
  --link: #8ec3ee; --mark: #4a3d0d; --bar: #5b87a8; } }
@media print { :root { color-scheme: light; --paper: #fff; --card: #fff; --soft: #fff; --ink: #000;
  --quiet: #444; --line: #bbb; --right: #006b4f; --wrong: #a33b00; --link: #000; --mark: #fff; }
  body { font-size: 10pt; } article, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
main.wide { max-width: 72rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.75rem 0 .75rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .9rem 1rem; margin: 1rem 0; }
article h3 { margin: 0 0 .35rem; }
.quiet { color: var(--quiet); }
.right { color: var(--right); font-weight: 600; }
.wrong { color: var(--wrong); font-weight: 600; }
.open { color: var(--quiet); font-weight: 600; }
.note { border-left: .25rem solid var(--line); padding: .1rem 0 .1rem .8rem; margin: .75rem 0; }
.total { font-size: 1.15rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; font-size: .9rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
.scroll th, .scroll td { overflow-wrap: normal; min-width: 3.5rem; }
.who { display: inline-block; max-width: 18rem; overflow-wrap: break-word; }
.scroll .words { overflow-wrap: anywhere; min-width: 9rem; }
.same caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px;
  overflow: hidden; white-space: nowrap; }
th.number, td.number { text-align: right; }
.values { background: var(--soft); border-radius: .35rem; margin: .6rem 0; padding: .5rem .75rem; }
.values table { margin: 0; }
.values th { font-weight: 400; color: var(--quiet); width: 5.2rem; white-space: nowrap; }
.values th, .values td { border: 0; padding: .1rem .5rem .1rem 0; }
pre { margin: 0; white-space: pre-wrap; font: .92em/1.5 ui-monospace, Consolas, Menlo, monospace; }
mark { background: var(--mark); color: inherit; font-weight: 700; text-decoration: underline;
  text-underline-offset: .15em; }
summary { cursor: pointer; color: var(--link); }
details { margin: .4rem 0; }
details p { margin-left: 1rem; white-space: pre-wrap; }
.bar { display: block; height: 1em; min-width: 1px; background: var(--bar); border-radius: 2px; }
.bars td:last-child { width: 60%; vertical-align: middle; }
"""


def clean(text, limit=LIMIT):
    """text without ANSI codes and control characters, cut at `limit` bytes; line ends stay."""
    text = str(text)[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c if _is_harmless(c) else "\ufffd" for c in ANSI.sub("", text))
    data = text.encode("utf-8")
    if len(data) <= limit:
        return text
    return data[:limit].decode("utf-8", "ignore") + " ... (cut)"


def line(text, limit=LIMIT):
    """text as one clean line."""
    return "" if text is None else " ".join(clean(text, limit).split())


def _is_harmless(character):
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") and (
        character not in TURNING
    )


def safe(text, limit=LIMIT):
    """text cleaned and escaped, fit for HTML."""
    return html.escape(clean(text, limit))


def name(text, limit=200):
    """A name for HTML, on its own: one written from right to left does not turn its surroundings."""
    return f"<bdi>{html.escape(line(text, limit))}</bdi>"


def number(points):
    """7.0 as "7", 2.5 as "2.5", None as ""."""
    return "" if points is None else f"{round(points, 4) + 0.0:.10g}"


def out_of(points, maximum):
    """ "7 of 14 points", or that there are none."""
    if points is None:
        return "no points yet"
    return f"{number(points)} of {number(maximum)} point{'' if maximum == 1 else 's'}"


def sheet_title(sheet):
    """ "01_linear_regression" as "Sheet 01: linear regression"; other names as they are."""
    found = re.fullmatch(r"(\d+)_(\w+)", sheet)
    return f"Sheet {found[1]}: {found[2].replace('_', ' ')}" if found else sheet


def breakable(sheet):
    """A sheet's own name for a narrow column: the lines may end at its underscores."""
    return safe(sheet, 200).replace("_", "_<wbr>")


def table(caption, columns, rows, numbers=(), words=(), style=""):
    """An HTML table; the cells are HTML already, and the first of each row is the row's name.

    `numbers` are the positions of right-aligned columns, `words` those of columns with sentences.
    """
    kinds = dict.fromkeys(numbers, ' class="number"') | dict.fromkeys(words, ' class="words"')
    head = "".join(f'<th scope="col"{kinds.get(k, "")}>{c}</th>' for k, c in enumerate(columns))
    body = "\n".join(f"<tr>{_cells(row, kinds)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="{style}"><caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _cells(row, kinds):
    first, *rest = row
    cells = "".join(f"<td{kinds.get(k, '')}>{cell}</td>" for k, cell in enumerate(rest, 1))
    return f'<th scope="row"{kinds.get(0, "")}>{first}</th>{cells}'


def page(title, body, wide=False):
    """A whole page as bytes; body is HTML already, title is text. Nothing is loaded, nothing runs."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{html.escape(line(title, 200))}</title>
<style>{CSS}</style>
</head>
<body>
<main{' class="wide"' if wide else ""}>
{body}
</main>
</body>
</html>
""".encode()
