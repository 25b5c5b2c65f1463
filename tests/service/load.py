"""Clients that act without pause, over HTTP and by the command, and remember what they were told. Each
act carries a mark of its own, by which it is found in the record afterwards."""
import hashlib
import json
import os
import random
import subprocess
import threading
import time
from collections import Counter

from service import (DRAFT, ENVIRONMENT, PARAPH, Client, exported_acts, note, record_holds, report)


class Told:
    """What became of one act: its status, or None when no answer came."""
    __slots__ = ("kind", "status", "text", "at", "paper", "digest")

    def __init__(self, kind):
        self.kind, self.status, self.text, self.at = kind, None, "", time.monotonic()
        self.paper = self.digest = None


class Load:
    """self.ports: where servers listen now; changed while it runs. Threads end with stop()."""

    def __init__(self, installation, dossier, threads=6, command=True, drafts=True, seed=0):
        self.installation, self.dossier, self.ports = installation, dossier, []
        self.told, self.lock, self.ending = {}, threading.Lock(), threading.Event()
        self.command_process = None
        self.command_seconds = 0.0
        kinds = ["body", "paper", "refused", "reason"]
        runs = [(self._http, kinds[n % 4], seed * 1000 + n) for n in range(threads)]
        if drafts:
            runs.append((self._http, "draft", seed * 1000 + 900))
        if command:
            runs.append((self._command, "command", seed * 1000 + 901))
        self.threads = [threading.Thread(target=f, args=(kind, number), daemon=True)
                        for f, kind, number in runs]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=180)
        return not any(thread.is_alive() for thread in self.threads)

    # ---- one act ----

    def _mark(self, kind):
        mark = f"m{os.urandom(8).hex()}"
        told = Told(kind)
        with self.lock:
            self.told[mark] = told
        return mark, told

    def _ask(self, client, kind, mark, told, chance):
        d = self.dossier
        if kind == "body":
            return client.act("body-add", id=mark, name=f"Division {mark}")
        if kind == "paper":
            data = os.urandom(chance.choice([1, 300, 5000, 200_000]))
            told.digest = hashlib.sha256(data).hexdigest()
            return client.act("paper-add", d, [("file", "a.bin", data)], kind="other", title=mark)
        if kind == "refused":
            return client.act("waive", d, need="lead-time", reason=mark)
        if kind == "reason":
            return client.act("not-consulted", d, body="finance", because=mark)
        return client.act("draft", d, [("file", "draft.docx", DRAFT)], note=mark)

    def _http(self, kind, number):
        chance = random.Random(number)
        person = {"body": "admin", "paper": "registry-defence", "refused": "so-defence",
                  "reason": "secretary-defence", "draft": "so-defence"}[kind]
        client = None
        while not self.ending.is_set():
            ports = list(self.ports)
            if not ports:
                time.sleep(0.005)
                continue
            port = chance.choice(ports)
            if client is None or client.port != port:
                client = Client(port, self.installation.tokens[person])
            mark, told = self._mark(kind)
            try:
                answer = self._ask(client, kind, mark, told, chance)
            except Exception as e:      # no answer: the server was killed
                told.text = f"{type(e).__name__}: {e}"
                client.close()
                client = None
                time.sleep(0.005)
                continue
            told.status, told.text = answer.status, answer.body[:300].decode(errors="replace")
            told.at = time.monotonic()
            if kind == "paper" and answer.status == 200:
                told.paper = answer.json()["result"]["paper"]

    def _command(self, _kind, _number):
        environment = ENVIRONMENT | {"PARAPH_STORE": str(self.installation.store),
                                     "PARAPH_TOKEN": self.installation.tokens["admin"]}
        while not self.ending.is_set():
            if not self.ports:
                time.sleep(0.005)
                continue
            mark, told = self._mark("command")
            process = subprocess.Popen([PARAPH, "act", "body-add", "--json", "--id", mark, "--name",
                                        f"Division {mark}"], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, env=environment)
            self.command_process = process
            out, err = process.communicate()
            if process.returncode == 0 and '"refused": false' in out:
                told.status = 200
            elif process.returncode > 0:
                told.status = 500
            told.text, told.at = out + err, time.monotonic()

    def kill_command(self):
        process = self.command_process
        if process and process.poll() is None:
            process.kill()

    # ---- afterwards ----

    def answered_since(self, when):
        with self.lock:
            return Counter(t.kind for t in self.told.values() if t.status in (200, 403) and t.at > when)

    def statuses(self):
        with self.lock:
            return Counter(t.status for t in self.told.values())


def mark_of(act):
    o = act["objects"]
    for key in ("id", "title", "reason", "because", "note"):
        if str(o.get(key, "")).startswith("m") and len(str(o[key])) == 17:
            return o[key]
    return None


def check_record(loads, store, work, before, what, doubts=0):
    """Every act that was acknowledged is in the record once, as it was told; every other is there once
    or not at all; and there are no more. before: acts that were there before the loads. doubts: how many
    answers that told of an error may have been wrong."""
    acts = exported_acts(store, work)
    found = Counter()
    odd = [f"act {n}: seq {a['seq']}" for n, a in enumerate(acts) if a["seq"] != n]
    refused = {}
    for act in acts[before:]:
        mark = mark_of(act)
        if mark is None:
            odd.append(f"act {act['seq']} is nobody's: {json.dumps(act)[:300]}")
            continue
        found[mark] += 1
        refused[mark] = bool(act.get("refused"))
    told = {}
    for load in loads:
        with load.lock:
            told |= load.told
    odd += [f"{mark} is in the record, and was never sent" for mark in found if mark not in told]
    acknowledged = unanswered = kept = 0
    wrong_errors = []
    for mark, t in told.items():
        times = found[mark]
        if t.status in (200, 403):
            acknowledged += 1
            if times != 1 or refused[mark] != (t.status == 403):
                odd.append(f"{t.kind} {mark} was told {t.status}, and is {times} times in the record")
        else:
            unanswered += 1
            kept += times
            if times > 1:
                odd.append(f"{t.kind} {mark} is {times} times in the record")
            if times and t.status is not None:
                wrong_errors.append(f"{t.kind} {mark} was told {t.status} {t.text}, and is in the record")
    if len(wrong_errors) > doubts:
        odd += wrong_errors
    report(not odd, f"{what}: {acknowledged} acknowledged acts are in the record once, of {unanswered} "
           f"others {kept} are there whole, {before + sum(found.values())} in one sequence", "\n".join(odd))
    record_holds(store, f"{what}: the record verifies, and the tables are what its acts make of them")
    return len(acts)


def check_papers(load, server, installation, what, most=60):
    """Files that were acknowledged are there, byte for byte."""
    client = installation.client(server, "so-defence")
    papers = [t for t in load.told.values() if t.paper]
    wrong = []
    for t in random.Random(1).sample(papers, min(most, len(papers))):
        got = client.get(f"/api/dossiers/{load.dossier}/papers/{t.paper}")
        if got.status != 200 or hashlib.sha256(got.body).hexdigest() != t.digest:
            wrong.append(f"paper {t.paper}: {got}")
    report(papers and not wrong, f"{what}: papers that were acknowledged come back as they were",
           "\n".join(wrong))
    note(f"{what}: {dict(load.statuses())}")
