#!/usr/bin/env python3
"""Generated treaties with independent edits by one to eight reviewers, judged from outside.

    tests/judge/synthetic.py [--paraph BIN] [--cases 12] [--seed S] [--jobs 2] [--quiet]
                             [--size PARAGRAPHS --reviewers N]

Documents come from ../shared/tools/gen_treaty.py; on top of its edits every reviewer puts in words
that occur nowhere else, some in paragraphs others delete, move or rewrite, and some edits are made
by several reviewers alike. Checked, for each case, with revisions.py on one `paraph consolidate`:
  rejecting all gives the base; each office's own changes give its return, exactly
  accepting all holds every word anybody put in
  an edit made alike by several is one change of all of them
  each office that sets up the last section in its own way, or as another does, has that, too, in
  what `paraph resolve --only` gives
  the same returns in another order give the same collation, but for the order of alternatives,
  and the same returns in the same order the same bytes
The seed of each case is in its name: --seed S --cases 1 runs it again. Exit 1 if a check fails.
"""
import argparse
import collections
import io
import random
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path

import harness as h

SIZES = (30, 60, 120, 250, 500, 1000)
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph",
                             work=h.ROOT / "build" / "judge" / "synthetic")
checker = None
treaty = None
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Words put in by two offices at one place may touch: no word boundary on either side.
MARKER = re.compile(r"own\d+x\d+|alike\d+(?:with\d+)+")


@dataclass
class Case:
    seed: int
    size: int
    reviewers: int

    @property
    def label(self):
        return f"seed {self.seed}, {self.size} paragraphs, {self.reviewers} reviewers"


def cases(first, count, size, reviewers):
    found = []
    for seed in range(first, first + count):
        rng = random.Random(seed)
        found.append(Case(seed, size or SIZES[min(len(SIZES) - 1, int(rng.expovariate(0.7)))],
                          reviewers or rng.randint(1, 8)))
    return found


# ---- writing the documents -----------------------------------------------------------------

def words_of(blocks):
    """The word lists of a generated document in which a word may be put."""
    return [run for kind, runs, _ in blocks if kind == "p" for run in runs if run] + [
        cell for kind, rows, _ in blocks if kind == "t" for row in rows for cell in row]


def generate(case, place):
    """Writes base.docx and one file a reviewer; returns {office: path}."""
    rng = random.Random(case.seed)
    base = treaty.make(rng, case.size)
    treaty.write(str(place / "base.docx"), base)
    texts = [treaty.copy(base) for _ in range(case.reviewers)]
    if case.reviewers > 1:
        spots = range(len(words_of(base)))
        for n, spot in enumerate(rng.sample(spots, min(len(spots), max(1, case.size // 60)))):
            who = sorted(rng.sample(range(case.reviewers), rng.randint(2, case.reviewers)))
            word = f"alike{n}" + "".join(f"with{i}" for i in who)
            at = rng.random()
            for i in who:
                run = words_of(texts[i])[spot]
                run.insert(1 + int(at * (len(run) - 1)), word)
    returns = {}
    for i, blocks in enumerate(texts):
        blocks, _ = treaty.edit(rng, blocks, rng.choice((0.01, 0.03, 0.1)))
        for n in range(max(2, case.size // 40)):
            run = rng.choice(words_of(blocks))
            run.insert(rng.randint(0, len(run)), f"own{i}x{n}")
        path = place / f"return{i}.docx"
        treaty.write(str(path), blocks)
        returns[f"Office {i}"] = path
    return returns


# ---- reading a redline as a sequence of events ---------------------------------------------

def document(docx):
    return ET.fromstring(zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml"))


def offices(e):
    return frozenset((e.get(W + "author") or "").split("; "))


def events(docx):
    """[(standing, words)] in reading order. Standing is the set of (kind of mark, its offices)
    that hold there; paragraph marks, rows and property changes are events as well."""
    found = []

    def visit(e, standing):
        tag = e.tag
        if tag in (W + "ins", W + "del", W + "moveFrom", W + "moveTo") and len(e):
            standing = standing | {(tag[len(W):], offices(e))}
        elif tag == W + "t" or tag == W + "delText":
            found.append((standing, e.text or ""))
        elif tag == W + "p":
            mark = standing
            for m in e.findall(f"{W}pPr/{W}rPr/*"):
                if m.tag in (W + "ins", W + "del", W + "moveFrom", W + "moveTo"):
                    mark = mark | {(m.tag[len(W):], offices(m))}
            for c in e:
                visit(c, standing)
            changed = e.find(f"{W}pPr/{W}pPrChange")
            found.append((mark, "\n" if changed is None else f"\n{sorted(offices(changed))}"))
            return
        elif tag == W + "r" and e.find(f"{W}rPr/{W}rPrChange") is not None:
            standing = standing | {("rPr", offices(e.find(f"{W}rPr/{W}rPrChange")))}
        elif tag == W + "tr":
            for m in e.findall(f"{W}trPr/*"):
                if m.tag in (W + "ins", W + "del"):
                    standing = standing | {("row " + m.tag[len(W):], offices(m))}
        for c in e:
            visit(c, standing)

    visit(document(docx), frozenset())
    return found


def unordered(found):
    """EVENTS with each stretch of changed words made into a set: the order in which alternatives
    at one place are listed follows the order of the returns, and is all that may."""
    out, stretch = [], {}
    for standing, words in found + [(frozenset(), "")]:
        if any(kind != "rPr" for kind, _ in standing):
            stretch[standing] = stretch.get(standing, "") + words
            continue
        if stretch:
            out.append(frozenset(stretch.items()))
            stretch = {}
        if out and isinstance(out[-1], list) and out[-1][0] == standing:
            out[-1][1] += words
        else:
            out.append([standing, words])
    return out


def told_apart(one, other):
    """Where two unordered event lists first differ, or ''."""
    if one == other:
        return ""
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b),
              min(len(one), len(other)))
    show = lambda events: repr(events[at])[:200] if at < len(events) else "(end)"
    return f"event {at} of {len(one)}/{len(other)}: {show(one)} against {show(other)}"


# ---- judging -------------------------------------------------------------------------------

def judge_words(verdicts, redline, returns):
    everything = "".join(t for _, t in events(checker.resolve(redline, True)))
    found = collections.Counter(MARKER.findall(everything))
    wanted = {m for path in returns.values()
              for m in MARKER.findall("".join(t for _, t in events(path.read_bytes())))}
    lost = sorted(wanted - set(found))
    verdicts.check("accepting all holds every inserted word",
                   f"{len(lost)} of {len(wanted)} lost: {lost[:5]}" if lost else "")
    alike = [m for m in wanted if m.startswith("alike")]
    twice = [m for m in alike if found[m] > 1]
    # A word put in by several stands twice where one of them rewrote the place around it.
    verdicts.check("edits made alike are one change", f"{len(twice)} of {len(alike)} are not: "
                   f"{twice[:3]}" if 5 * len(twice) > len(alike) + 5 else "")


def judge_order(verdicts, case, base, returns, out, redline):
    names = list(returns)
    again = out.with_name("again.docx")
    named = lambda order: [f"{name}={returns[name]}" for name in order]
    done = h.run(options.paraph, "consolidate", base, *named(names), "-o", again)
    verdicts.check("the same bytes a second time", h.why_not(done) or (
        "" if again.read_bytes() == redline else "the bytes differ"))
    if len(names) == 1:
        return
    shuffled = names[:]
    while shuffled == names:
        random.Random(case.seed).shuffle(shuffled)
        shuffled = shuffled if shuffled != names else shuffled[1:] + shuffled[:1]
    done = h.run(options.paraph, "consolidate", base, *named(shuffled), "-o", again)
    verdicts.check("independent of the order of returns", h.why_not(done) or told_apart(
        unordered(events(redline)), unordered(events(again.read_bytes()))))


def with_setup(docx, setup):
    """DOCX with another page setup of its last section."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as z, zipfile.ZipFile(out, "w") as made:
        for name in z.namelist():
            data = z.read(name).decode("utf-8")
            if name == "word/document.xml":
                data = re.sub(r"<w:sectPr\b.*</w:sectPr>|<w:sectPr\s*/>", "", data)
                data = data.replace("</w:body>", f"<w:sectPr>{setup}</w:sectPr></w:body>")
            made.writestr(name, data)
    return out.getvalue()


def judge_setups(verdicts, case, base, returns, place):
    rng = random.Random(case.seed)
    setups = [f'<w:pgSz w:w="{w}" w:h="{h}"/><w:pgMar w:top="{top}"/>'
              for w, h, top in ((11906, 16838, 1440), (16838, 11906, 1440), (11906, 16838, 720))]
    out, new_base, named = place / "setups.docx", place / "setups-base.docx", {}
    new_base.write_bytes(with_setup(base.read_bytes(), setups[0]))
    for i, (name, path) in enumerate(returns.items()):
        named[name] = place / f"setup{i}.docx"
        named[name].write_bytes(with_setup(path.read_bytes(), rng.choice(setups)))
    done = h.run(options.paraph, "consolidate", new_base,
                 *(f"{name}={path}" for name, path in named.items()), "-o", out)
    wrong = [h.why_not(done)] if h.why_not(done) else []
    for name, path in named.items():
        only = place / "only.docx"
        done = h.run(options.paraph, "resolve", out, "--only", name, "-o", only)
        told = h.why_not(done) or h.difference(checker.settled(path.read_bytes()),
                                               checker.settled(only.read_bytes()))
        if told:
            wrong.append(f"{name}: {told}")
    verdicts.check("each office has its page setup", wrong[0] if wrong else "")


def judge(case):
    verdicts = h.Verdicts(case.label)
    place = options.work / str(case.seed)
    place.mkdir(parents=True, exist_ok=True)
    for stale in place.glob("*.docx"):
        stale.unlink()
    returns = generate(case, place)
    base, out = place / "base.docx", place / "consolidated.docx"
    done = h.run(options.paraph, "consolidate", base,
                 *(f"{name}={path}" for name, path in returns.items()), "-o", out)
    if not verdicts.check("consolidate gives a file", h.why_not(done)):
        return verdicts
    redline = out.read_bytes()
    verdicts.check("rejecting all gives the base", h.difference(
        checker.settled(base.read_bytes()), checker.normal(checker.resolve(redline, False))))
    wrong = []
    for name, path in returns.items():
        told = h.difference(checker.settled(path.read_bytes()),
                            checker.normal(checker.only(redline, name)))
        if told:
            wrong.append(f"{name}: {told}")
    verdicts.check("each office gives its return", f"{len(wrong)} of {len(returns)} do not; "
                   f"{wrong[0]}" if wrong else "")
    judge_words(verdicts, redline, returns)
    judge_order(verdicts, case, base, returns, out, redline)
    judge_setups(verdicts, case, base, returns, place)
    if all(v.status == "ok" for v in verdicts.list):    # what failed stays for inspection
        for path in place.glob("*.docx"):
            path.unlink()
        place.rmdir()
    return verdicts


def main():
    global checker, treaty
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1, help="seed of the first case")
    parser.add_argument("--size", type=int, default=0, help="paragraphs, for every case")
    parser.add_argument("--reviewers", type=int, default=0, help="for every case")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=options.work, metavar="DIR",
                        help="where outputs stay (build/judge/synthetic)")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.parse_args(namespace=options)
    h.need_shared("generated treaties")
    checker, treaty = h.Checker(), h.load_tool("gen_treaty")
    report = h.Report(options.quiet)
    chosen = cases(options.seed, options.cases, options.size, options.reviewers)
    h.judge_all(judge, chosen, options.jobs, report)
    sys.exit(report.end(f"generated treaties, {len(chosen)} cases from seed {options.seed}"))


if __name__ == "__main__":
    main()
