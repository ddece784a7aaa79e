"""Configuration of the site for Sphinx; see Docs/build. Formulas and pictures are SVG: no page asks a network or a font for anything."""

import hashlib
import html
import os
import re
import shlex
import subprocess
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import ziamath

project = "Pretell"
author = "Pretell contributors"
root_doc = "Docs/index"
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
exclude_patterns = ["Docs/build"]
suppress_warnings = ["myst.header", "misc.highlighting_failure"]  # articles begin below ##; `console` blocks leave lines out
html_theme = "furo"
html_title = "Pretell"
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
html_math_renderer = "outlines"
highlight_language = "text"

ARTICLES = "Sources/Pretell/Pretell.docc/"


class Drawn(SphinxDirective):
    """A command and the picture that it draws: ```{drawn} law Examples/factor.toml, with the picture's words below."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"width": directives.unchanged}

    def run(self):
        line = " ".join(self.arguments[0].split())
        name = "pictures/" + hashlib.sha256(line.encode()).hexdigest()[:12] + ".svg"
        source = Path(self.env.srcdir)
        place = source / name
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            command = [os.environ["PRETELL"], *shlex.split(line), "--figure", str(place), "--quiet"]
            done = subprocess.run(command, cwd=source, capture_output=True, text=True)
            if done.returncode:
                raise self.error(f"pretell {line}: {done.stderr}")
        words = " ".join(self.content)
        code = nodes.literal_block("", f"pretell {line} --figure picture.svg", language="sh")
        picture = nodes.image(uri="/" + name, alt=words, width=self.options.get("width", "100%"))
        self.state_machine.document.settings.record_dependencies.add(str(place))
        return [code, nodes.figure("", picture, nodes.caption("", words))]


def read(app, name, text):
    """DocC's links between articles as those of Markdown; a heading for the page that has none."""
    if name == "VISION":
        text[0] = "# What it is for\n\n" + text[0]
    if name.startswith(ARTICLES):
        text[0] = re.sub(r"<doc:([A-Za-z]+)>", lambda link: f"[{title(app, link[1])}]({link[1]}.md)", text[0])


def title(app, article):
    first = (Path(app.srcdir) / ARTICLES / f"{article}.md").read_text().split("\n", 1)[0]
    return first.lstrip("# ").replace("`", "")


def formula(tex, inline):
    """Outlines of its signs in the colour of the text, on its line; the TeX for those who cannot see them."""
    drawn = ziamath.Latex(tex, size=SIZE, color="currentColor", inline=inline)
    svg, (x, y, width, height) = drawn.svg(), (float(n) for n in re.search(r'viewBox="([^"]*)"', drawn.svg())[1].split())
    em = 1.05 / SIZE
    style = f"width:{width * em:.3f}em;height:{height * em:.3f}em;vertical-align:{-(y + height) * em:.3f}em;overflow:visible;max-width:none"
    named = f'<svg class="formula" role="img" aria-label="{html.escape(tex)}" style="{style}"'
    return re.sub(r'^<svg ([^>]*?)width="[^"]*" height="[^"]*"', lambda found: f"{named} {found[1]}", svg)


SIZE = 18
ziamath.config.svg2 = False  # no names, which would clash in a page


def inline(self, node):
    self.body.append(formula(node.astext(), True))
    raise nodes.SkipNode


def block(self, node):
    self.body.append(f'<div style="overflow-x:auto;text-align:center;padding:.6em 0">{formula(node.astext(), False)}</div>')
    raise nodes.SkipNode


def setup(app):
    app.add_directive("drawn", Drawn)
    app.add_html_math_renderer("outlines", (inline, None), (block, None))
    app.connect("source-read", read)
