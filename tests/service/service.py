"""What the tests of the service share: TAP, an installation with people in it, `paraph serve` started
and ended, and clients that speak to it. Nothing but the public command and its API is used.

PARAPH names the program (build/paraph); PARAPH_TEST_POSTGRES, as script/with-postgres sets it, a
database cluster for the tests that ask for one."""
import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARAPH = str(Path(os.environ.get("PARAPH", ROOT / "build" / "paraph")).resolve())
POSTGRES = os.environ.get("PARAPH_TEST_POSTGRES", "")
POSTGRES_BIN = os.environ.get("PARAPH_TEST_POSTGRES_BIN", "")
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
ENVIRONMENT |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
ENVIRONMENT["LC_ALL"] = "C.UTF-8"

# ---- TAP ----

_count = _failed = 0
_lock = threading.Lock()


def report(holds, name, detail=""):
    global _count, _failed
    with _lock:
        _count += 1
        _failed += not holds
        if not holds:
            for line in str(detail).splitlines()[:60]:
                print("#", line[:400])
        print(f"{'ok' if holds else 'not ok'} {_count} - {name}", flush=True)
    return bool(holds)


def skipped(name, why):
    global _count
    with _lock:
        _count += 1
        print(f"ok {_count} - {name} # SKIP {why}", flush=True)


def note(text):
    print(f"# {text}", flush=True)


def finish():
    print(f"1..{_count}")
    sys.exit(_failed > 0)


def skip_all(why):
    print(f"1..0 # skip {why}")
    sys.exit(0)


# ---- the command ----

def run(*words, token=None, store=None, timeout=120, preexec=None):
    environment = dict(ENVIRONMENT)
    if token:
        environment["PARAPH_TOKEN"] = token
    if store:
        environment["PARAPH_STORE"] = str(store)
    return subprocess.run([PARAPH, *map(str, words)], capture_output=True, text=True, check=False,
                          env=environment, timeout=timeout, preexec_fn=preexec)


class Fault(Exception):
    pass


def must(done, what):
    if done.returncode:
        raise Fault(f"{what}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


# ---- HTTP ----

def multipart(request, files):
    """files: (field, file name, bytes). Returns the content type and the body."""
    boundary = "----" + os.urandom(12).hex()
    out = bytearray()

    def part(head, body):
        out.extend(f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode())
        out.extend(body + b"\r\n")

    if request is not None:
        part('name="request"', request if isinstance(request, bytes) else json.dumps(request).encode())
    for field, name, data in files:
        part(f'name="{field}"; filename="{name}"', data)
    out.extend(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", bytes(out)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One connection, kept open; not shared between threads."""

    def __init__(self, port, token=None, timeout=120):
        self.port, self.token, self.timeout = port, token, timeout
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def call(self, method, path, body=None, headers=()):
        sent = dict(headers)
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body=body, headers=sent)
            got = self.connection.getresponse()
            answer = Answer(got.status, got.getheaders(), got.read())
        except BaseException:
            self.close()
            raise
        if got.will_close:
            self.close()
        return answer

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, given=None, files=()):
        if files:
            kind, body = multipart(given or {}, files)
        else:
            kind, body = "application/json", json.dumps(given or {}).encode()
        return self.call("POST", path, body, {"Content-Type": kind})

    def act(self, act, dossier=None, files=(), **given):
        path = f"/api/dossiers/{dossier}/acts/{act}" if dossier else f"/api/acts/{act}"
        return self.post(path, given, files)

    def do(self, act, dossier=None, files=(), **given):
        """An act that must be done."""
        answer = self.act(act, dossier, files, **given)
        if answer.status != 200:
            raise Fault(f"{act}: {answer}")
        return answer.json()


# ---- the server ----

_running = []


@atexit.register
def _end_all():
    """None outlives a test that ends early."""
    for process in _running:
        if process.poll() is None:
            process.kill()


class Server:
    def __init__(self, store, log, threads=4, command=None, preexec=None, options=(), now=None):
        self.log = open(log, "ab")
        words = [*(command or [PARAPH]), "serve", "--store", str(store), "--port", "0", "--threads",
                 str(threads), *options]
        environment = ENVIRONMENT | ({"PARAPH_NOW": str(now)} if now else {})
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment, preexec_fn=preexec)
        _running.append(self.process)
        line = self.process.stdout.readline().decode()
        found = re.search(r":(\d+)/", line)
        if not found:
            self.process.wait()
            raise Fault(f"serve does not start: {line}{Path(log).read_text(errors='replace')[-2000:]}")
        self.port = int(found.group(1))

    def client(self, token=None, timeout=120):
        return Client(self.port, token, timeout)

    def kill(self):
        if self.is_running():
            self.process.send_signal(signal.SIGKILL)
        return self._end()

    def stop(self):
        self.process.terminate()
        return self._end()

    def _end(self):
        status = self.process.wait(timeout=120)
        self.process.stdout.close()
        self.log.close()
        return status

    def is_running(self):
        return self.process.poll() is None

    def workers(self):
        """Process ids of the documents' readers it has started."""
        out = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int(entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
                words = entry.joinpath("cmdline").read_bytes().split(b"\0")
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and b"worker" in words[1:2]:
                out.append(int(entry.name))
        return out


# ---- PostgreSQL ----

def psql(sql, database="postgres"):
    """Runs SQL in the tests' cluster."""
    url = POSTGRES.replace("postgres:///postgres", f"postgresql:///{database}")
    return subprocess.run([f"{POSTGRES_BIN}/psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", url,
                           "-c", sql], capture_output=True, text=True, check=False, timeout=60)


def database_new(name):
    done = psql(f"CREATE DATABASE {name}")
    if done.returncode:
        raise Fault(done.stderr)
    return POSTGRES.replace("postgres:///postgres", f"postgres:///{name}")


# ---- an installation ----

SPONSOR = "defence"
BODIES = {
    "defence": "Ministry of Defence", "foreign-affairs": "Ministry of Foreign Affairs",
    "interior": "Ministry of Interior", "finance": "Finance Division",
    "law-justice": "Law and Justice Division"}
PEOPLE = {      # id: body, title
    "so-defence": ("defence", "Section Officer, Ministry of Defence"),
    "ds-defence": ("defence", "Deputy Secretary, Ministry of Defence"),
    "registry-defence": ("defence", "Registry, Ministry of Defence"),
    "secretary-defence": ("defence", "Secretary, Ministry of Defence"),
    "minister-defence": ("defence", "Minister for Defence"),
    "secretary-foreign": ("foreign-affairs", "Foreign Secretary"),
    "secretary-interior": ("interior", "Secretary, Ministry of Interior"),
    "draftsman": ("law-justice", "Draftsman, Law and Justice Division"),
    "cabinet-secretary": ("cabinet", "Cabinet Secretary")}
ROLES = {
    "ds-defence": "confirmer", "registry-defence": "registry", "minister-defence": "minister",
    "secretary-foreign": "authorised-officer", "secretary-interior": "authorised-officer",
    "draftsman": "vetter", "cabinet-secretary": "cabinet-secretary"}
DRAFT = (ROOT / "demo" / "draft.docx").read_bytes()


class Installation:
    """A store with its first two officers; self.tokens by person."""

    def __init__(self, folder, database=""):
        self.store, self.tokens = Path(folder), {}
        words = ["init", self.store, "--origin", "paraph.example/treaties", "--rulebook", "pk-1973",
                 "--utc-offset", "+05:00", "--body", "cabinet=Cabinet Division", "--administrator",
                 "admin=System administrator", "--security-officer", "security=Security officer",
                 "--rulebooks", ROOT / "rulebooks"]
        told = must(run(*words, *(["--database", database] if database else [])), "init")
        for line in told.splitlines():
            person, token = line.split()
            self.tokens[person] = token

    def client(self, server, person, timeout=120):
        return server.client(self.tokens[person] if person else None, timeout)

    def enter_people(self, server, people=None):
        """Bodies, persons with clearance and tokens, the standing roles of the sponsor's."""
        admin, security = self.client(server, "admin"), self.client(server, "security")
        for body, name in BODIES.items():
            admin.do("body-add", id=body, name=name)
        for body in [*BODIES, "cabinet"]:
            security.do("clearance-level", body=body, grading="secret")
        for person, (body, title) in (people or PEOPLE).items():
            self.add_person(server, person, body, title)
        admin.do("standing-give", person="so-defence", role="desk-officer")
        admin.do("standing-give", person="secretary-defence", role="secretary")

    def add_person(self, server, person, body, title, grading="secret"):
        admin, security = self.client(server, "admin"), self.client(server, "security")
        admin.do("person-add", id=person, body=body, title=title)
        if grading:
            security.do("clearance-level", person=person, grading=grading)
        halves = []
        for officer in (admin, security):
            answer = officer.post(f"/api/people/{person}/token", {"days": 30})
            if answer.status != 200:
                raise Fault(f"token for {person}: {answer}")
            halves.append(answer.json()["token"])
        self.tokens[person] = "".join(halves)

    def open_dossier(self, server, on="2016-05-02", roles=None, **more):
        """Opened, approved, listed; the roles are those of ROLES."""
        roles = ROLES if roles is None else roles
        drafter = self.client(server, "so-defence")
        secretary = self.client(server, "secretary-defence")
        security = self.client(server, "security")
        given = {"title": "Framework agreement on cooperation in defence",
                 "party": ["People's Republic of China"], "form": "treaty", "grading": "restricted",
                 "sponsor": SPONSOR, "secretary": "secretary-defence"} | more
        dossier = drafter.do("open", on=on, **given)["dossier"]
        secretary.do("approve-opening", dossier, on=on)
        for person, role in roles.items():
            security.do("list-add", dossier, on=on, person=person)
            secretary.do("role-give", dossier, on=on, person=person, role=role)
        return dossier


def record_holds(store, what):
    """The record verifies, and all tables are what its acts make of them."""
    verified = run("record", "verify", store, timeout=600)
    replayed = run("record", "replay", store, timeout=600)
    return report(verified.returncode == 0 and replayed.returncode == 0, what,
                  verified.stdout + verified.stderr + replayed.stdout + replayed.stderr)


def exported_acts(store, work):
    """Every act of the record, in order, from an export."""
    folder = Path(tempfile.mkdtemp(dir=work)) / "export"
    must(run("record", "export", store, "-o", folder, timeout=600), "record export")
    acts = []
    for path in sorted((folder / "acts").iterdir(), key=lambda p: int(re.sub(r"\D", "", p.name) or 0)):
        for line in path.read_text().splitlines():
            acts.append(json.loads(line)["act"])
    shutil.rmtree(folder.parent)
    return acts


def temporary(name):
    return Path(tempfile.mkdtemp(prefix=f"paraph-{name}-"))


def wait_for(holds, seconds=30, step=0.05):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(step)
    return False
