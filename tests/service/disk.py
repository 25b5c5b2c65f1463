#!/usr/bin/env python3
"""A full disk under the service: a clear error, nothing lost, and it works again when there is room. The
disk is a small tmpfs, mounted in a name space of its own where that can be had; else files are limited in
size (RLIMIT_FSIZE), which is no full disk, but fails in the same places. TAP.

    PARAPH=build/paraph tests/service/disk.py
"""
import ctypes
import os
import resource
import signal
import time

from load import Load, check_papers, check_record
from service import (Fault, Installation, Server, exported_acts, finish, record_holds, report, run,
                     shutil, skipped, temporary, wait_for)

CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 1 << 18, 2
SIZE = 64 << 20
ADVICE = "room"


def mount_small(folder):
    """A tmpfs that ends with this process. False: not to be had here."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        return False
    return libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, b"size=%d" % SIZE) == 0


def fill(path):
    """Takes all the room that is left."""
    with open(path, "wb", buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    f.write(b"x" * size)
            except OSError:
                pass


def acts_of_all_kinds(installation, server, dossier, mark):
    """(kind, status, text) of one act of each."""
    out = []
    for kind, person, act in (
            ("body", "admin", lambda c: c.act("body-add", id=f"body-{mark}", name=mark)),
            ("paper", "registry-defence", lambda c: c.act("paper-add", dossier, [("file", "a", os.urandom(9000))],
                                                          kind="other", title=mark)),
            ("refusal", "so-defence", lambda c: c.act("waive", dossier, need="lead-time", reason=mark)),
            ("open", "so-defence", lambda c: c.act("open", title=mark, party=["A State"], form="treaty",
                                                   grading="restricted", sponsor="defence",
                                                   secretary="secretary-defence"))):
        answer = act(installation.client(server, person))
        out.append((kind, answer.status, answer.body.decode()))
    return out


def check_full(installation, server, dossier, disk, log, work):
    reader = installation.client(server, "so-defence")
    before = len(exported_acts(installation.store, work))
    acts = f"/api/dossiers/{dossier}/acts"
    shown = reader.get(acts).body
    for n in range(3):
        fill(disk / "ballast")
        full = acts_of_all_kinds(installation, server, dossier, f"full-{n}")
        report(all(status in (500, 503) for _, status, _ in full), f"full, time {n + 1}: no act is done", full)
        report(all("the operator" in text or "its operator" in text or ADVICE in text for _, _, text in full),
               "the error says who can help", full)
        report(ADVICE in log.read_text(), "the log tells the operator to make room", log.read_text()[-600:])
        told = run("act", "body-add", "--id", f"cli-{n}", "--name", "x", store=installation.store,
                   token=installation.tokens["admin"])
        report(told.returncode == 4 and ADVICE in told.stderr and told.stderr.count("\n") == 1,
               f"the command says so: {told.stderr.strip()[:160]}", told)
        report(server.is_running() and reader.get(acts).body == shown, "what is there can be read")
        verified = run("record", "verify", installation.store)
        report(verified.returncode == 0, "the record verifies on a full disk", verified.stderr)
        (disk / "ballast").unlink()
        done = acts_of_all_kinds(installation, server, dossier, f"room-{n}")
        report([status for _, status, _ in done] == [200, 200, 403, 200],
               "with room all kinds of acts are done, by the same service", done)
        shown = reader.get(acts).body
    added = exported_acts(installation.store, work)[before:]
    marks = [str(a["objects"]) for a in added]
    report(len(added) == 12 and not any("full-" in m or "cli-" in m for m in marks),
           "the record holds the acts that were done, and no other", marks)
    record_holds(installation.store, "it verifies, and its replay gives the tables")


def check_start(installation, disk, work):
    """A service that starts on a full disk serves what there is, or says what is wrong."""
    fill(disk / "ballast")
    try:
        server = Server(installation.store, work / "start.log")
        got = installation.client(server, "so-defence").get("/api/dossiers")
        report(got.status == 200, "a service started on a full disk shows what there is", got)
        server.stop()
    except Fault as e:
        report(ADVICE in str(e) or "look after the disk" in str(e) or "No space left" in str(e), "a service that does not start on a full disk says why", e)
    (disk / "ballast").unlink()


def check_load(installation, dossier, disk, work):
    """Filling and emptying under load."""
    before = len(exported_acts(installation.store, work))
    server = Server(installation.store, work / "load.log")
    load = Load(installation, dossier, threads=4, drafts=False, seed=5)
    load.ports = [server.port]
    load.start()
    for _ in range(5):
        time.sleep(0.3)
        fill(disk / "ballast")
        time.sleep(0.3)
        (disk / "ballast").unlink()
    after = time.monotonic()
    report(wait_for(lambda: len(load.answered_since(after)) >= 5, 30),
           "acts go on whenever there is room", load.answered_since(after))
    report(load.stop() and server.is_running() and server.stop() == 0, "the service ends when it is told")
    odd = {s: n for s, n in load.statuses().items() if s not in (200, 403, 500, 503)}
    report(not odd and load.statuses()[500] + load.statuses()[503] > 0,
           "answers were 200, 403, 500 or 503", load.statuses())
    server = Server(installation.store, work / "load.log")
    check_papers(load, server, installation, "a disk filled under load")
    server.stop()
    check_record([load], installation.store, work, before, "a disk filled under load")


def check_limit(work):
    """Files that cannot grow, where no disk can be had that is full."""
    installation = Installation(work / "limited")
    server = Server(installation.store, work / "log")
    installation.enter_people(server)
    dossier = installation.open_dossier(server)
    server.stop()
    before = len(exported_acts(installation.store, work))
    limit = max(f.stat().st_size for f in installation.store.iterdir() if f.is_file()) + (256 << 10)

    def set_limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    server = Server(installation.store, work / "limited.log", preexec=set_limit)
    client = installation.client(server, "registry-defence")
    statuses = []
    for n in range(400):
        statuses.append(client.act("paper-add", dossier, [("file", "a", b"%d" % n)], kind="other",
                                   title="x" * 5000).status)
    done, failed = statuses.count(200), statuses.count(500)
    report(done > 0 and failed > 0 and done + failed == len(statuses), "files that cannot grow: an error",
           f"{done} done, {failed} not")
    report(server.is_running() and client.get(f"/api/dossiers/{dossier}/status").status == 200,
           "what is there can be read")
    server.stop()
    report(len(exported_acts(installation.store, work)) == before + done, "the record holds what was done")
    server = Server(installation.store, work / "log")
    got = installation.client(server, "registry-defence").act("paper-add", dossier, [("file", "a", b"x")],
                                                              kind="other", title="x")
    report(got.status == 200, "with room acts are done again", got)
    server.stop()
    record_holds(installation.store, "the record verifies, and its replay gives the tables")


def main():
    work = temporary("disk")
    try:
        check_limit(work)
        disk = work / "disk"
        disk.mkdir()
        if not mount_small(disk):
            skipped("a full disk", "no tmpfs can be mounted here")
            return
        installation = Installation(disk / "store")
        log = work / "full.log"
        server = Server(installation.store, log)
        installation.enter_people(server)
        dossier = installation.open_dossier(server)
        check_full(installation, server, dossier, disk, log, work)
        report(server.stop() == 0, "the service ends when it is told")
        check_start(installation, disk, work)
        check_load(installation, dossier, disk, work)
    except Fault as e:
        report(False, "the test can be run", e)
    finally:
        ctypes.CDLL(None).umount2(os.fsencode(work / "disk"), MNT_DETACH)
        shutil.rmtree(work, ignore_errors=True)


main()
finish()
