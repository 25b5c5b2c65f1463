#!/usr/bin/env python3
"""Every file of the corpus, read and written back.

    tests/judge/corpus.py [--paraph BIN] [--only SUBSTR] [--sample N] [--jobs 2] [--quiet]

For each file F of ../shared/corpus (index.tsv, odd.tsv):
  paraph text F            gives text, or refuses (exit status 3, one sentence on stderr)
  paraph compare F F -o C  gives a file without a revision mark, equal to F in normal form (to F
                           accepted, where F holds revisions), in which every part that holds no
                           revision is F's own, byte for byte; or refuses, as text did
Never a signal, a sanitizer report, or more than 20 seconds. A refusal of a file the index calls
sound fails, unless known.tsv lists it with the reason; every refusal is listed at the end for a
person to read, and in build/judge/corpus/refusals.tsv. --sample N takes every so many'th file,
the odd and big ones always. TAP on stdout; exit 1 if a check fails that known.tsv does not list.
"""
import argparse
import hashlib
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import harness as h

options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph",
                             work=h.ROOT / "build" / "judge" / "corpus")
checker = None
REVISION = re.compile(rb"<(\w+:)?(ins|del|moveFrom|moveTo|cellIns|cellDel|cellMerge|numberingChange|"
                      rb"\w+Change|(customXml(Ins|Del|MoveFrom|MoveTo)|moveFrom|moveTo)Range\w+)"
                      rb"[ />]")


@dataclass
class Case:
    path: str
    sound: bool         # the index says: a zip of well-formed parts

    @property
    def label(self):
        return self.path


def cases(sample):
    index = h.rows("index.tsv")
    always = {r["path"] for name in ("odd.tsv", "big.tsv") for r in h.rows(name)}
    step = max(1, len(index) // sample) if sample else 1
    return [Case(r["path"], r["zip"] == "1" and r["wellformed"] == "1")
            for i, r in enumerate(index) if i % step == 0 or r["path"] in always]


def refused(done):
    """Exit status 3 with one sentence."""
    return done.code == 3 and not done.trouble and len(done.err.strip().splitlines()) == 1


def parts(docx):
    """Part name -> bytes; a name that occurs twice is kept as often."""
    archive, found = zipfile.ZipFile(io.BytesIO(docx)), {}
    for i, entry in enumerate(archive.infolist()):
        if not entry.filename.endswith("/"):
            name = entry.filename if entry.filename not in found else f"{entry.filename} ({i})"
            found[name] = archive.read(entry)
    return found


def judge_parts(source, out):
    """What was lost or altered of the parts that hold no revision."""
    was, now = parts(source), parts(out)
    touched = {n for n, data in was.items() if n.endswith(".xml") and REVISION.search(data)}
    for name in was:
        if name not in now:
            return f"{name} is gone"
        if name not in touched and was[name] != now[name]:
            at = next((i for i, (a, b) in enumerate(zip(was[name], now[name])) if a != b),
                      min(len(was[name]), len(now[name])))
            return (f"{name} differs from byte {at}: {was[name][at:at + 60]!r} became "
                    f"{now[name][at:at + 60]!r}")
    added = [n for n in now if n not in was]
    if added and not touched:
        return f"parts added though nothing changed: {added[:4]}"
    return ""


def judge_same(verdicts, source, out):
    """OUT is what comparing SOURCE with itself gave."""
    left = checker.marks(out)
    verdicts.check("no revision in it", f"{len(left)} marks, the first {left[0]}" if left else "")
    try:
        form = checker.settled(source)
    except Exception as e:      # the checker cannot read everything we can
        verdicts.skip("equal in normal form", f"revisions.py cannot read it: {e}")
    else:
        verdicts.check("equal in normal form", h.difference(form, checker.settled(out)))
    verdicts.check("untouched parts byte for byte", judge_parts(source, out))


def judge(case):
    verdicts = h.Verdicts(case.label)
    path = h.CORPUS / case.path
    out = options.work / (hashlib.sha1(case.path.encode()).hexdigest()[:12] + ".docx")
    out.unlink(missing_ok=True)
    text = h.run(options.paraph, "text", path)
    same = h.run(options.paraph, "compare", path, path, "-o", out)
    for name, done in (("text", text), ("compare with itself", same)):
        if refused(done):
            verdicts.refusal = done.err.strip()
            complaint = f"refused a sound file: {done.err.strip()}" if case.sound else ""
            if out.exists() and name != "text":
                complaint = "refused, but left a file"
        else:
            complaint = h.why_not(done)
        verdicts.check(name, complaint)
    if (text.code == 3) != (same.code == 3):
        verdicts.check("both read or refuse it", f"text: exit status {text.code}, "
                       f"compare: {same.code}: {h.one_line(text.err + same.err)}")
    if same.code == 0 and not same.trouble:
        judge_same(verdicts, path.read_bytes(), out.read_bytes())
        out.unlink(missing_ok=True)
    return verdicts


class Listing(h.Report):
    """A report that keeps the refusals."""
    refusals = []

    def add(self, verdicts):
        super().add(verdicts)
        if hasattr(verdicts, "refusal"):
            self.refusals.append((verdicts.label, verdicts.refusal))


def main():
    global checker
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--only", default="", metavar="SUBSTR", help="files whose path has SUBSTR")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="about N files")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=options.work, metavar="DIR",
                        help="where outputs stay (build/judge/corpus)")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.parse_args(namespace=options)
    h.need_shared("corpus")
    checker = h.Checker()
    options.work.mkdir(parents=True, exist_ok=True)
    report = Listing(options.quiet)
    chosen = [c for c in cases(options.sample) if options.only in c.path]
    h.judge_all(judge, chosen, options.jobs, report)
    print(f"# {len(report.refusals)} refusals:")
    with open(options.work / "refusals.tsv", "w", encoding="utf-8") as f:
        for path, message in report.refusals:
            print(f"#   {path}: {message}")
            print(path, message, sep="\t", file=f)
    sys.exit(report.end(f"corpus, {len(chosen)} files"))


if __name__ == "__main__":
    main()
