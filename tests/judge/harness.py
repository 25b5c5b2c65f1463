"""What the outside judges share: running the command, reading documents with the independent
checker (../shared/tools/revisions.py, loaded in-process), and reporting in TAP.

Not run by itself; see pairs.py, corpus.py, synthetic.py, libreoffice.py and docxodus.py.
Where ../shared is absent every judge says so and exits 0.
"""
import csv
import importlib.util
import io
import multiprocessing
import re
import subprocess
import sys
import time
import traceback
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
KNOWN = Path(__file__).resolve().parent / "known.tsv"
TIMEOUT = 20        # seconds a command may take on any file of the corpus
SANITIZER = re.compile(r"(AddressSanitizer|LeakSanitizer|MemorySanitizer|runtime error:).*")

sys.setrecursionlimit(20000)    # the checker recurses on document depth


# ---- running the command -------------------------------------------------------------------

@dataclass
class Run:
    """One finished run of the command; trouble is '' unless it crashed, hung or was caught."""
    code: int
    out: str
    err: str
    seconds: float
    trouble: str


def run(binary, *args, timeout=TIMEOUT):
    """Runs BINARY ARGS and tells a crash, a hang or a sanitizer report from a plain exit."""
    began = time.monotonic()
    try:
        done = subprocess.run([str(binary), *map(str, args)], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=timeout)
    except subprocess.TimeoutExpired:
        return Run(-1, "", "", timeout, f"not done after {timeout} s")
    out, err = (s.decode("utf-8", "replace") for s in (done.stdout, done.stderr))
    trouble = ""
    report = SANITIZER.search(err)
    if done.returncode < 0:
        trouble = f"ended by signal {-done.returncode}: {one_line(err)}"
    elif report:
        trouble = report.group(0)
    elif done.returncode > 4:
        trouble = f"exit status {done.returncode} is none of the documented ones: {one_line(err)}"
    return Run(done.returncode, out, err, time.monotonic() - began, trouble)


def one_line(text, limit=300):
    return " / ".join(text.split("\n")).strip(" /")[:limit]


def why_not(done):
    """The reason a run that should have given a file did not, or ''."""
    if done.trouble:
        return done.trouble
    return "" if done.code == 0 else f"exit status {done.code}: {one_line(done.err)}"


# ---- the independent checker ---------------------------------------------------------------

def load_tool(name):
    """A script of ../shared/tools as a module, without leaving compiled files beside it."""
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec = importlib.util.spec_from_file_location(name, SHARED / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.dont_write_bytecode = keep


class Checker:
    """revisions.py on bytes. Every call starts from the same global state: the module registers
    namespace prefixes of what it read, and would carry them from one file to the next."""

    def __init__(self):
        self.tool = load_tool("revisions")
        self.prefixes = dict(ET._namespace_map)

    def _fresh(self, comments=False):
        ET._namespace_map.clear()
        ET._namespace_map.update(self.prefixes)
        self.tool.NF.comments = comments
        self.tool.RES.clear()

    def _apply(self, docx, steps):
        self._fresh()
        out = io.BytesIO()
        self.tool.apply(io.BytesIO(docx), out, steps)
        return out.getvalue()

    def resolve(self, docx, accept, person=None):
        """Accepts or rejects the revisions of PERSON, or of everybody."""
        return self._apply(docx, [(accept, lambda name: person is None or name == person)])

    def only(self, docx, office):
        """What OFFICE proposes, alone or jointly, accepted; everything else rejected."""
        return self._apply(docx, [(True, lambda name: office in name.split("; ")),
                                  (False, lambda name: True)])

    def normal(self, docx, props=True):
        self._fresh()
        return self.tool.text(io.BytesIO(docx), props)

    def settled(self, docx, props=True):
        """The normal form after accepting what DOCX itself holds. Documents on both sides of a
        comparison go through this, so that the checker's own tidying is on both sides too."""
        return self.normal(self.resolve(docx, True), props)

    def marks(self, docx):
        """(part, kind, author) of every revision mark."""
        self._fresh()
        tool, found = self.tool, []
        _, parts = tool.load(io.BytesIO(docx))
        marks = tool.CHG | {tool.INS, tool.DEL, tool.MF, tool.MT} | {
            tool.q(x) for x in ("cellIns", "cellDel", "cellMerge", "numberingChange")}
        for name, data in parts.items():
            if tool.PARTS.match(name) or name in tool.mainparts(parts):
                for e in tool.parse(tool.norm_ns(data)).iter():
                    if e.tag in marks:
                        found.append((name, e.tag.split("}")[1], e.get(tool.q("author"), "")))
        return found


def difference(expected, found):
    """The first line in which two normal forms differ; '' if they are equal."""
    if expected == found:
        return ""
    a, b = expected.split("\n"), found.split("\n")
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    x, y = (lines[at] if at < len(lines) else "(end)" for lines in (a, b))
    start = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q), min(len(x), len(y)))
    start = max(0, start - 30)
    count = sum(p != q for p, q in zip(a, b)) + abs(len(a) - len(b))
    return (f"line {at + 1} of {len(a)} ({count} differ): expected {x[start:start + 90]!r}, "
            f"found {y[start:start + 90]!r}")


def invalid(docx, inputs):
    """What validate_docx.py holds against DOCX beyond what INPUTS already had; '' if nothing."""
    tool = [sys.executable, "-B", str(SHARED / "tools" / "validate_docx.py"), "-v"]
    if subprocess.run(tool + [str(docx)], capture_output=True).returncode == 0:
        return ""
    for path in inputs:
        tool += ["--base", str(path)]
    done = subprocess.run(tool + [str(docx)], capture_output=True)
    if done.returncode == 0:
        return ""
    errors = [s.strip() for s in done.stdout.decode("utf-8", "replace").split("\n")
              if s.startswith("\tE ")]
    return f"{len(errors)} errors: " + "; ".join(errors[:3])[:400]


# ---- comments ------------------------------------------------------------------------------

def comments_of(docx):
    """[(author, comment's text, words it is anchored on)] of a document, in order of anchors.
    Deleted words count as words here: resolve the document first."""
    parts = zipfile.ZipFile(io.BytesIO(docx))
    names = parts.namelist()
    local = lambda e: e.tag.rsplit("}", 1)[-1]
    attribute = lambda e, key: next((v for k, v in e.attrib.items()
                                     if k.rsplit("}", 1)[-1] == key), "")
    said, spans = {}, {}
    for name in names:
        if re.match(r"word/comments\d*\.xml$", name):
            for c in ET.fromstring(parts.read(name)).iter():
                if local(c) == "comment":
                    text = "\n".join("".join(t.text or "" for t in p.iter() if local(t) == "t")
                                     for p in c.iter() if local(p) == "p")
                    said[attribute(c, "id")] = (attribute(c, "author"), text)
    for name in names:
        if re.match(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml$", name):
            opened = {}
            for e in ET.fromstring(parts.read(name)).iter():
                kind = local(e)
                if kind == "commentRangeStart":
                    opened[attribute(e, "id")] = []
                elif kind == "commentRangeEnd":
                    spans[attribute(e, "id")] = "".join(opened.pop(attribute(e, "id"), []))
                elif kind == "commentReference":
                    spans.setdefault(attribute(e, "id"), "")
                elif kind in ("t", "delText"):
                    for words in opened.values():
                        words.append(e.text or "")
    return [(*said[i], words) for i, words in spans.items() if i in said]


# ---- reporting -----------------------------------------------------------------------------

@dataclass
class Verdict:
    """One check of one case: status is 'ok', 'not ok' or 'skip'."""
    check: str
    status: str
    detail: str = ""


@dataclass
class Verdicts:
    """The verdicts on one case, in order."""
    label: str
    list: list = field(default_factory=list)

    def check(self, name, complaint):
        """Records NAME as kept if COMPLAINT is empty."""
        self.list.append(Verdict(name, "not ok" if complaint else "ok", complaint))
        return not complaint

    def skip(self, name, why):
        self.list.append(Verdict(name, "skip", why))


def known_rows():
    """known.tsv: (file, check, why). A row holds for every case whose label contains FILE, or is
    what stands behind its "=", and for the named check, or for all of them where it is '*'."""
    if not KNOWN.exists():
        return []
    with open(KNOWN, encoding="utf-8", newline="") as f:
        return [r for r in csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE)
                if len(r) >= 3 and not r[0].startswith("#")]


class Report:
    """Prints verdicts as TAP (QUIET: only the bad ones) and counts them."""

    def __init__(self, quiet=False):
        self.known = known_rows()
        self.count = dict.fromkeys(("ok", "not ok", "skip", "known"), 0)
        self.number = 0
        self.quiet = quiet

    def add(self, verdicts):
        for v in verdicts.list:
            self.number += 1
            why = next((r[2] for r in self.known if r[1] in ("*", v.check)
                        and (r[0] in verdicts.label or r[0] == f"={verdicts.label}")), None)
            line = f"{'ok' if v.status == 'skip' else v.status} {self.number} - " \
                   f"{verdicts.label}: {v.check}"
            if v.status == "not ok" and why is not None:
                self.count["known"] += 1
                line += f" # known: {why}"
            else:
                self.count[v.status] += 1
                if v.status == "skip":
                    line += f" # skip {v.detail}"
                elif v.status == "ok" and why is not None:
                    line += " # listed in known.tsv, but holds"
            if v.status == "not ok":
                print(f"{line}\n#   {v.detail}")
            elif not self.quiet:
                print(line)
        sys.stdout.flush()

    def end(self, title):
        """Prints plan and summary; the exit status."""
        c = self.count
        print(f"1..{self.number}")
        print(f"# {title}: {c['ok']} ok, {c['not ok']} not ok, {c['known']} known, "
              f"{c['skip']} skipped")
        return 1 if c["not ok"] else 0


def _guarded(job):
    judge, case = job
    try:
        return judge(case)
    except Exception:       # a fault of the judge is a failed check, not the end of the run
        verdicts = Verdicts(str(getattr(case, "label", case)))
        verdicts.check("judged", one_line(traceback.format_exc(limit=-2), 500))
        return verdicts


def judge_all(judge, cases, jobs, report):
    """JUDGE (a module-level function: case -> Verdicts) over CASES, JOBS at a time, in order;
    returns all verdicts."""
    work, done = [(judge, case) for case in cases], []

    def keep(verdicts):
        report.add(verdicts)
        done.append(verdicts)

    if jobs <= 1:
        for verdicts in map(_guarded, work):
            keep(verdicts)
        return done
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for verdicts in pool.imap(_guarded, work):
            keep(verdicts)
    return done


def need_shared(title):
    """Ends the program, saying so, where the shared corpus is not there."""
    if not (CORPUS / "index.tsv").exists():
        print(f"1..0 # skip {title}: ../shared is not there")
        sys.exit(0)


def rows(name):
    """A table of the corpus as dicts."""
    with open(CORPUS / name, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
