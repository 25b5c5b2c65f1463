#!/usr/bin/env python3
"""LibreOffice accepts and rejects everything in our redlines, and must agree with us.

    tests/judge/libreoffice.py [--paraph BIN] [--sample N] [--quiet] [REDLINE.docx ...]
    tests/judge/libreoffice.py compare BASE REVISED OUT      its own comparison, for the benchmark

Without files: the redlines under build/demo and build/judge/pairs, and the files of
../shared/corpus that hold revisions of their own; with --sample, about N of either. For each, one
LibreOffice loads it, does accept-all (then, loaded again, reject-all) and stores a .docx; what
`paraph resolve --accept all` (--reject all) gives goes through LibreOffice as well, so that what
its import and export lose is lost on both sides. Then the paragraphs' texts, the notes, and the
tables' structure must be equal; properties are left out.

Needs Debian's libreoffice-writer-nogui and python3-uno (which wants /usr/bin/python3). One
process for all files, with a profile of its own, on a pipe; it is ended at the end. TAP; exit 1 on failures
that known.tsv does not list (checks "accept-all" and "reject-all").
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

try:
    import uno
    from com.sun.star.beans import PropertyValue
except ImportError:     # only the worker needs it
    uno = None

import docxodus
import harness as h
import pairs

WORK = h.ROOT / "build" / "judge" / "libreoffice"
PYTHON = "/usr/bin/python3"
PATIENCE = 120      # seconds for one step on one file
options = argparse.Namespace(paraph=h.ROOT / "build" / "paraph", files=[])


# ---- inside the worker: one soffice, spoken to over a pipe ---------------------------------

def value(name, content):
    v = PropertyValue()
    v.Name, v.Value = name, content
    return v


class Desk:
    """A soffice process and its desktop object."""

    def __init__(self, place):
        profile = place / "profile"
        shutil.rmtree(profile, ignore_errors=True)
        profile.mkdir(parents=True)
        pipe = f"paraph-judge-{os.getpid()}"
        self.process = subprocess.Popen(
            ["soffice", "--headless", "--norestore", "--nologo", "--nodefault",
             f"-env:UserInstallation={profile.resolve().as_uri()}",
             f"--accept=pipe,name={pipe};urp;"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(600):
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                time.sleep(0.05)
        else:
            raise RuntimeError("soffice does not answer")
        make = lambda name: context.ServiceManager.createInstanceWithContext(name, context)
        self.desktop = make("com.sun.star.frame.Desktop")
        self.dispatcher = make("com.sun.star.frame.DispatchHelper")
        self.kept = None    # an open document: it answers before it is ready, and ends with the
        while self.kept is None:    # last document
            self.kept = self.desktop.loadComponentFromURL("private:factory/swriter", "_blank", 0,
                                                          (value("Hidden", True),))
            time.sleep(0.05)

    def convert(self, source, out, command, arguments, fields):
        """Loads SOURCE, dispatches COMMAND to it if there is one, has the fields worked out anew if
        FIELDS, stores OUT as .docx."""
        url = lambda path: Path(path).resolve().as_uri()
        made = self.desktop.loadComponentFromURL(url(source), "_blank", 0,
                                                 (value("Hidden", True),))
        if made is None:
            return "LibreOffice does not open it"
        if command:
            frame = made.getCurrentController().getFrame()
            self.dispatcher.executeDispatch(frame, command, "", 0, tuple(
                value(k, url(v) if k == "URL" else v) for k, v in arguments.items()))
        if fields:
            made.getTextFields().refresh()
        made.storeToURL(url(out), (value("FilterName", "MS Word 2007 XML"),))
        made.close(True)
        return ""


def serve(place):
    """Answers requests on stdin, one JSON array a line, until it ends; then ends soffice."""
    desk = Desk(place)
    for line in sys.stdin:
        try:
            answer = desk.convert(*json.loads(line))
        except Exception as e:
            answer = f"LibreOffice: {type(e).__name__}: {h.one_line(str(e), 120)}"
        print(json.dumps(answer), flush=True)
        if answer.startswith("LibreOffice: "):
            os._exit(1)     # the bridge may be gone; the parent starts a new worker
    try:
        desk.desktop.terminate()
    except Exception:
        pass
    desk.process.wait(10)


# ---- in the judge: a worker that is replaced when it dies or hangs -------------------------

class Office:
    """A worker in a process group of its own, so that all it started ends with it."""

    def __init__(self, place):
        self.place = place
        self.start()

    def start(self):
        self.worker = subprocess.Popen([PYTHON, __file__, "serve", str(self.place)], text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       start_new_session=True)

    def kill(self):
        try:
            os.killpg(self.worker.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def end(self):
        self.worker.stdin.close()
        try:
            self.worker.wait(20)
        except subprocess.TimeoutExpired:
            pass
        self.kill()
        self.worker.wait()

    def convert(self, source, out, command="", arguments=None, fields=True):
        """'' or what went wrong with loading SOURCE, doing COMMAND and storing OUT."""
        guard = threading.Timer(PATIENCE, self.kill)
        guard.start()
        try:
            print(json.dumps([str(source), str(out), command, arguments or {}, fields]),
                  file=self.worker.stdin, flush=True)
            answer = self.worker.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            guard.cancel()
        if answer and not json.loads(answer).startswith("LibreOffice: "):
            return json.loads(answer)
        self.kill()
        self.worker.wait()
        self.start()
        return json.loads(answer) if answer else f"LibreOffice died, or took over {PATIENCE} s"


# ---- what is compared ----------------------------------------------------------------------

def words(checker, docx):
    """The normal form reduced to paragraphs' texts and tables' structure."""
    form = checker.normal(docx, props=False)
    form = form.replace("\u200b", "")    # it sets them around pictures that were in a change
    form = re.sub(r"(?m)^( *P) +\u200d$", r"\1", form)    # and this into empty cells of such a row
    form = re.sub(r"⟨(drawing|pict|object|AlternateContent):[^⟩]*⟩", r"⟨\1⟩", form)
    form = re.sub(r"⟨(instr|fld):[^⟩]*⟩", "", form)
    form = re.sub(r"\{[@+~<>-][^|{}]*\|", "", form).replace("{", "").replace("}", "")
    lines = [re.sub(r"[ \t]+", " ", s.rstrip()) for s in form.split("\n")]
    return "\n".join(s for s in lines if not s.lstrip().startswith("SECT"))


@dataclass
class Case:
    path: Path
    label: str


def cases(files, sample):
    if files:
        return [Case(Path(f), docxodus.label(Path(f))) for f in files]
    ours = sorted((h.ROOT / "build" / "demo").glob("*.docx"))
    judged = sorted((h.ROOT / "build" / "judge" / "pairs").glob("[0-9]*/co*.docx"))
    # the same ones however many there are
    step = max(1, len(pairs.cases()) // sample) if sample else 1
    ours += [p for p in judged if int(p.parent.name) % step == 0]
    found = [Case(p, docxodus.label(p)) for p in ours]
    if (h.CORPUS / "index.tsv").exists():
        marked = [r["path"] for r in h.rows("index.tsv")
                  if r["wellformed"] == "1" and int(r["ins"] or 0) + int(r["del"] or 0) > 0]
        step = max(1, len(marked) // sample) if sample else 1
        found += [Case(h.CORPUS / p, p) for p in marked[::step]]
    else:
        print("# ../shared is not there: no sample of the corpus")
    return found


def told_apart(checker, ours, theirs, office):
    """Where the two differ, or ''. What a reference to a numbered paragraph says is worked out when a
    file is loaded, before anything is accepted; so a difference counts if it outlives another
    loading and storing of both."""
    told = h.difference(words(checker, ours.read_bytes()), words(checker, theirs.read_bytes()))
    if not told:
        return ""
    again = [path.with_stem(path.stem + "-again") for path in (ours, theirs)]
    complaint = office.convert(ours, again[0]) or office.convert(theirs, again[1])
    return complaint or h.difference(*(words(checker, path.read_bytes()) for path in again))


def judge(case, office, checker):
    verdicts = h.Verdicts(case.label)
    for word in ("accept", "reject"):
        ours, theirs, both = (WORK / f"{word}-{who}.docx" for who in ("ours", "theirs", "both"))
        for stale in (ours, theirs, both):
            stale.unlink(missing_ok=True)
        check = f"{word}-all"
        done = h.run(options.paraph, "resolve", case.path, "-o", ours, f"--{word}", "all")
        complaint = h.why_not(done) or office.convert(
            case.path, theirs, f".uno:{word.capitalize()}AllTrackedChanges") or office.convert(
            ours, both)
        if not complaint:
            left = checker.marks(theirs.read_bytes())
            complaint = f"LibreOffice left {len(left)} marks, the first {left[0]}" if left else \
                told_apart(checker, both, theirs, office)
        verdicts.check(check, complaint)
    return verdicts


def compare(base, revised, out):
    """LibreOffice's own comparison: BASE against the loaded REVISED."""
    office = Office(WORK / f"compare-{os.getpid()}")
    try:
        return office.convert(Path(revised), Path(out), ".uno:CompareDocuments",
                              {"URL": str(base)}, fields=False)
    finally:
        office.end()
        shutil.rmtree(office.place, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paraph", default=options.paraph, help="the command (build/paraph)")
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    parser.add_argument("--quiet", action="store_true", help="print only what fails")
    parser.add_argument("files", nargs="*")
    parser.parse_args(namespace=options)
    if options.files[:1] == ["serve"]:
        serve(Path(options.files[1]))
        return
    there = subprocess.run([PYTHON, "-c", "import uno"], stderr=subprocess.DEVNULL).returncode
    if there != 0 or shutil.which("soffice") is None:
        print("1..0 # skip LibreOffice: soffice or python3-uno is not installed")
        sys.exit(0)
    WORK.mkdir(parents=True, exist_ok=True)
    if options.files[:1] == ["compare"] and len(options.files) == 4:
        complaint = compare(*options.files[1:])
        print(complaint or "compared", file=sys.stderr)
        sys.exit(4 if complaint else 0)
    h.need_shared("LibreOffice")    # the checker is there
    checker, report = h.Checker(), h.Report(options.quiet)
    chosen = cases(options.files, options.sample)
    office = Office(WORK)
    try:
        for case in chosen:
            report.add(judge(case, office, checker))
    finally:
        office.end()
    sys.exit(report.end(f"LibreOffice, {len(chosen)} files"))


if __name__ == "__main__":
    main()
