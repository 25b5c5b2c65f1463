#!/usr/bin/env python3
"""kill -9 of the service at random moments under load, and of commands beside it: what was acknowledged
is in the record, and nothing is half done. On PostgreSQL also: its sessions ended, its processes killed,
the whole of it restarted, while one service goes on. TAP.

    PARAPH=build/paraph tests/service/kill.py [--times 25] [--seed N]
    script/with-postgres tests/service/kill.py --postgres [--times 25]
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import time

from load import Load, check_papers, check_record
from service import (ENVIRONMENT, PARAPH, POSTGRES, POSTGRES_BIN, Fault, Installation, Server,
                     database_new, exported_acts, finish, note, psql, record_holds, report, shutil, skip_all,
                     temporary, wait_for)

ROUNDS_OF_A_STORE = 100
PASSWORD = "an open umbrella in May"


def make(work, name, database):
    installation = Installation(work / name, database)
    server = Server(installation.store, work / "log")
    installation.enter_people(server)
    dossier = installation.open_dossier(server)
    server.stop()
    return installation, dossier, len(exported_acts(installation.store, work))


# ---- the service killed ----

def kill_while_starting(store, work, chance):
    """Before it serves: while it opens the store and verifies the record."""
    with open(work / "log", "ab") as log:
        process = subprocess.Popen([PARAPH, "serve", "--store", str(store), "--port", "0"], env=ENVIRONMENT,
                                   stdout=subprocess.DEVNULL, stderr=log)
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.wait()


def kill_rounds(work, name, database, times, chance):
    installation, dossier, before = make(work, name, database)
    load = Load(installation, dossier, seed=chance.randrange(1 << 30))
    load.start()
    began = time.monotonic()
    odd_ends = []
    for n in range(times):
        if chance.random() < 0.1:
            kill_while_starting(installation.store, work, chance)
        server = Server(installation.store, work / "log")
        load.ports = [server.port]
        time.sleep(chance.uniform(0.02, 0.5))
        load.ports = []
        if chance.random() < 0.3:
            load.kill_command()
        if n % 10 == 9:     # and now and then it is told to end, in the middle of it all
            status = server.stop()
            odd_ends += [status] if status else []
        server.kill()
    report(not odd_ends, f"{name}: it ends with what it is doing when it is told", odd_ends)
    server = Server(installation.store, work / "log")
    load.ports = [server.port]
    after = time.monotonic()
    lives = wait_for(lambda: len(load.answered_since(after)) >= 6, 30)
    report(lives, f"{name}: after {times} kills all kinds of acts are done", load.answered_since(after))
    report(load.stop(), f"{name}: every client got its answers")
    check_papers(load, server, installation, name)
    report(server.stop() == 0, f"{name}: the service ends when it is told")
    check_record([load], installation.store, work, before, f"{name}, {times} kills")
    note(f"{name}: {time.monotonic() - began:.0f} s")
    shutil.rmtree(installation.store)


# ---- PostgreSQL hurt ----

def sessions():
    told = psql("SELECT pid FROM pg_stat_activity WHERE application_name = 'paraph'")
    return [int(x) for x in told.stdout.split()]


def end_sessions(_chance):
    psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paraph'")


def end_one_session(chance):
    pids = sessions()
    if pids:
        psql(f"SELECT pg_terminate_backend({chance.choice(pids)})")


def cancel_statements(chance):
    """Also right behind the one that takes the lock of writers, which must not be kept then."""
    for _ in range(40):
        psql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'paraph'")
        time.sleep(chance.uniform(0, 0.01))


def kill_session(chance):
    """PostgreSQL then ends all sessions, and recovers as after a crash."""
    pids = sessions()
    if pids:
        try:
            os.kill(chance.choice(pids), signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    wait_for(lambda: psql("SELECT 1").returncode == 0, 60)


def control(*words):
    data = os.environ["PARAPH_TEST_POSTGRES_DATA"]
    owner = os.stat(data)
    as_owner = []
    if os.getuid() == 0:
        as_owner = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    done = subprocess.run([*as_owner, f"{POSTGRES_BIN}/pg_ctl", "-D", data, "-l", f"{data}/log", "-w", "-s",
                           *words], check=False, cwd="/", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Fault(f"pg_ctl {' '.join(words)}: {done.stdout}")


def restart_fast(_chance):
    control("restart", "-m", "fast")


def restart_hard(_chance):
    control("restart", "-m", "immediate")


def stop_a_while(_chance):
    control("stop", "-m", "fast")
    time.sleep(2)
    control("start")


FAULTS = [end_one_session, end_sessions, cancel_statements, kill_session, restart_fast, restart_hard,
          stop_a_while]


def hurt_database(work, database, times, chance):
    installation, dossier, before = make(work, "hurt", database)
    log = work / "hurt.log"
    server = Server(installation.store, log)
    load = Load(installation, dossier, seed=chance.randrange(1 << 30))
    load.ports = [server.port]
    load.start()
    for n in range(times):
        time.sleep(chance.uniform(0.05, 0.4))
        (FAULTS[n] if n < len(FAULTS) else chance.choice(FAULTS))(chance)
        if n < len(FAULTS):
            after = time.monotonic()
            lives = wait_for(lambda: len(load.answered_since(after)) >= 6, 60)
            report(lives and server.is_running(), f"{FAULTS[n].__name__}: the same service goes on by itself",
                   load.answered_since(after))
    after = time.monotonic()
    report(wait_for(lambda: len(load.answered_since(after)) >= 6, 60),
           f"after {times} faults all kinds of acts are done", load.answered_since(after))
    report(load.stop(), "every client got its answers")
    check_papers(load, server, installation, "PostgreSQL hurt")
    report(server.is_running() and server.stop() == 0, "the service ends when it is told")
    doubts = log.read_text(errors="replace").count("it cannot be told whether")
    odd = [t.text for t in load.told.values() if t.status not in (200, 403, 503) and t.kind != "command"]
    report(len(odd) <= doubts and all("not known" in text for text in odd),
           f"answers were 200, 403 or 503, and {doubts} times that it is not known", "\n".join(odd))
    check_record([load], installation.store, work, before, f"PostgreSQL hurt {times} times",
                 doubts=doubts)


# ---- PostgreSQL away ----

def one_of_each(installation, server, dossier):
    """A request of each kind, by name, each on a connection of its own."""
    at, mark = f"/api/dossiers/{dossier}", os.urandom(4).hex()

    def ask(person):
        return installation.client(server, person)
    return {
        "an act with a file": ask("registry-defence").act(
            "paper-add", dossier, [("file", "a.bin", b"away")], kind="other", title="Away"),
        "a paper": ask("registry-defence").get(f"{at}/papers/1"),
        "the list": ask("so-defence").get("/api/dossiers"),
        "a view": ask("so-defence").get(f"{at}/status"),
        "the comment table": ask("so-defence").get(f"{at}/comments.docx"),
        "people": ask("admin").get("/api/people"),
        "a refusal": ask("so-defence").act("waive", dossier, need="lead-time", reason="x"),
        "an act of the installation": ask("admin").act("body-add", id=f"body-{mark}", name=mark),
        "a password": ask("so-defence").post("/api/people/so-defence/password", {"password": PASSWORD}),
        "a login": ask("").post("/api/login", {"person": "so-defence", "password": PASSWORD})}


def database_away(work, database):
    """All that needs it is told so in words, at once after the first, and done when it is back."""
    installation, dossier, before = make(work, "away", database)
    log = work / "away.log"
    server = Server(installation.store, log, threads=1)
    fine = one_of_each(installation, server, dossier)
    expected = {name: 403 if name == "a refusal" else 200 for name in fine}
    report({n: a.status for n, a in fine.items()} == expected, "with its database all is done", fine)
    control("stop", "-m", "fast")
    installation.client(server, "so-defence").get("/api/dossiers")
    began = time.monotonic()
    away = one_of_each(installation, server, dossier)
    seconds = time.monotonic() - began
    for name, got in away.items():
        told = got.json() if got.header("Content-Type") == "application/json" else {}
        report(got.status == 503 and got.header("Retry-After").isdigit() and told.get("kind") == "busy" and
               "Nothing was changed" in told.get("error", "") and "again" in told["error"] and
               not any(word in got.body.decode() for word in ("socket", "/", "PostgreSQL", "connection to")),
               f"without it {name} is 503, and in words", got)
    report(seconds < 5, f"nobody waits long for what is not there ({seconds:.1f} s for {len(away)})")
    got = server.client().get("/api/openapi.json")
    report(got.status == 200, "what needs no database is served", got)
    report("database: " in log.read_text(), "the operator finds the reason in the log", log.read_text()[-500:])
    control("start")
    again = one_of_each(installation, server, dossier)
    report({n: a.status for n, a in again.items()} == expected, "when it is back all is done again",
           "\n".join(f"{n}: {a}" for n, a in again.items()))
    report(server.stop() == 0, "the service ends when it is told")
    report(len(exported_acts(installation.store, work)) == before + 8, "and the record holds what was done")
    record_holds(installation.store, "it verifies, and its replay gives the tables")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--times", type=int, default=25)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--postgres", action="store_true")
    o = options.parse_args()
    if o.postgres and not POSTGRES:
        skip_all("no PostgreSQL (run it with script/with-postgres)")
    note(f"seed {o.seed}")
    chance = random.Random(o.seed)
    work = temporary("kill")
    try:
        for n, begin in enumerate(range(0, o.times, ROUNDS_OF_A_STORE)):
            name = f"{'postgres' if o.postgres else 'sqlite'}{n}"
            kill_rounds(work, name, database_new(name) if o.postgres else "",
                        min(ROUNDS_OF_A_STORE, o.times - begin), chance)
        if o.postgres:
            database_away(work, database_new("away"))
            hurt_database(work, database_new("hurt"), max(len(FAULTS) + 3, o.times // 2), chance)
    except Fault as e:
        report(False, "the test can be run", e)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
finish()
