#!/usr/bin/env python3
"""How many acts and requests a second `paraph serve` answers, and whether it holds more memory from
request to request.

    bench/serve.py FOLDER [REQUESTS [postgres://...]]

PARAPH names the program. FOLDER is made anew: it holds the store of demo/story.sh up to the
clearances. Acts are each a transaction of their own, so the disk's synchronising rules them; beside
them is how often a second this disk synchronises a small write alone. Then REQUESTS (20,000), one
act to three readings of a whole dossier, from 8 clients; memory is compared from the first quarter's
end to the last's. Asked for: at most 4 MB more. A target that is missed is said, and is no failure of the run.
"""
import http.client
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARAPH = Path(os.environ.get("PARAPH", ROOT / "build" / "paraph")).resolve()
CLIENTS, MORE_MOST = 8, 4.0


def story(store, database):
    environment = os.environ | {"PARAPH": str(PARAPH), "UNTIL": "20 June"}
    subprocess.run(["sh", str(ROOT / "demo" / "story.sh"), str(store)] + database, check=True,
                   env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {p.name: "".join(p.read_text().split()) for p in Path(f"{store}.tokens").iterdir()
            if not p.suffix}


class Server:
    def __init__(self, store, threads):
        self.process = subprocess.Popen([str(PARAPH), "serve", "--store", str(store), "--port", "0",
                                         "--threads", str(threads)], stdout=subprocess.PIPE,
                                        text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))

    def held(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def end(self):
        self.process.terminate()
        return self.process.wait(60)


def ask(connection, token, method, path, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{method} {path}: {answer.status} {text[:200]}")
    return text


def client(port, tokens, dossier, number, count, each):
    """count requests, every each-th an act."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    here = f"/api/dossiers/{dossier}"
    for i in range(count):
        if i % each == 0:
            ask(connection, tokens["secretary-defence"], "POST", f"{here}/acts/not-consulted",
                {"body": "finance", "because": f"each arrangement is referred, {number}-{i}"})
        else:
            view = ("status", "items", "clearances")[i % 3]
            ask(connection, tokens["so-defence"], "GET", f"{here}/{view}")


def run(server, tokens, dossier, clients, count, each):
    began = time.perf_counter()
    running = [multiprocessing.Process(target=client, args=(server.port, tokens, dossier, n,
                                                            count // clients, each))
               for n in range(clients)]
    for p in running:
        p.start()
    for p in running:
        p.join()
    if any(p.exitcode for p in running):
        sys.exit("serve: a client failed")
    return count // clients * clients / (time.perf_counter() - began)


def synchronised(folder, count=300):
    fd = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.perf_counter()
    for _ in range(count):
        os.write(fd, bytes(4096))
        os.fdatasync(fd)
    os.close(fd)
    return count / (time.perf_counter() - began)


def main():
    folder = Path(sys.argv[1]).resolve()
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store = folder / "store"
    tokens = story(store, sys.argv[3:4])
    server = Server(store, CLIENTS)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        listed = json.loads(ask(connection, tokens["so-defence"], "GET", "/api/dossiers"))
        connection.close()
        dossier = listed["dossiers"][0]["id"]
        for clients in (1, CLIENTS):
            rate = run(server, tokens, dossier, clients, requests // 10, 1)
            print(f"serve, {clients} client{'s' if clients > 1 else ' '} acting {rate:14.0f} acts/s"
                  f"      synchronised writes alone {synchronised(folder):.0f}/s", flush=True)
        quarter, early = requests // 4, 0
        for i in range(4):
            rate = run(server, tokens, dossier, CLIENTS, quarter, 4)
            early = early or server.held()
        more = server.held() - early
        print(f"serve, {CLIENTS} clients, 1 act in 4 {rate:9.0f} requests/s")
        print(f"  memory {server.held():20.1f} MB, {more:+.1f} MB over {3 * quarter:,} requests"
              f"{'   MISSED: 4 MB' if more > MORE_MOST else ''}")
    finally:
        status = server.end()
    if status != 0:
        sys.exit(f"serve: it ended with {status}")


if __name__ == "__main__":
    main()
