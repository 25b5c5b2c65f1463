#!/usr/bin/env python3
"""How fast, and how much memory: the command as whole processes, beside the floor and the peers.

    make bench                      100, 1,000 and 10,000 paragraphs
    make bench BENCH="--full"       100,000 as well, and 300 s of patience with the peers
    make bench BENCH="--no-peers"   ours and the floor alone

PARAPH and FLOOR name the programs. Writes a table to the terminal and build/bench/result.md; what
is missing (a peer, ../shared) is said, and left out. bench/README.md tells what is measured.
Exit status 1 when a run of the command did not end well, whatever the times.
"""
import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cases

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "bench"
TREATY = ROOT.parent / "shared" / "tools" / "gen_treaty.py"
JUDGE = ROOT / "tests" / "judge"
PARAPH = Path(os.environ.get("PARAPH", ROOT / "build" / "paraph"))
FLOOR = Path(os.environ.get("FLOOR", ROOT / "build" / "release" / "floor"))
LEVEL = 6                   # the command deflates at it unless told otherwise
RETURNS = 4
MANY_RETURNS = (1, 5, 10, 20)
# What the project asks of itself.
FLOOR_MOST, HARD_MOST, LINEAR_MOST, MEMORY_MOST, PEER_LEAST = 6, 20, 1.5, 12, 25


@dataclass
class Took:
    """One command's best time and its peak memory; trouble is '' when it ended well."""
    seconds: float = 0
    cpu: float = 0          # user and system
    peak: int = 0           # bytes
    trouble: str = ""


def run_once(command, patience):
    began = time.perf_counter()
    with open(WORK / "last-output.txt", "wb") as log:
        process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        late = threading.Event()

        def end():
            late.set()
            os.killpg(process.pid, 9)

        guard = threading.Timer(patience, end)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
    took = Took(time.perf_counter() - began, usage.ru_utime + usage.ru_stime,
                usage.ru_maxrss * 1024)
    process.returncode = os.waitstatus_to_exitcode(status)
    if late.is_set():
        took.trouble = f"not done in {patience:.0f} s"
    elif process.returncode != 0:
        said = (WORK / "last-output.txt").read_text(errors="replace").strip().split("\n")[-1]
        took.trouble = f"exit {process.returncode}: {said[:160]}"
    return took


def better(one, other):
    """The faster of two runs that ended well, with the larger peak; else the one that did not."""
    best = min((one, other), key=lambda took: (not took.trouble, took.seconds))
    best.peak, best.cpu = max(one.peak, other.peak), min(one.cpu, other.cpu)
    return best


def measure(*commands, patience=300.0, runs=7):
    """Of each command the best of some runs, taken by turns, so that all meet the same machine;
    fewer runs where they are long."""
    best = [run_once(c, patience) for c in commands]
    total = sum(took.seconds for took in best)
    for _ in range(min(runs, int(30 / total)) - 1 if total else 0):
        if any(took.trouble for took in best):
            break
        best = [better(took, run_once(c, patience)) for took, c in zip(best, commands)]
    return best


def floor(files):
    return [FLOOR, LEVEL, *files]


def compare(base, revised):
    """What a comparison takes, and the floor under it."""
    return measure([PARAPH, "compare", base, revised, "-o", WORK / "out.docx", "-q"],
                   floor([base, revised]))


def consolidate(base, returns):
    named = [f"Office {i}={path}" for i, path in enumerate(returns, 1)]
    return measure([PARAPH, "consolidate", base, *named, "-o", WORK / "out.docx", "-q"],
                   floor([base, *returns]))


def inflated(paths):
    """Bytes of XML in some files."""
    total = 0
    for path in paths:
        with zipfile.ZipFile(path) as z:
            total += sum(i.file_size for i in z.infolist()
                         if i.filename.endswith((".xml", ".rels")))
    return total


# ---- peers ---------------------------------------------------------------------------------

class Peers:
    """Docxodus under Node and LibreOffice, as far as they are installed."""

    def __init__(self, wanted, patience):
        self.patience, self.missing = patience, []
        self.docxodus = wanted and self.has("Docxodus", shutil.which("node") and
                                            (JUDGE / "node_modules").is_dir(),
                                            "node, and npm ci --prefix tests/judge")
        self.libreoffice = wanted and self.has("LibreOffice", shutil.which("soffice") and
                                               has_uno(),
                                               "libreoffice-writer-nogui and python3-uno")
        self.wanted = wanted

    def has(self, name, there, needs):
        if not there:
            self.missing.append(f"{name} is not installed (it needs {needs}): left out")
        return bool(there)

    def run(self, there, command, more_patience=0):
        return run_once(command, self.patience + more_patience) if there else None

    def docxodus_compare(self, base, revised):
        return self.run(self.docxodus, ["node", JUDGE / "docxodus.mjs", "compare", base, revised,
                                        WORK / "peer.docx"])

    def docxodus_consolidate(self, base, returns):
        named = [f"Office {i}={path}" for i, path in enumerate(returns, 1)]
        return self.run(self.docxodus, ["node", JUDGE / "docxodus.mjs", "consolidate", base,
                                        WORK / "peer.docx", *named])

    def libreoffice_compare(self, base, revised):
        return self.run(self.libreoffice, [sys.executable, JUDGE / "libreoffice.py", "compare",
                                           base, revised, WORK / "peer.docx"],
                        180)    # it ends what it started itself, when its own patience ends


def has_uno():
    return subprocess.run(["/usr/bin/python3", "-c", "import uno"],
                          stderr=subprocess.DEVNULL).returncode == 0


# ---- showing -------------------------------------------------------------------------------

def seconds(took):
    if took is None:
        return "-"
    if took.trouble:
        return took.trouble
    return f"{took.seconds:.1f} s" if took.seconds >= 10 else \
        f"{took.seconds:.2f} s" if took.seconds >= 1 else f"{took.seconds * 1000:.1f} ms"


def ratio(over, under, digits=1):
    if over is None or under is None or over.trouble or under.trouble:
        return "-"
    return f"{over.seconds / under.seconds:.{digits}f}"


def both_ratios(over, under):
    """By the clock, and by processor time, which a busy machine stretches less."""
    if over.trouble or under.trouble:
        return "-", "-"
    return ratio(over, under), f"{over.cpu / under.cpu:.1f}" if under.cpu else "-"


def megabytes(n):
    """Linux counts what this process held when it started the other into the other's peak."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{n / 1e6:.0f} MB" if n > own else f"<{own / 1e6:.0f} MB"


def times(peak, xml):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{peak / xml:.1f}" if peak > own else "-"


class Table:
    """Rows of strings, shown as they come and kept for the Markdown file."""

    def __init__(self, title, *heads):
        self.title, self.heads, self.rows, self.notes = title, heads, [], []
        self.widths = [len(h) for h in heads]
        print(f"\n{title}")
        print("  " + "  ".join(heads), flush=True)

    def row(self, *cells):
        self.rows.append(cells)
        shown = [c.ljust(w) if i == 0 else c.rjust(w)
                 for i, (c, w) in enumerate(zip(cells, self.widths))]
        print("  " + "  ".join(shown), flush=True)

    def note(self, text, holds=None):
        mark = "" if holds is None else "holds: " if holds else "MISSED: "
        self.notes.append(mark + text)
        print(f"  {mark}{text}", flush=True)

    def markdown(self):
        lines = [f"## {self.title}", "", "| " + " | ".join(self.heads) + " |",
                 "|---" + "|---:" * (len(self.heads) - 1) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines + [""] + [f"- {n}" for n in self.notes] + [""])


def judge(table, what, values, most, unit="x the floor"):
    """One line: the worst of some numbers against what is asked."""
    known = [v for v in values if v is not None]
    if known:
        table.note(f"{what}: at most {max(known):.1f} {unit} (asked: {most})", max(known) <= most)


def quotient(over, under):
    if over is None or under is None or over.trouble or under.trouble:
        return None
    return over.seconds / under.seconds


# ---- what is measured ----------------------------------------------------------------------

class Bench:
    def __init__(self, options):
        self.options, self.tables, self.failed = options, [], []
        self.peers = Peers(options.peers, 300.0 if options.full else 120.0)

    def table(self, *words):
        self.tables.append(Table(*words))
        return self.tables[-1]

    def ours(self, what, took):
        if took.trouble:
            self.failed.append(f"{what}: {took.trouble}")
        return took

    def treaty(self, paragraphs, returns):
        folder = WORK / "data" / f"treaty-{paragraphs}-{returns}"
        paths = [folder / f"r{i}.docx" for i in range(1, returns + 1)]
        if not paths[-1].exists():
            subprocess.run([sys.executable, "-B", TREATY, folder, str(paragraphs), str(returns)],
                           check=True, stdout=subprocess.DEVNULL)
        return folder / "base.docx", paths

    def sizes(self):
        sizes = [100, 1000, 10000] + ([100000] if self.options.full else [])
        peer = ("Docxodus", "is slower by", "LibreOffice") if self.options.peers else ()
        c = self.table(f"compare, {EDITED} of the paragraphs edited", "paragraphs", "   ours",
                       "  floor", "x floor", "by cpu", "   peak", "x XML", *peer)
        all_ours, worst, memory, lead = {}, [], [], []
        for n in sizes:
            base, returns = self.treaty(n, RETURNS)
            ours, least = compare(base, returns[0])
            self.ours(f"compare, {n} paragraphs", ours)
            xml = inflated([base, returns[0]])
            theirs = self.peers.docxodus_compare(base, returns[0]) if n <= 10000 else None
            office = self.peers.libreoffice_compare(base, returns[0]) if n <= 10000 else None
            cells = (seconds(theirs), ratio(theirs, ours, 0), seconds(office))
            c.row(f"{n:,}".ljust(10), seconds(ours), seconds(least), *both_ratios(ours, least),
                  megabytes(ours.peak), times(ours.peak, xml), *cells[:len(peer)])
            all_ours[n] = ours
            if n >= 1000:   # below, starting a process is most of it
                worst.append(quotient(ours, least))
            if n >= 10000:
                memory.append(ours.peak / xml if not ours.trouble else None)
                lead.append(quotient(theirs, ours))
        judge(c, "from 1,000 paragraphs on", worst, FLOOR_MOST)
        judge(c, "peak memory from 10,000 on", memory, MEMORY_MOST, "x the XML of both files")
        self.lead(c, lead)
        self.linear(c, all_ours)
        return sizes

    def lead(self, table, values):
        known = [v for v in values if v is not None]
        if known:
            table.note(f"Docxodus is slower by {min(known):.0f} at 10,000 (asked: {PEER_LEAST})",
                       min(known) >= PEER_LEAST)

    def linear(self, table, ours):
        sizes = [n for n in ours if n >= 1000 and not ours[n].trouble]
        if len(sizes) > 1:
            least, most = sizes[0], sizes[-1]
            growth = (ours[most].cpu / most) / (ours[least].cpu / least)
            table.note(f"a paragraph costs {growth:.2f} times the processor time at {most:,} as at "
                       f"{least:,} (asked: {LINEAR_MOST})", growth <= LINEAR_MOST)

    def consolidations(self, sizes):
        peer = ("Docxodus", "is slower by") if self.options.peers else ()
        c = self.table(f"consolidate, {RETURNS} returns, {EDITED} edited in each", "paragraphs",
                       "   ours", "  floor", "x floor", "by cpu", "   peak", "x XML", *peer)
        all_ours, worst, memory, lead = {}, [], [], []
        for n in sizes:
            base, returns = self.treaty(n, RETURNS)
            ours, least = consolidate(base, returns)
            self.ours(f"consolidate, {n} paragraphs", ours)
            xml = inflated([base, returns[0]])
            theirs = self.peers.docxodus_consolidate(base, returns) if n <= 10000 else None
            cells = (seconds(theirs), ratio(theirs, ours, 0))
            c.row(f"{n:,}".ljust(10), seconds(ours), seconds(least), *both_ratios(ours, least),
                  megabytes(ours.peak), times(ours.peak, xml), *cells[:len(peer)])
            all_ours[n] = ours
            if n >= 1000:
                worst.append(quotient(ours, least))
            if n >= 10000:
                memory.append(ours.peak / xml if not ours.trouble else None)
                lead.append(quotient(theirs, ours))
        judge(c, "from 1,000 paragraphs on", worst, FLOOR_MOST)
        judge(c, "peak memory from 10,000 on", memory, MEMORY_MOST,
              "x the XML of base and one return")
        self.lead(c, lead)
        self.linear(c, all_ours)

    def many_returns(self):
        n = 10000
        c = self.table(f"consolidate, {n:,} paragraphs, more and more returns", "returns",
                       "   ours", "  floor", "x floor", "by cpu", "   peak", "a return costs")
        base, returns = self.treaty(n, max(MANY_RETURNS))
        took = {}
        for count in MANY_RETURNS:
            ours, least = consolidate(base, returns[:count])
            self.ours(f"{count} returns", ours)
            took[count] = ours
            each = f"{ours.seconds * 1000 / count:.0f} ms" if not ours.trouble else "-"
            c.row(str(count), seconds(ours), seconds(least), *both_ratios(ours, least),
                  megabytes(ours.peak), each)
        few, most = took[MANY_RETURNS[1]], took[MANY_RETURNS[-1]]
        if not few.trouble and not most.trouble:
            growth = (most.cpu / MANY_RETURNS[-1]) / (few.cpu / MANY_RETURNS[1])
            c.note(f"a return costs {growth:.2f} times the processor time among {MANY_RETURNS[-1]} "
                   f"as among {MANY_RETURNS[1]} (asked: {LINEAR_MOST})", growth <= LINEAR_MOST)

    def hard(self):
        peer = ("Docxodus", "LibreOffice") if self.options.peers else ()
        c = self.table("compare, made to be hard", "case".ljust(38), "   ours", "  floor",
                       "x floor", "by cpu", "   peak", *peer)
        worst = []
        for name, function in cases.HARD:
            base, revised = cases.make(function, WORK / "data" / function.__name__)
            ours, least = compare(base, revised)
            self.ours(name, ours)
            cells = (seconds(self.peers.docxodus_compare(base, revised)),
                     seconds(self.peers.libreoffice_compare(base, revised)))
            c.row(name, seconds(ours), seconds(least), *both_ratios(ours, least),
                  megabytes(ours.peak), *cells[:len(peer)])
            worst.append(quotient(ours, least))
        judge(c, "worst", worst, HARD_MOST)


EDITED = "3 %"


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="100,000 paragraphs as well")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    options = parser.parse_args()
    for program in (PARAPH, FLOOR):
        if not program.exists():
            print(f"bench: {program} is not built", file=sys.stderr)
            sys.exit(4)
    WORK.mkdir(parents=True, exist_ok=True)
    where, bench = machine(), Bench(options)
    print(where)
    missing = bench.peers.missing
    if TREATY.exists():
        sizes = bench.sizes()
        bench.consolidations(sizes)
        bench.many_returns()
    else:
        missing.append("../shared is not there: no generated treaties")
    bench.hard()
    for line in missing + [f"did not end well: {f}" for f in bench.failed]:
        print(line)
    text = [f"# Benchmark\n\n{where}. Whole processes, best of up to 7 runs; the proof is on.\n"]
    text += [t.markdown() for t in bench.tables] + [f"- {line}" for line in missing]
    (WORK / "result.md").write_text("\n".join(text) + "\n")
    print(f"\nbuild/bench/result.md")
    sys.exit(1 if bench.failed else 0)


if __name__ == "__main__":
    main()
