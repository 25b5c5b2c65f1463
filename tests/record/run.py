#!/usr/bin/env python3
"""The record through the public command, judged by two implementations that are not ours: verify.py
(written from the specifications) and verify.go (the notes and tiles of Go's checksum database, where
Go and golang-golang-x-mod-dev are installed). TAP.

    PARAPH=build/paraph tests/record/run.py
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARAPH = str(Path(os.environ.get("PARAPH", HERE.parents[1] / "build" / "paraph")).resolve())
ACTS = 262      # past one full tile
GO_PATH = Path("/usr/share/gocode")
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}

count = failed = 0


def report(holds, name, detail=""):
    global count, failed
    count += 1
    failed += not holds
    if not holds:
        print("".join(f"# {line}\n" for line in detail.splitlines()), end="")
    print(f"{'' if holds else 'not '}ok {count} - {name}", flush=True)
    return holds


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False,
                          env=ENVIRONMENT, timeout=300, **more)


def skipped(name, why):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {why}", flush=True)


def expect(name, status, *words, says=""):
    done = run(*words)
    told = done.stdout + done.stderr
    return report(done.returncode == status and says in told, name,
                  f"exit {done.returncode}, not {status}: {told}")


def judges(work):
    """(name, program for an export and an older one, program for a proof and a key)"""
    python = [sys.executable, HERE / "verify.py"]
    yield ("verify.py", lambda export, older: python + [export, "--extends", older],
           lambda proof, key: python + ["--proof", proof, "--key", key])
    if not shutil.which("go") or not (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        skipped("verify.go", "no golang-go and golang-golang-x-mod-dev here")
        return
    program = work / "verify"
    environment = {**ENVIRONMENT, "GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "",
                   "GOCACHE": str(work / "cache"), "HOME": str(work)}
    built = subprocess.run(["go", "build", "-o", program, HERE / "verify.go"], env=environment,
                           capture_output=True, text=True, check=False)
    if report(built.returncode == 0, "verify.go builds", built.stderr):
        yield ("verify.go", lambda export, older: [program, export, older],
               lambda proof, key: [program, "-proof", proof, key])


def install(work):
    store = work / "store"
    made = run(PARAPH, "init", store, "--origin", "example.org/treaties", "--rulebook", "pk-1973",
               "--body", "cabinet=Cabinet Division", "--administrator", "admin=Administrator",
               "--security-officer", "security=Security officer",
               "--rulebooks", HERE.parents[1] / "rulebooks")
    if not report(made.returncode == 0, "an installation is made", made.stderr):
        return None
    (work / "token").write_text(made.stdout.split("\n")[0].split(" ")[1] + "\n")
    return store


def add_bodies(store, token, numbers):
    for n in numbers:
        done = run(PARAPH, "act", "body-add", "--store", store, "--token-file", token, "--id",
                   f"body-{n}", "--name", f"Division {n}")
        if done.returncode:
            return report(False, f"body {n} is entered", done.stdout + done.stderr)
    return report(True, "bodies are entered")


def check_exports(work, store, key, who):
    name, of_exports, of_proof = who
    expect(f"{name}: the export verifies and extends the older one", 0,
           *of_exports(work / "newer", work / "older"), says="extend")
    expect(f"{name}: the older one does not extend the newer", 1,
           *of_exports(work / "older", work / "newer"))
    for n in (0, 1, ACTS // 2, 255, 256, ACTS - 1):
        expect(f"{name}: the proof of act {n}", 0, *of_proof(work / f"{n}.proof", key))
    text = (work / "1.proof").read_text()
    (work / "false.proof").write_text(text.replace("\nindex 1\n", "\nindex 2\n"))
    expect(f"{name}: a proof of another index is found out", 1, *of_proof(work / "false.proof", key))
    expect("record check finds it too", 1, PARAPH, "record", "check", work / "false.proof",
           "--key", key)


def falsify_exports(work, judged):
    """One byte of a file changed: ours and each judge must find it."""
    chance = random.Random(int(os.environ.get("T_SEED", "1")))
    export = work / "newer"
    for path in sorted(p for p in export.rglob("*") if p.is_file()):
        kept = path.read_bytes()
        at = chance.randrange(len(kept))
        path.write_bytes(kept[:at] + bytes([kept[at] ^ 1 << chance.randrange(7)]) + kept[at + 1:])
        name = path.relative_to(export)
        found = [run(PARAPH, "record", "verify", export).returncode in (1, 3)]
        for who in judged:
            if who[0] == "verify.go" and name.parts[0] == "acts":
                continue        # it knows no acts
            found.append(run(*who[1](export, work / "older")).returncode != 0)
        report(all(found), f"byte {at} of {name} is missed by none", str(found))
        path.write_bytes(kept)


def tamper(store, work):
    database = store / "paraph.db"
    for name, sql, says in (
            ("a changed act", "UPDATE act SET body = replace(body, 'Division 7', 'Division 8')",
             "act 8: "),
            ("a removed last act", f"DELETE FROM act WHERE seq = {ACTS - 1}", "removed"),
            ("a removed middle act", "DELETE FROM act WHERE seq = 99", "act 99: it is missing"),
            ("a head set back", "UPDATE record_head SET size = 128, frontier = zeroblob(32)",
             "added behind"),
            ("a changed checkpoint", "UPDATE record_head SET checkpoint = replace(checkpoint, 'A', 'B')",
             "checkpoint: ")):
        kept = work / "kept.db"
        with sqlite3.connect(database) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(database, kept)
        with sqlite3.connect(database) as db:
            db.execute(sql)
        db.close()
        expect(f"{name} is found", 1, PARAPH, "record", "verify", store, says=says)
        for old in store.glob("paraph.db*"):
            old.unlink()
        shutil.copy(kept, database)
    expect("the record as it was verifies", 0, PARAPH, "record", "verify", store)


def roll_back(store, work, older_database):
    expect("replay, which opens as a service does", 0, PARAPH, "record", "replay", store,
           says="every table")
    with sqlite3.connect(store / "paraph.db") as db:
        db.execute("UPDATE body SET name = 'Another' WHERE id = 'body-3'")
    db.close()
    expect("replay names a table that was changed", 1, PARAPH, "record", "replay", store, says="body: ")
    with sqlite3.connect(store / "paraph.db") as db:
        db.execute("UPDATE body SET name = 'Division 3' WHERE id = 'body-3'")
    db.close()
    for old in store.glob("paraph.db*"):
        old.unlink()
    shutil.copy(older_database, store / "paraph.db")
    expect("a database set back to an older state is found", 1, PARAPH, "record", "verify", store,
           says="vouches for")
    (store / "checkpoint").unlink()
    expect("by its checkpoint kept elsewhere too", 1, PARAPH, "record", "verify", store, "--since",
           work / "kept.checkpoint", says="vouches for")
    expect("and else not", 0, PARAPH, "record", "verify", store)


def main():
    work = Path(tempfile.mkdtemp(prefix="paraph-record-"))
    try:
        store = install(work)
        if store is None or not add_bodies(store, work / "token", range(9)):
            return
        older_database = work / "older.db"
        with sqlite3.connect(store / "paraph.db") as db:
            db.execute("VACUUM INTO ?", (str(older_database),))
        db.close()
        key = work / "record.pub"
        expect("the key", 0, PARAPH, "record", "key", store, "-o", key)
        expect("an export", 0, PARAPH, "record", "export", store, "-o", work / "older")
        expect("no export over another", 2, PARAPH, "record", "export", store, "-o", work / "older")
        if not add_bodies(store, work / "token", range(9, ACTS - 1)):
            return
        expect("the record verifies", 0, PARAPH, "record", "verify", store, "--key", key,
               says=f"{ACTS} acts")
        expect("an export of more than a tile", 0, PARAPH, "record", "export", store, "-o",
               work / "newer")
        expect("it verifies", 0, PARAPH, "record", "verify", work / "newer", "--key", key,
               "--since", work / "older" / "checkpoint", says=f"{ACTS} acts")
        expect("not as an older one", 1, PARAPH, "record", "verify", work / "older", "--key", key,
               "--since", work / "newer" / "checkpoint")
        expect("the checkpoint", 0, PARAPH, "record", "checkpoint", store, "-o",
               work / "kept.checkpoint")
        for n in (0, 1, ACTS // 2, 255, 256, ACTS - 1):
            expect(f"a proof of act {n}", 0, PARAPH, "record", "prove", n, store, "-o",
                   work / f"{n}.proof")
            expect("it holds", 0, PARAPH, "record", "check", work / f"{n}.proof", "--key", key,
                   says=f'"seq": {n}')
        expect("no proof of an act that is not there", 2, PARAPH, "record", "prove", ACTS, store)
        other = work / "other.pub"
        other.write_text("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n")
        expect("another key is refused", 1, PARAPH, "record", "verify", store, "--key", other)
        expect("for an export too", 1, PARAPH, "record", "verify", work / "newer", "--key", other)
        judged = list(judges(work))
        for who in judged:
            check_exports(work, store, key, who)
        falsify_exports(work, judged)
        tamper(store, work)
        roll_back(store, work, older_database)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
print(f"1..{count}")
sys.exit(failed > 0)
