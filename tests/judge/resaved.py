#!/usr/bin/env python3
"""Real files against themselves as LibreOffice saves them anew: what an office without Word returns.

    tests/judge/resaved.py [--paraph BIN] [--sample N] [--quiet] [--only SUBSTR]

About N (300 unless told) .docx files of ../shared/corpus, none over 400 kB, are stored again by
LibreOffice. `paraph compare` of the file with the new one, and of the new one with the file, must
give a proven redline, or refuse an input in one sentence (exit status 3; counted as skipped). TAP.
Skipped where soffice or ../shared is not there.
"""
import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import harness as h

AT_ONCE = 50        # files one soffice converts before a new one is begun
LARGEST = 400_000   # bytes
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph",
                             work=h.ROOT / "build" / "judge" / "resaved")


class Case:
    def __init__(self, path, number):
        self.label, self.source = path, h.CORPUS / path
        self.saved = options.work / "saved" / f"{number:04}.docx"
        self.copy = options.work / f"{number:04}.docx"


def cases():
    rows = [r["path"] for r in h.rows("index.tsv") if r["zip"] == "1" and r["wellformed"] == "1"
            and r["path"].endswith(".docx") and (h.CORPUS / r["path"]).stat().st_size < LARGEST]
    step = max(1, len(rows) // options.sample)
    return [Case(path, i) for i, path in enumerate(rows) if i % step == 0 and options.only in path]


def save_anew(chosen):
    """Those that LibreOffice could store."""
    shutil.rmtree(options.work, ignore_errors=True)
    (options.work / "saved").mkdir(parents=True)
    for case in chosen:
        shutil.copyfile(case.source, case.copy)
    profile = f"-env:UserInstallation={(options.work / 'profile').resolve().as_uri()}"
    for at in range(0, len(chosen), AT_ONCE):
        files = [str(c.copy) for c in chosen[at:at + AT_ONCE]]
        subprocess.run(["soffice", profile, "--headless", "--convert-to", "docx", "--outdir",
                        str(options.work / "saved"), *files], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
    return [c for c in chosen if c.saved.exists()]


def judge(case):
    verdicts = h.Verdicts(case.label)
    out = case.copy.with_suffix(f".{os.getpid()}.redline.docx")
    for check, base, revised in (("the new one is proven", case.copy, case.saved),
                                 ("the other way round", case.saved, case.copy)):
        done = h.run(options.paraph, "compare", base, revised, "-o", out, "--author", "Office")
        if done.code == 3 and not done.trouble:
            verdicts.skip(check, h.one_line(done.err))
            continue
        failed = [line.strip() for line in done.out.split("\n") if "FAILS" in line]
        verdicts.check(check, "; ".join(failed) or h.why_not(done))
        out.unlink(missing_ok=True)
    return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--sample", type=int, default=300, help="how many files, about (300)")
    parser.add_argument("--only", default="", metavar="SUBSTR", help="files whose path has SUBSTR")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.parse_args(namespace=options)
    h.need_shared("files saved anew")
    if not shutil.which("soffice"):
        print("1..0 # skip files saved anew: no soffice here")
        return
    report = h.Report(options.quiet)
    chosen = save_anew(cases())
    h.judge_all(judge, chosen, options.jobs, report)
    sys.exit(report.end(f"files saved anew, {len(chosen)} of them"))


if __name__ == "__main__":
    main()
