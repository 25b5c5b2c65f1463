#!/usr/bin/env python3
"""Two services on one store, fifty clients acting on the same dossiers: no update is lost, one decision is
taken once, the record is one sequence without a gap, and its replay gives the tables. On a folder
(SQLite), and with --postgres on one PostgreSQL. TAP.

    PARAPH=build/paraph tests/service/two.py [--seconds 4]
    script/with-postgres tests/service/two.py --postgres
"""
import argparse
import threading
import time
from collections import Counter

from load import Load, check_papers, check_record
from service import (DRAFT, POSTGRES, Fault, Installation, Server, database_new, exported_acts, finish, note,
                     record_holds, report, shutil, skip_all, temporary,
                     wait_for)

CLIENTS = 50


def to_the_decision(installation, server, decided="2016-07-15"):
    """A dossier that lies before the Cabinet: stages 0 to 8, no more of them than the rulebook asks."""
    def who(person):
        return installation.client(server, person)
    dossier = installation.open_dossier(server)
    drafter, secretary, registry = who("so-defence"), who("secretary-defence"), who("registry-defence")
    cabinet = who("cabinet-secretary")
    drafter.do("draft", dossier, [("file", "draft.docx", DRAFT)], on="2016-05-10")
    for body in ("finance", "foreign-affairs"):
        secretary.do("not-consulted", dossier, on="2016-05-11", body=body, because="it binds no money")
    secretary.do("circulate", dossier, on="2016-05-12", asks="Views", due="2016-06-10",
                 to=[{"key": "interior", "value": "internal security"}])
    registry.do("delivered", dossier, on="2016-05-13", body="interior", receipt="by messenger")
    registry.do("receive", dossier, [("file", "letter.txt", b"No comments.")], on="2016-06-01",
                body="interior", by="courier", officer="secretary-interior", nil=True)
    drafter.do("present", dossier, on="2016-06-02")
    who("draftsman").do("vet", dossier, [("memo", "memo.txt", b"In order.")], on="2016-06-10")
    drafter.do("compose-summary", dossier, on="2016-06-20", point=["Whether to negotiate."],
               part=[{"key": "background", "value": "Partners since 2015."},
                     {"key": "facts", "value": "Principles, and cooperation in several fields."},
                     {"key": "recommendation", "value": "The Minister recommends that it be negotiated."}])
    secretary.do("sign-summary", dossier, on="2016-06-21")
    who("minister-defence").do("approve-summary", dossier, on="2016-06-22")
    secretary.do("lodge", dossier, on="2016-06-23", meeting=decided)
    cabinet.do("accept-complete", dossier, on="2016-06-24", received="2016-06-23")
    cabinet.do("circulate-to-cabinet", dossier, on="2016-06-25", mode="meeting")
    return dossier


def at_once(count, act):
    """act(n) in count threads that start together; their answers."""
    gate, answers = threading.Barrier(count), [None] * count

    def one(n):
        gate.wait()
        try:
            answers[n] = act(n)
        except Exception as e:
            answers[n] = e
    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return answers


def statuses(answers):
    return Counter(getattr(a, "status", repr(a)) for a in answers)


# ---- races ----

def race_decisions(installation, servers, dossier):
    def decide(n):
        return installation.client(servers[n % 2], "cabinet-secretary").act(
            "decide", dossier, on="2016-07-15", outcome=("approve", "reject")[n // 2 % 2], text=f"Decision {n}",
            **({"scope": "negotiate"} if n // 2 % 2 == 0 else {}))
    answers = at_once(CLIENTS, decide)
    told = statuses(answers)
    report(told == {200: 1, 403: CLIENTS - 1}, f"of {CLIENTS} decisions at once one is taken", told)
    rules = Counter(a.json()["rule"] for a in answers if a.status == 403)
    report(rules == {"need:undecided": CLIENTS - 1}, "the others are told that it is decided", rules)
    winner = next((n for n, a in enumerate(answers) if a.status == 200), -1)
    for server in servers:
        status = installation.client(server, "cabinet-secretary").get(f"/api/dossiers/{dossier}/status").json()
        report([d["text"] for d in status["decisions"]] == [f"Decision {winner}"],
               "both services show the one that was acknowledged", status["decisions"])


def race_drafts(installation, servers):
    dossier = installation.open_dossier(servers[0])
    answers = at_once(12, lambda n: installation.client(servers[n % 2], "so-defence").act(
        "draft", dossier, [("file", f"{n}.docx", DRAFT)], note=f"Draft of {n}"))
    told = statuses(answers)
    versions = [a.json()["result"]["version"] for a in answers if a.status == 200]
    report(set(told) <= {200, 403} and sorted(versions) == list(range(1, len(versions) + 1)) and versions,
           "drafts at once: each that is taken follows another", f"{told} {versions}")
    rules = {a.json()["rule"] for a in answers if a.status == 403}
    report(rules <= {"need:draft-latest"}, "the others are told that one came in meanwhile", rules)


def race_papers(installation, servers):
    dossier = installation.open_dossier(servers[0])

    def add(n):
        client = installation.client(servers[n % 2], "registry-defence")
        return [client.act("paper-add", dossier, [("file", f"{n}-{k}.txt", b"%d %d" % (n, k))], kind="other",
                           title=f"{n} {k}") for k in range(4)]
    answers = [a for many in at_once(CLIENTS, add) for a in (many if isinstance(many, list) else [many])]
    told = statuses(answers)
    numbers = sorted(a.json()["result"]["paper"] for a in answers if a.status == 200)
    report(told == {200: CLIENTS * 4} and numbers == list(range(1, CLIENTS * 4 + 1)),
           f"{CLIENTS * 4} papers at once have numbers of their own, without a gap", told)
    listed = installation.client(servers[1], "so-defence").get(f"/api/dossiers/{dossier}/papers").json()["papers"]
    report(sorted(p["title"] for p in listed) == sorted(f"{n} {k}" for n in range(CLIENTS) for k in range(4)),
           "all of them are listed")


def race_updates(installation, servers, work):
    """One row that all change: what stands at the end is what the record has last."""
    dossier = installation.open_dossier(servers[0])
    answers = at_once(CLIENTS, lambda n: installation.client(servers[n % 2], "secretary-defence").act(
        "not-consulted", dossier, body="finance", because=f"reason {n}"))
    told = statuses(answers)
    last = [a for a in exported_acts(installation.store, work)
            if a["kind"] == "not-consulted" and a["dossier"] == dossier]
    for server in servers:
        shown = installation.client(server, "so-defence").get(f"/api/dossiers/{dossier}/consultation").json()
        report(told == {200: CLIENTS} and len(last) == CLIENTS and [x["because"] for x in shown["not_consulted"]]
               == [last[-1]["objects"]["because"]], "the last of many updates stands", f"{told} {shown}")

    def enter(n):
        return installation.client(servers[n % 2], "admin").act("body-add", id="the-one", name=f"The one of {n}")
    told = statuses(at_once(CLIENTS, enter))
    report(told == {200: 1, 409: CLIENTS - 1}, f"of {CLIENTS} bodies of one name one is entered", told)
    told = statuses(at_once(CLIENTS, lambda n: installation.client(servers[n % 2], "so-defence").act(
        "open", title=f"Agreement {n}", party=["A State"], form="treaty", grading="restricted",
        sponsor="defence", secretary="secretary-defence")))
    listed = installation.client(servers[0], "so-defence").get("/api/dossiers?search=Agreement%20").json()
    report(told == {200: CLIENTS} and {d["title"] for d in listed["dossiers"]} >=
           {f"Agreement {n}" for n in range(CLIENTS)}, f"{CLIENTS} dossiers opened at once", told)


def check_at_once_everywhere(installation, servers):
    """What one service is told holds at the other from the next request on."""
    one, other = servers
    dossier = installation.open_dossier(one)
    security, admin = installation.client(one, "security"), installation.client(one, "admin")
    reader = installation.client(other, "draftsman")
    path = f"/api/dossiers/{dossier}/status"
    seen = [reader.get(path).status]
    security.do("list-remove", dossier, person="draftsman")
    seen.append(reader.get(path).status)
    security.do("list-add", dossier, person="draftsman")
    seen.append(reader.get(path).status)
    security.do("clearance-level", person="draftsman", grading="open")
    seen.append(reader.get(path).status)
    security.do("clearance-level", person="draftsman", grading="secret")
    seen.append(reader.get(path).status)
    admin.post("/api/people/draftsman/revoke")
    seen.append(reader.get(path).status)
    report(seen == [200, 404, 200, 404, 200, 401], "the other service knows at once who may see what", seen)


def kill_one(load, installation, servers, work):
    """The other goes on, whatever the one was doing; and the one comes back."""
    waits = []
    for n in range(6):
        time.sleep(0.4)
        gone = servers[n % 2]
        load.ports = [servers[1 - n % 2].port]
        gone.kill()
        after = time.monotonic()
        lives = wait_for(lambda: load.answered_since(after).total() >= CLIENTS, 30)
        waits.append(time.monotonic() - after if lives else -1)
        servers[n % 2] = Server(installation.store, work / "log-again")
        load.ports = [s.port for s in servers]
    report(min(waits) >= 0, "when one is killed the other goes on, six times",
           f"fifty acts after {[round(w, 1) for w in waits]} s")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--postgres", action="store_true")
    o = options.parse_args()
    if o.postgres and not POSTGRES:
        skip_all("no PostgreSQL (run it with script/with-postgres)")
    work = temporary("two")
    try:
        installation = Installation(work / "store", database_new("two") if o.postgres else "")
        servers = [Server(installation.store, work / f"log{n}") for n in range(2)]
        installation.enter_people(servers[0])
        dossier = to_the_decision(installation, servers[0])
        race_decisions(installation, servers, dossier)
        race_drafts(installation, servers)
        race_papers(installation, servers)
        race_updates(installation, servers, work)
        check_at_once_everywhere(installation, servers)
        record_holds(installation.store, "after the races the record verifies and replays")
        common = installation.open_dossier(servers[0], roles={"registry-defence": "registry"})
        before = len(exported_acts(installation.store, work))
        load = Load(installation, common, threads=CLIENTS - 2)
        load.ports = [s.port for s in servers]
        began = time.monotonic()
        load.start()
        time.sleep(o.seconds)
        report(load.stop(), f"{CLIENTS} clients got their answers")
        seconds = time.monotonic() - began
        told = load.statuses()
        report(set(told) <= {200, 403}, "all of them were done, or refused by a rule", told)
        killed = Load(installation, common, threads=12, seed=1)
        killed.ports = [s.port for s in servers]
        killed.start()
        kill_one(killed, installation, servers, work)
        report(killed.stop(), "every client got its answers")
        note(f"{sum(told.values()) / seconds:.0f} acts a second")
        check_papers(load, servers[1], installation, "two services")
        report(all(s.is_running() and s.stop() == 0 for s in servers), "both services end when they are told")
        check_record([load, killed], installation.store, work, before, "two services")
    except Fault as e:
        report(False, "the test can be run", e)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
finish()
