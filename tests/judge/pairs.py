#!/usr/bin/env python3
"""Real pairs, families of versions and multi-reviewer files, judged from outside.

    tests/judge/pairs.py [--paraph BIN] [--only SUBSTR] [--jobs 2] [--quiet] [--no-validate]

Every row of ../shared/corpus/pairs.tsv and every file of multi_author.tsv:
  compare, compare?, multi-target, version-family   `paraph compare`; rejecting all gives the base,
      accepting all the revised file, read by ../shared/tools/revisions.py and by `paraph resolve`
  consolidate1, consolidate2, multi-target          `paraph consolidate`; rejecting all gives the
      base, each office's own changes its return; every comment is there, at its words
  accept/reject                                     `paraph resolve` against the published results
      and against revisions.py
  multi_author.tsv                                  `paraph resolve` by person against revisions.py
  index.tsv, every file that holds revisions        `paraph resolve`, all accepted and all rejected,
      against revisions.py
Documents that hold tracked changes themselves are first accepted by revisions.py. Where its strict
form differs, known.tsv must say why, and the same check must hold "in meaning" (meaning.py), which
known.tsv cannot excuse. Outputs stay under build/judge/pairs/. TAP on stdout, and at the end how
many comparisons hold in both directions; exit 1 if a check fails that known.tsv does not list.

    tests/judge/pairs.py --peer     the same comparisons by Docxodus: only how many hold
"""
import argparse
import collections
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import harness as h
import meaning

REVISIONS = ("ins del moveFrom moveTo rPrChange pPrChange tblPrChange sectPrChange "
             "numberingChange trIns trDel cellInsDel pmarkIns pmarkDel").split()
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph", validate=True,
                             work=h.ROOT / "build" / "judge" / "pairs")
DOCXODUS = Path(__file__).resolve().parent / "docxodus.mjs"
checker = None


@dataclass
class Case:
    number: int
    kind: str           # compare, consolidate, resolve, people or settle
    paths: list         # relative to the corpus

    @property
    def label(self):
        head, *rest = self.paths
        return f"{self.kind} {head}" + (" -> " + " | ".join(rest) if rest else "")


def cases():
    found = []

    def add(kind, *paths):
        case = Case(0, kind, list(paths))
        if case.label not in {c.label for c in found}:
            found.append(case)

    for row in h.rows("pairs.tsv"):
        base, others = row["base"], row["others"].split("|")
        if row["kind"] == "accept/reject":
            add("resolve", base, *others)
        elif row["kind"] == "version-family":
            for older, newer in zip([base] + others, others):
                add("compare", older, newer)
        else:
            for other in others:
                add("compare", base, other)
            if row["kind"].startswith("consolidate") or row["kind"] == "multi-target":
                add("consolidate", base, *others)
    for row in h.rows("multi_author.tsv"):
        add("people", row["path"])
    for row in h.rows("index.tsv"):
        marks = sum(int(row[k] or 0) for k in REVISIONS)
        if marks and row["zip"] == "1" and row["wellformed"] == "1":
            add("settle", row["path"])
    for i, case in enumerate(found):
        case.number = i
    return found


def run(*args):
    return h.run(options.paraph, *args)


def gives(verdicts, check, wanted, found):
    """FOUND (a document) must be WANTED (likewise) once both are settled: to the letter, or else
    in meaning."""
    complaint = h.difference(checker.settled(wanted), checker.normal(found))
    if not verdicts.check(check, complaint):
        verdicts.check(f"{check}, in meaning", not_in_meaning(wanted, found))


def not_in_meaning(wanted, found):
    wanted = checker.resolve(wanted, True)
    return h.difference(*(checker.normal(meaning.settle(d)) for d in (wanted, found)))


def resolved(verdicts, check, redline, out, selection, expected):
    """Our own `resolve` of a redline must leave no mark and give EXPECTED (a settled form)."""
    done = run("resolve", redline, "-o", out, *selection)
    complaint = h.why_not(done)
    if not complaint:
        data = out.read_bytes()
        left = checker.marks(data)
        complaint = f"{len(left)} marks left, the first {left[0]}" if left else \
            h.difference(expected, checker.settled(data))
    verdicts.check(check, complaint)


def is_widened(wanted, shown):
    """Whether SHOWN are the words WANTED, begun or ended in the middle of a word, as whole words."""
    at = shown.find(wanted)
    return at >= 0 and re.fullmatch(r"\w*", shown[:at] + shown[at + len(wanted):]) is not None


def judge_comments(verdicts, redline, returns, view):
    """Every comment of every return is in the redline, and in VIEW(office) at the same words;
    an anchor in the middle of a word may stand at the word's edge."""
    there = collections.Counter(c[:2] for c in h.comments_of(redline))
    missing, displaced = [], []
    for office, data in returns.items():
        wanted = h.comments_of(checker.resolve(data, True))
        if not wanted:
            continue
        for key, count in collections.Counter(c[:2] for c in wanted).items():
            if there[key] < count:
                missing.append((office, *key))
        shown = h.comments_of(view(office))
        displaced += [(office, *c) for c in wanted if not any(
            c[:2] == s[:2] and is_widened(c[2], s[2]) for s in shown)]
    verdicts.check("comments are all there", f"{len(missing)} lost: {missing[:2]}"
                   if missing else "")
    verdicts.check("comments are at their words", f"{len(displaced)} are not: {displaced[:2]}"
                   if displaced else "")


def judge_compare(case, verdicts, place):
    base, revised = (h.CORPUS / p for p in case.paths)
    out = place / "compare.docx"
    done = run("compare", base, revised, "-o", out, "--author", "Reviewer")
    if not verdicts.check("compare gives a file", h.why_not(done)):
        return
    redline, revised_bytes = out.read_bytes(), revised.read_bytes()
    was, now = checker.settled(base.read_bytes()), checker.settled(revised_bytes)
    gives(verdicts, "rejecting all gives the base", base.read_bytes(),
          checker.resolve(redline, False))
    gives(verdicts, "accepting all gives the revised file", revised_bytes,
          checker.resolve(redline, True))
    resolved(verdicts, "resolve --reject all gives the base", out, place / "rejected.docx",
             ["--reject", "all"], was)
    resolved(verdicts, "resolve --accept all gives the revised file", out,
             place / "accepted.docx", ["--accept", "all"], now)
    judge_comments(verdicts, redline, {"Reviewer": revised_bytes},
                   lambda office: checker.resolve(redline, True))
    if options.validate:
        verdicts.check("valid", h.invalid(out, [base, revised]))


def judge_consolidate(case, verdicts, place):
    base, *others = (h.CORPUS / p for p in case.paths)
    out = place / "consolidated.docx"
    returns = {f"Office {chr(65 + i)}": p for i, p in enumerate(others)}
    done = run("consolidate", base, *(f"{o}={p}" for o, p in returns.items()), "-o", out)
    if not verdicts.check("consolidate gives a file", h.why_not(done)):
        return
    redline = out.read_bytes()
    gives(verdicts, "rejecting all gives the base", base.read_bytes(),
          checker.resolve(redline, False))
    for i, (office, path) in enumerate(returns.items()):
        theirs = checker.settled(path.read_bytes())
        gives(verdicts, f"only {office} gives its return", path.read_bytes(),
              checker.only(redline, office))
        resolved(verdicts, f"resolve --only {office} gives its return", out,
                 place / f"only{i}.docx", ["--only", office], theirs)
    judge_comments(verdicts, redline, {o: p.read_bytes() for o, p in returns.items()},
                   lambda office: checker.only(redline, office))
    done = run("verify", base, *(f"{o}={p}" for o, p in returns.items()), "--consolidated", out)
    verdicts.check("verify agrees", h.why_not(done))
    if options.validate:
        verdicts.check("valid", h.invalid(out, [base, *others]))


def judge_resolve(case, verdicts, place):
    source, accepted, rejected = (h.CORPUS / p for p in case.paths)
    data = source.read_bytes()
    for word, accept, published in (("accept", True, accepted), ("reject", False, rejected)):
        out = place / f"{word}ed.docx"
        done = run("resolve", source, "-o", out, f"--{word}", "all")
        if not verdicts.check(f"{word} all gives a file", h.why_not(done)):
            continue
        ours = out.read_bytes()
        left = checker.marks(ours)
        verdicts.check(f"{word} all leaves no mark", f"{len(left)} left, the first {left[0]}"
                       if left else "")
        form = checker.settled(ours)
        verdicts.check(f"{word} all agrees with revisions.py",
                       h.difference(checker.normal(checker.resolve(data, accept)), form))
        wanted = checker.settled(published.read_bytes())
        if "\nSECT " not in wanted:     # some were published without their last section
            form = re.sub(r"\nSECT .*", "", form)
        verdicts.check(f"{word} all agrees with the published result",
                       h.difference(wanted, form))


def judge_people(case, verdicts, place):
    source = h.CORPUS / case.paths[0]
    data = source.read_bytes()
    people = list(dict.fromkeys(author for _, _, author in checker.marks(data)))
    for i, person in enumerate(people):
        for word, accept in (("accept", True), ("reject", False)):
            out = place / f"{word}{i}.docx"
            done = run("resolve", source, "-o", out, f"--{word}", f"person:{person}")
            verdicts.check(f"{word} {person}", h.why_not(done) or h.difference(
                checker.normal(checker.resolve(data, accept, person)),
                checker.normal(out.read_bytes())))
        resolved(verdicts, f"only {person}", source, place / f"only{i}.docx",
                 ["--accept", f"person:{person}", "--reject", "all"],
                 checker.normal(checker.resolve(checker.resolve(data, True, person), False)))


def judge_settle(case, verdicts, place):
    source = h.CORPUS / case.paths[0]
    data = source.read_bytes()
    for word, accept in (("accept", True), ("reject", False)):
        resolved(verdicts, f"{word} all agrees with revisions.py", source,
                 place / f"{word}ed.docx", [f"--{word}", "all"],
                 checker.normal(checker.resolve(data, accept)))


def judge(case):
    verdicts = h.Verdicts(case.label)
    place = options.work / f"{case.number:03}"
    place.mkdir(parents=True, exist_ok=True)
    for stale in place.glob("*.docx"):
        stale.unlink()
    {"compare": judge_compare, "consolidate": judge_consolidate,
     "resolve": judge_resolve, "people": judge_people,
     "settle": judge_settle}[case.kind](case, verdicts, place)
    return verdicts


def in_both_directions(all_verdicts):
    """How many comparisons hold in both directions: to the letter, and in meaning."""
    strict = meant = whole = 0
    for verdicts in all_verdicts:
        if not verdicts.label.startswith("compare "):
            continue
        failed = [v.check for v in verdicts.list if v.status != "ok" and " all gives " in v.check
                  and not v.check.startswith("resolve ")]
        whole += 1
        strict += not failed
        meant += not any(check.endswith(", in meaning") for check in failed)
    return f"of {whole} comparisons {strict} hold in both directions, {meant} in meaning"


def judge_peer(case):
    """A comparison by Docxodus, its redline read as ours is."""
    verdicts = h.Verdicts(case.label)
    base, revised = (h.CORPUS / p for p in case.paths)
    out = options.work / f"peer{case.number:03}.docx"
    done = subprocess.run(["node", str(DOCXODUS), "compare", str(base), str(revised), str(out)],
                          capture_output=True, text=True)
    trouble = "" if done.returncode == 0 else h.one_line(done.stderr)
    if verdicts.check("it all gives a file, in meaning", trouble):
        redline = out.read_bytes()
        gives(verdicts, "rejecting all gives the base", base.read_bytes(),
              checker.resolve(redline, False))
        gives(verdicts, "accepting all gives the revised file", revised.read_bytes(),
              checker.resolve(redline, True))
    return verdicts


def main():
    global checker
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--only", default="", metavar="SUBSTR", help="cases whose name has SUBSTR")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=options.work, metavar="DIR",
                        help="where outputs stay (build/judge/pairs)")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.add_argument("--peer", action="store_true", help="judge Docxodus' comparisons instead")
    parser.add_argument("--no-validate", dest="validate", action="store_false",
                        help="leave out the schema check, which takes half the time")
    parser.parse_args(namespace=options)
    h.need_shared("real pairs")
    checker = h.Checker()
    report = h.Report(options.quiet)
    chosen = [c for c in cases() if options.only in c.label
              and (c.kind == "compare" or not options.peer)]
    options.work.mkdir(parents=True, exist_ok=True)
    done = h.judge_all(judge_peer if options.peer else judge, chosen, options.jobs,
                       h.Report(True) if options.peer else report)
    print(f"# {in_both_directions(done)}")
    sys.exit(0 if options.peer else report.end(f"real pairs, {len(chosen)} cases"))


if __name__ == "__main__":
    main()
