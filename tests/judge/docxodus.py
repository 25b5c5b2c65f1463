#!/usr/bin/env python3
"""Docxodus accepts and rejects everything in our redlines, and must agree with us.

    tests/judge/docxodus.py [--paraph BIN] [--sample N] [--quiet] [REDLINE.docx ...]

Without files: the redlines under build/demo and build/judge/pairs; with --sample, about N of them.
What docxDiffAcceptRevisions (docxDiffRejectRevisions) makes of each must be what `paraph resolve
--accept all` (--reject all) makes of it, read by ../shared/tools/revisions.py, properties left out.

Needs node, and `npm ci --prefix tests/judge`; skipped where they are not there. TAP; exit 1 on
failures that known.tsv does not list (checks "Docxodus accept-all" and "Docxodus reject-all").
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import harness as h
import pairs

HERE = Path(__file__).resolve().parent
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph", files=[], sample=0)


class Library:
    """docxodus.mjs in batch mode: one start of its runtime for all files."""

    def __init__(self):
        self.process = subprocess.Popen(["node", str(HERE / "docxodus.mjs"), "batch"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def perform(self, *words):
        print(json.dumps([str(w) for w in words]), file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            if line.startswith("{"):    # its runtime talks, too
                return json.loads(line)["error"]
        return "docxodus ended"

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def redlines():
    if options.files:
        return [Path(f) for f in options.files]
    found = sorted((h.ROOT / "build/judge/pairs").glob("[0-9]*/co[mn]*.docx"))
    # the same ones however many there are
    step = max(1, len(pairs.cases()) // options.sample) if options.sample else 1
    found = [p for p in found if int(p.parent.name) % step == 0]
    demo = h.ROOT / "build/demo/consolidated.docx"
    return ([demo] if demo.exists() else []) + found


def label(path):
    """The file's name, and of which files of the corpus it was made."""
    if not path.is_relative_to(h.ROOT):
        return str(path)
    name = str(path.relative_to(h.ROOT))
    number = path.parent.name
    return f"{name}, {pairs.cases()[int(number)].label}" if number.isdigit() else name


def judge(path, place, library, checker):
    verdicts = h.Verdicts(label(path))
    for word in ("accept", "reject"):
        ours, theirs = place / "ours.docx", place / "theirs.docx"
        done = h.run(options.paraph, "resolve", path, "-o", ours, f"--{word}", "all")
        complaint = h.why_not(done) or library.perform(word, path, theirs)
        if not complaint:
            complaint = h.difference(checker.settled(ours.read_bytes(), props=False),
                                     checker.settled(theirs.read_bytes(), props=False))
        verdicts.check(f"Docxodus {word}-all", complaint)
    return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--sample", type=int, default=options.sample, metavar="N")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.add_argument("files", nargs="*", metavar="REDLINE.docx")
    parser.parse_args(namespace=options)
    h.need_shared("Docxodus")
    if not (HERE / "node_modules/docxodus").exists():
        print("1..0 # skip Docxodus: npm ci --prefix tests/judge was not done")
        return 0
    checker, library, report = h.Checker(), Library(), h.Report(options.quiet)
    chosen = redlines()
    with tempfile.TemporaryDirectory() as place:
        for path in chosen:
            report.add(judge(path, Path(place), library, checker))
    library.end()
    return report.end(f"Docxodus, {len(chosen)} files")


if __name__ == "__main__":
    sys.exit(main())
