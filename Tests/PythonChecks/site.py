"""Every link of the built site leads somewhere on it, nothing comes from a network, formulas are typeset; run by Tests/site.sh with its folder."""

import html.parser
import pathlib
import re
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """Names that can be jumped to, links, and what the page loads."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.loads, self.unnamed, self.formulas = {""}, [], [], 0, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.update(found[key] for key in ("id", "name") if found.get(key))
        self.formulas += tag == "svg" and found.get("class") == "formula" and bool(found.get("aria-label"))
        self.unnamed += tag == "img" and not found.get("alt")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload") or found.get("src"):
            self.loads.append(found.get("href") or found["src"])


def broken(pages, folder):
    """What is wrong, a line each; pages are texts by path."""
    parsed = {path: Page(text) for path, text in pages.items()}
    faults = []
    for path, page in parsed.items():
        for link in page.links + page.loads:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme in ("http", "https") or parts.netloc:
                if link in page.loads:
                    faults.append(f"{path}: loads {link}")
                continue
            if parts.scheme in ("data", "mailto"):
                continue
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                faults.append(f"{path.relative_to(folder)}: {link} is not there")
            elif target in parsed and urllib.parse.unquote(parts.fragment) not in parsed[target].names:
                faults.append(f"{path.relative_to(folder)}: {link} has no such place")
        if page.unnamed:
            faults.append(f"{path.relative_to(folder)}: {page.unnamed} pictures without words")
    return faults


folder = pathlib.Path(sys.argv[1]).resolve()
pages = {path.resolve(): path.read_text() for path in folder.rglob("*.html")}
faults = broken(pages, folder)
assert not faults, "\n".join(faults[:40])
links = sum(len(Page(text).links) for text in pages.values())
assert len(pages) > 35 and links > 1000, (len(pages), links)
print(f"ok      {links} links of {len(pages)} pages, nothing from a network")

theorems = sorted((folder / "Docs" / "theorems").glob("*.html"))
assert len(theorems) >= 7
for path in theorems:
    text = path.read_text()
    assert Page(text).formulas >= 2 and "$" not in re.sub(r"<script.*?</script>", "", text, flags=re.S), path
    assert re.search(r'<img[^>]*src="[^"]*\.svg"', text), path
print(f"ok      {len(theorems)} theorems with typeset formulas and a picture each")

# The checks can fail.
first = folder / "Docs" / "index.html"
for wrong, word in (
    ('<a href="nowhere.html">x</a>', "is not there"), ('<a href="#nowhere">x</a>', "no such place"),
    ('<script src="https://example.org/x.js"></script>', "loads"), ("<img src='../index.html'>", "without words"),
):  # fmt: skip
    found = broken({**pages, first: pages[first].replace("</body>", wrong + "</body>")}, folder)
    assert len(found) == 1 and word in found[0], (wrong, found)
print("ok      a broken link, a missing place, a foreign script and a picture without words are found")
