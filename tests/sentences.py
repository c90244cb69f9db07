#!/usr/bin/env python3
"""Prints every sentence that can reach a person, one a line: file:line, a tab, the sentence.

    python3 tests/sentences.py            all of them
    python3 tests/sentences.py PATH…      those of files whose path begins with one of these, such as src/web

They are what the command line prints, what `--help` and the log say, error messages and the words of the pages: string
literals of the Rust sources and the scripts, help comments of commands and options, and text and attributes of the
templates. A placeholder of a format string or an expression of a template stays as it is written: {name}; a slash
stands for a choice that a template makes. What only programs read is left out: SQL, names of one word, and the
messages of tests and of broken assumptions.
"""

import html.parser
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Where even a single word is meant for people.
ALL_TEXT = ("src/web/texts", "src/check/texts", "src/audit/texts")
# Where a documentation comment is the help of a command or an option.
COMMAND_LINE = ("src/cli.rs", "src/commands/", "src/emulator/command.rs", "src/emulator/main.rs")
# What clap derives help from: an option, a variant that is a command or a value, a program.
HELP_OF = re.compile(
    r"(?:#\[cfg\(.*?\)\]\s*)?(?:#\[(?:arg|command)\((?!subcommand|flatten)|#\[derive\(.*Parser|[A-Z]\w*(?:,| \{|\())"
)
# Strings after one of these are read by programmers only, if at all.
NOT_SHOWN = re.compile(r"(?:\.expect\(|expect_err\(|unreachable!\(|panic!\(|assert\w*!\(.*|reason = )\s*$", re.DOTALL)
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|WHERE|PRAGMA|BEGIN|ORDER BY|FROM|UNION|AND|ELSE|LIMIT|AS)\b")
STORES = ("src/catalog/store", "src/ledger/store", "src/database")
# Values of headers, drawings and Content-Security-Policy.
CODE = re.compile(r"charset=|^[Mm][\d.]+[ ,hvHV\d]|^%3C|-src |=\(\)|^data:|^-----|^use strict$")

RUST_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?<![A-Za-z0-9_])b?r(?P<hashes>\#*)"(?P<raw>.*?)"(?P=hashes)
      | "(?P<string>(?:\\.|[^"\\])*)"
      | (?P<character>'(?:\\.[^']*|[^'\\])')""",
    re.DOTALL | re.VERBOSE,
)
# Only a parser can distinguish a regular expression of JavaScript from a division; the scripts hold no quotes in one.
SCRIPT_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<quote>["'`])(?P<string>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)""",
    re.DOTALL,
)
# Stands for a statement of a template until its text is read.
CHOICE = "\x01"
ESCAPES = {"n": " ", "t": " ", "r": " ", "\n": ""}


def is_sentence(text, single_words=False):
    """Whether a text holds two words, or one where a single word counts."""
    if CODE.search(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\{[^}]*\}", " ", text))
    return len(words) >= (1 if single_words else 2) and (single_words or " " in text.strip())


def has_words(text):
    """Whether there is a word outside of placeholders."""
    return re.search(r"[^\W\d_]{2,}", re.sub(r"\{[^}]*\}", " ", text)) is not None


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def unescaped(literal):
    joined = re.sub(r"\\\n\s*", "", literal)
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), joined)


def rust(path, text):
    """The sentences of a Rust file, without its tests."""
    text = text.split("#[cfg(test)]\nmod tests {")[0]
    if path.startswith(COMMAND_LINE):
        for block in re.finditer(r"(?:^ *///.*\n)+ *", text, re.MULTILINE):
            if HELP_OF.match(text, block.end()):
                lines = [line.strip()[3:].strip() for line in block[0].strip().split("\n")]
                yield line_of(text, block.start()), " ".join(line or "¶" for line in lines)
    for token in RUST_TOKEN.finditer(text):
        literal = token["raw"] if token["raw"] is not None else token["string"]
        before = text[max(0, token.start() - 200):token.start()].rsplit(";", 1)[-1]
        if literal is None or NOT_SHOWN.search(before):
            continue
        shown = literal if token["raw"] is not None else unescaped(literal)
        is_sql = path.startswith(STORES) and SQL.search(shown)
        if not is_sql and is_sentence(shown, path.startswith(ALL_TEXT)):
            yield line_of(text, token.start()), shown


def script(_, text):
    """The sentences of a script: strings that are not selectors and not lists of names."""
    for token in SCRIPT_TOKEN.finditer(text):
        literal = token["string"]
        if literal and is_sentence(literal) and not re.search(r"[\[\]#<>]|(^|\s)[.:]\w|^\w+:\w", literal):
            yield line_of(text, token.start()), unescaped(literal)


class Page(html.parser.HTMLParser):
    """Joins the text of inline elements, so that a sentence with a link in it stays one."""

    INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "small", "span", "strong", "time", "br", "wbr"}
    SHOWN = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.text, self.line = [], "", 0

    def flush(self):
        # A macro may give attributes instead of text.
        parts = [part for part in self.text.split(CHOICE) if part.strip() and '="' not in part]
        if any(map(has_words, parts)):
            self.found.append((self.line, " / ".join(parts)))
        self.text, self.line = "", 0

    def handle_data(self, data):
        if not has_words(self.text):
            indent = len(data) - len(data.lstrip(CHOICE + " \n"))
            self.line = self.getpos()[0] + data.count("\n", 0, indent)
        self.text += data

    def handle_starttag(self, tag, attributes):
        if tag not in self.INLINE:
            self.flush()
        for name, value in attributes:
            # Scripts take some of their words from data attributes.
            shown = name in self.SHOWN or (name.startswith("data-") and is_sentence(value or ""))
            if shown and has_words(value or ""):
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag):
        if tag not in self.INLINE:
            self.flush()


def template(_, text):
    """The sentences of a template: of its text, its attributes, and the strings given to macros."""
    lines = lambda found: "\n" * found[0].count("\n")
    plain = re.sub(r"\{#.*?#\}", lines, text, flags=re.DOTALL)
    for expression in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}", plain, re.DOTALL):
        if re.match(r"\{%-?\s*(?:extends|import|include)", expression[0]):
            continue
        for literal in re.finditer(r'"([^"]*)"', expression[0]):
            words = re.search(r"^[A-Z][a-z]+$", literal[1]) or is_sentence(literal[1])
            if words and not re.search(r"^[Mm]\d", literal[1]):
                yield line_of(plain, expression.start() + literal.start()), literal[1]
    # No sentence goes on in another macro or block.
    apart = r"\{%-?\s*(?:end)?(?:macro|block|call|import|include)\b.*?%\}"
    plain = re.sub(apart, lambda found: lines(found) + "<p>", plain, flags=re.DOTALL)
    # A statement between two parts of a sentence is a choice; an expression shows a value.
    plain = re.sub(r"\{%.*?%\}", lambda found: lines(found) + CHOICE, plain, flags=re.DOTALL)
    plain = re.sub(
        r"\{\{-?\s*(.*?)\s*-?\}\}",
        lambda found: lines(found) + "{" + re.sub(r'[\s"<>&{}]+|\|visible', "", found[1]) + "}",
        plain,
        flags=re.DOTALL,
    )
    page = Page()
    page.feed(plain)
    page.close()
    page.flush()
    yield from page.found


def sentences(path):
    """The sentences of a file with their lines, in order."""
    text = (ROOT / path).read_text()
    read = {".rs": rust, ".js": script}.get(pathlib.Path(path).suffix, template)
    for line, shown in sorted(read(path, text)):
        yield line, " ".join(shown.split())


def files():
    """The files that a person may meet a sentence of, by their path from the project's folder."""
    found = [*ROOT.glob("src/**/*.rs"), *ROOT.glob("static/*.js"), *ROOT.glob("templates/**/*.*")]
    paths = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return [path for path in paths if not re.search(r"/tests(\.rs$|/)", path)]


def main():
    wanted = tuple(sys.argv[1:])
    if wanted and wanted[0].startswith("-"):
        sys.exit(__doc__)
    for path in files():
        if not wanted or path.startswith(wanted):
            for line, sentence in sentences(path):
                print(f"{path}:{line}\t{sentence}")


if __name__ == "__main__":
    main()
