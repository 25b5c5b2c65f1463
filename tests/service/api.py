#!/usr/bin/env python3
"""`paraph serve` held to its own description: docs/openapi.json is what it serves, every path of it
answers as described and no other does, every act's schema is kept, and who may not see a dossier cannot
tell it from one that is not there. Then what the guard of a service is for: headers of attachments,
limits of logins, readers that die, requests too large. TAP.

    PARAPH=build/paraph tests/service/api.py
    tests/service/api.py --bless      writes docs/openapi.json
"""
import base64
import functools
import http.client
import io
import itertools
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile

from service import (DRAFT, PARAPH, ROOT, Answer, Client, Fault, Installation, Server, exported_acts,
                     finish, multipart, record_holds, report, run, shutil, temporary, wait_for)

DESCRIPTION = ROOT / "docs" / "openapi.json"
VIEWS = ["status", "items", "clearances", "provisions", "consultation", "findings", "papers", "acts"]
NO_ONE = "d-0000000000"
PASSWORD = "correct horse battery staple"
TYPES = {"string", "integer", "boolean", "array", "object"}


# ---- the description ----

def resolve(description, schema):
    if "$ref" not in schema:
        return schema
    at = description
    for name in schema["$ref"].removeprefix("#/").split("/"):
        at = at[name]
    return resolve(description, at)


def schema_faults(description, schema, where):
    if "$ref" in schema:
        try:
            resolve(description, schema)
        except KeyError:
            yield f"{where}: {schema['$ref']} leads nowhere"
        return
    if schema.get("type") not in TYPES:
        yield f"{where}: type {schema.get('type')}"
    if schema.get("type") == "array":
        if "items" not in schema:
            yield f"{where}: an array of what?"
        else:
            yield from schema_faults(description, schema["items"], where + "/items")
    properties = schema.get("properties", {})
    for name, inner in properties.items():
        yield from schema_faults(description, inner, f"{where}/{name}")
    for name in schema.get("required", []):
        if name not in properties:
            yield f"{where}: {name} is required, and not described"
    if "enum" in schema and (not schema["enum"] or len(set(schema["enum"])) != len(schema["enum"])):
        yield f"{where}: an odd enum"


def operation_faults(description, path, method, operation, ids):
    where = f"{method} {path}"
    if method not in ("get", "post"):
        yield f"{where}: an odd method"
    if not operation.get("summary"):
        yield f"{where}: no summary"
    if operation.get("operationId") in ids:
        yield f"{where}: its operationId is another's"
    ids.add(operation.get("operationId") or where)
    names = set(re.findall(r"\{([a-z]+)\}", path))
    listed = [p for p in operation.get("parameters", [])]
    if {p["name"] for p in listed if p["in"] == "path"} != names:
        yield f"{where}: the parameters of its path are not those listed"
    for p in listed:
        if p["in"] not in ("path", "query") or (p["in"] == "path" and p.get("required") is not True):
            yield f"{where}: parameter {p['name']}"
        yield from schema_faults(description, p["schema"], f"{where} {p['name']}")
    responses = operation.get("responses", {})
    if not {"200", "400", "500", "503"} <= set(responses):
        yield f"{where}: answers that may come are missing"
    for status, response in responses.items():
        response = resolve(description, response)
        if not re.fullmatch(r"[2-5]\d\d", status) or not response.get("description"):
            yield f"{where}: response {status}"
        for media in response.get("content", {}).values():
            yield from schema_faults(description, media["schema"], f"{where} {status}")
    body = operation.get("requestBody")
    if body is not None:
        if method == "get" or not body.get("content"):
            yield f"{where}: an odd requestBody"
        for kind, media in body.get("content", {}).items():
            yield from schema_faults(description, media["schema"], f"{where} {kind}")
    for security in operation.get("security", []):
        for name in security:
            if name not in description["components"]["securitySchemes"]:
                yield f"{where}: security {name}"


def description_faults(description):
    if not re.fullmatch(r"3\.0\.\d", description.get("openapi", "")):
        yield "its version"
    if not {"title", "version"} <= set(description.get("info", {})):
        yield "info"
    later = description["components"]["responses"]["Later"]
    if not later.get("description") or later["headers"]["Retry-After"]["schema"] != {"type": "integer"}:
        yield "what is said of 503"
    for name, schema in description["components"]["schemas"].items():
        yield from schema_faults(description, schema, name)
    ids = set()
    for path, operations in description["paths"].items():
        if not path.startswith("/"):
            yield f"{path}: no path"
        for method, operation in operations.items():
            yield from operation_faults(description, path, method, operation, ids)


# ---- requests made of the description ----

def value_of(description, schema, wrong=False):
    """A value the schema allows; wrong: several it does not."""
    schema = resolve(description, schema)
    kind = schema["type"]
    if not wrong:
        return {"string": schema.get("enum", ["2016-07-15" if schema.get("format") == "date" else "x"])[0],
                "integer": 1, "boolean": True,
                "array": [value_of(description, schema["items"])] if kind == "array" else None,
                "object": {n: value_of(description, s) for n, s in schema.get("properties", {}).items()}
                }[kind]
    bad = {"string": [5, True, None, ["x"], {"x": "y"}, "", "  "],
           "integer": ["1", True, None, [1], 1.5], "boolean": ["true", 1, None],
           "array": ["x", {"x": "y"}, 1, None, [5], [None], [[]]],
           "object": ["x", 1, [], {}, {"key": "a"}, {"key": "a", "value": 1},
                      {"key": "a", "value": "b", "more": "c"}]}[kind]
    if "enum" in schema or schema.get("format") == "date":
        bad = bad + ["no-such-thing", "2016-13-01", "2016-02-30", "15.07.2016"]
    if kind == "array" and resolve(description, schema["items"])["type"] == "object":
        bad = bad + [[b] for b in value_of(description, schema["items"], wrong=True)]
    return bad


class Shape:
    """What one act takes, by its description."""

    def __init__(self, description, path, operation):
        self.path, self.act, self.description = path, path.rsplit("/", 1)[1], description
        content = operation["requestBody"]["content"]
        self.json = content["application/json"]["schema"]
        form = content.get("multipart/form-data", {"schema": {}})["schema"]
        self.files = [n for n in form.get("properties", {}) if n != "request"]
        self.needed_files = [n for n in form.get("required", []) if n != "request"]
        self.needed = self.json.get("required", [])

    def given(self, all_members=False):
        return {n: value_of(self.description, s) for n, s in self.json["properties"].items()
                if all_members or n in self.needed}

    def file_parts(self, all_files=False):
        names = self.files if all_files else self.needed_files
        return [(n, f"{n}.docx", b"no document") for n in names]


def fill(path, dossier=NO_ONE, view="status", number="1", person="so-defence"):
    return path.format(dossier=dossier, view=view, number=number, person=person)


# ---- the parts of the test ----

def check_description(server, client):
    got = client.get("/api/openapi.json")
    report(got.status == 200 and got.header("Content-Type") == "application/json",
           "the description is served", got)
    description = got.json()
    kept = json.loads(DESCRIPTION.read_text()) if DESCRIPTION.is_file() else None
    report(description == kept, "it is docs/openapi.json (tests/service/api.py --bless writes it)")
    faults = list(description_faults(description))
    report(not faults, "it is well-formed OpenAPI 3.0", "\n".join(faults))
    report(Client(server.port, "pt-wrong").get("/api/openapi.json").body == got.body,
           "it is the same for everybody")
    return description


def check_paths_answer(server, description, installation, dossier):
    """Each path and method, as one who may see the dossier: neither 404 nor 405, and 401 for nobody."""
    drafter, nobody = installation.client(server, "so-defence"), server.client()
    shapes = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            is_open = operation.get("security") == []
            at = fill(path, dossier)
            if path.endswith("/{view}"):
                enum = operation["parameters"][1]["schema"].get("enum")
                report(enum == VIEWS, "the views are listed", enum)
                for view in VIEWS:
                    got = drafter.get(fill(path, dossier, view))
                    report(got.status == 200, f"get {path}: {view}", got)
            if "/acts/" in path:
                shapes.append(Shape(description, path, operation))
                shape = shapes[-1]
                got = drafter.post(at, shape.given(), shape.file_parts())
            elif method == "post":
                body = operation.get("requestBody", {}).get("content", {}).get("application/json")
                report(body is not None or path.endswith("/revoke"), f"{method} {path} says what it takes")
                got = drafter.post(at.replace("so-defence", "draftsman"),
                                   value_of(description, body["schema"]) if body else {})
            else:
                got = drafter.get(at)
            answers = set(operation["responses"]) | {"415", "413"}
            if path == "/api/login" and got.status == 401:
                answers.add("401")
            report(got.status not in (404, 405) and got.status < 500 and str(got.status) in answers,
                   f"{method} {path} answers as described", got)
            got = nobody.call(method.upper(), at)
            report((got.status != 401) == (is_open and path != "/api/login") or
                   (path == "/api/login" and got.status in (400, 401)),
                   f"{method} {path} for one who is not known", got)
            if not is_open:
                report(got.header("WWW-Authenticate") == "Bearer", f"{method} {path}: WWW-Authenticate")
    return shapes


def check_who_is_known(server, installation, dossier):
    path = f"/api/dossiers/{dossier}/status"
    own = installation.tokens["so-defence"]
    half = own[:len(own) // 2]
    other = installation.tokens["draftsman"]
    expected = server.client("pt-" + "0" * 64).get(path)
    report(expected.status == 401, "a token that is none is 401", expected)
    for name, header in {
            "no token": "", "another scheme": "Basic c286cGFzc3dvcmQ=", "no scheme": own,
            "half a token": f"Bearer {half}", "a half twice": f"Bearer {half}{half}",
            "halves of two persons": f"Bearer {half}{other[len(other) // 2:]}",
            "three halves": f"Bearer {own}{half}", "a token and more": f"Bearer {own}0",
            "a token cut short": f"Bearer {own[:-1]}", "capitals": f"Bearer {own.upper()}"}.items():
        got = server.client().call("GET", path, headers={"Authorization": header})
        report(got.status == 401 and dossier not in got.body.decode(), f"{name} is 401", got)
        same = server.client().call("GET", path.replace(dossier, NO_ONE),
                                    headers={"Authorization": header})
        report(same.body == got.body, f"{name}: the same for a dossier that is not there", same)
    got = server.client().call("GET", path, headers={"Authorization": f"Bearer  {own[:67]} {own[67:]} "})
    report(got.status == 200, "both halves with a space between them", got)
    installation.add_person(server, "gone", "interior", "Section Officer, Ministry of Interior")
    gone = installation.client(server, "gone")
    report(gone.get("/api/dossiers").status == 200, "a person with a token is known")
    installation.client(server, "admin").do("person-disable", person="gone")
    report(gone.get("/api/dossiers").status == 401, "a disabled one is not")
    installation.add_person(server, "gone-2", "interior", "Section Officer, Ministry of Interior")
    gone = installation.client(server, "gone-2")
    got = installation.client(server, "security").post("/api/people/gone-2/revoke")
    report(got.status == 200 and gone.get("/api/dossiers").status == 401, "nor one whose tokens end", got)


def check_no_other_paths(client, dossier):
    here = f"/api/dossiers/{dossier}"
    for path in ("/api", "/api/", "/index.html", "/favicon.ico", "//", "/api//dossiers", "/api/dossiers/",
                 "/api/openapi.json/", "/API/dossiers", "/api/acts", here, here + "/", here + "/acts/",
                 here + "/nothing", here + "/papers/x", here + "/papers/1/2", here + "/papers/-1",
                 here + "/papers/99999", here + "/papers/9223372036854775808", here + "/Status",
                 here + "/comments.docx/", "/api/people/", "/api/people/admin", "/api/sessions",
                 "/api/dossiers/" + "x" * 3000 + "/status", "/a/b/c/d/e/f/g/h/i/j", "/api/%64ossiers2"):
        got = client.get(path)
        report(got.status == 404, f"GET {path[:40]} is 404", got)
    for path in ("/api/acts/init", "/api/acts/read", "/api/acts/credential-set", "/api/acts/draft",
                 "/api/acts/nothing", "/api/acts/OPEN", here + "/acts/body-add", here + "/acts/read",
                 here + "/acts/open", here + "/acts/init", here + "/acts/nothing", "/api/logout"):
        got = client.post(path, {})
        report(got.status == 404, f"POST {path} is 404", got)
    for method, path in (("POST", "/"), ("POST", "/api/dossiers"), ("POST", here + "/status"),
                         ("GET", here + "/acts/draft"), ("GET", "/api/acts/open"), ("GET", "/api/login"),
                         ("POST", here + "/comments.docx")):
        got = client.call(method, path, b"{}" if method == "POST" else None,
                          {"Content-Type": "application/json"})
        allowed = "GET, HEAD" if method == "POST" else "POST"
        report(got.status == 405 and got.header("Allow") == allowed, f"{method} {path} is 405",
               f"{got} {got.headers}")
    got, head = client.get(here + "/status"), client.call("HEAD", here + "/status")
    report(head.status == 200 and head.body == b"" and without_date(head) == without_date(got),
           "HEAD is GET without its body", head.headers)


def without_date(answer):
    return [(k, v) for k, v in answer.headers if k.lower() != "date"]


def breaches(shape):
    """(what is wrong, given, files)"""
    full, parts = shape.given(all_members=True), shape.file_parts()
    yield "a member that is not its own", full | {"no_such_member": "x"}, parts
    for name in shape.needed:
        yield f"without {name}", {n: v for n, v in full.items() if n != name}, parts
    for name, schema in shape.json["properties"].items():
        for bad in value_of(shape.description, schema, wrong=True):
            yield f"{name}: {json.dumps(bad)}", full | {name: bad}, parts
    for name in shape.needed_files:
        yield f"without file {name}", full, [p for p in parts if p[0] != name]
    for name in shape.files:
        yield f"file {name} as a text", full | {name: "x"}, [p for p in parts if p[0] != name]
        others = [p for p in parts if p[0] != name]
        yield f"file {name} empty", full, others + [(name, "a.docx", b"")]
        yield f"file {name} twice", full, others + [(name, "a.docx", b"a"), (name, "b.docx", b"b")]
    yield "a file that is not its own", full, parts + [("no_such_file", "a.docx", b"x")]


def check_schemas(server, installation, dossier, shapes):
    drafter = installation.client(server, "so-defence")
    acts = f"/api/dossiers/{dossier}/acts"
    before = len(drafter.get(acts).json()["acts"])
    for shape in shapes:
        wrong, tried = [], 0
        path = fill(shape.path, dossier)
        for what, given, files in breaches(shape):
            got = drafter.post(path, given, files)
            tried += 1
            if got.status != 400 or set(got.json()) != {"error", "kind"}:
                wrong.append(f"{what}: {got}")
        for what, kind, body in (
                ("no JSON", "application/json", b"{"), ("an array", "application/json", b"[]"),
                ("a text", "application/json", b'"x"'), ("two values", "application/json", b"{} {}"),
                ("a key twice", "application/json", b'{"on":"2016-07-15","on":"2016-07-15"}'),
                ("no UTF-8", "application/json", b'{"on":"\xff"}'),
                ("NUL", "application/json", b'{"on":"\\u0000"}'),
                ("no parts", "multipart/form-data; boundary=x", b"nothing"),
                ("no boundary", "multipart/form-data", b"--x\r\n\r\n--x--\r\n"),
                ("an array for a request",) + multipart(b"[]", shape.file_parts())):
            got = drafter.call("POST", path, body, {"Content-Type": kind})
            tried += 1
            if got.status != 400:
                wrong.append(f"{what}: {got}")
        got = drafter.call("POST", path, b"x=1", {"Content-Type": "application/x-www-form-urlencoded"})
        if got.status != 415:
            wrong.append(f"another type: {got}")
        got = drafter.post(path, shape.given(True) | {"on": "2999-01-01"}, shape.file_parts())
        if got.status != 400:
            wrong.append(f"a day to come: {got}")
        report(not wrong, f"{shape.act}: {tried + 2} requests that are none are 400", "\n".join(wrong))
    after = len(drafter.get(acts).json()["acts"])
    report(before == after, "none of them left an act behind", f"{before} acts, then {after}")


def check_given(client, description, dossier):
    """The paths that are no acts keep their schemas too."""
    for path, operations in description["paths"].items():
        body = operations.get("post", {}).get("requestBody", {}).get("content", {})
        if "/acts/" in path or "application/json" not in body:
            continue
        schema = resolve(description, body["application/json"]["schema"])
        full = value_of(description, schema)
        wrong = []
        tries = [("a member that is not its own", full | {"no_such_member": "x"})]
        tries += [(f"without {n}", {k: v for k, v in full.items() if k != n})
                  for n in schema.get("required", [])]
        tries += [(f"{n}: {json.dumps(bad)}", full | {n: bad}) for n, s in schema["properties"].items()
                  for bad in value_of(description, s, wrong=True)]
        for what, given in tries:
            got = client.post(fill(path, dossier), given)
            if got.status != 400:
                wrong.append(f"{what}: {got}")
        report(not wrong, f"{path}: {len(tries)} requests that are none are 400", "\n".join(wrong))
    for days in (0, -1, 3661, 2**32 + 1, -2**32 + 1, 2**63 - 1, 2**63):
        got = client.post("/api/people/draftsman/token", {"days": days})
        report(got.status == 400, f"no token is good for {days} days", got)


# ---- who may not see it ----

def hidden_requests(description, shapes):
    """(name, function of a client and a dossier's id that gives the answer)"""
    for path, operations in description["paths"].items():
        if "{dossier}" not in path or "/acts/" in path:
            continue
        for view, number in itertools.product(VIEWS + ["nothing"] if "{view}" in path else ["status"],
                                              ["1", "2", "99", "x"] if "{number}" in path else ["1"]):
            for method in ("GET", "HEAD", "POST"):
                yield (f"{method} {fill(path, 'D', view, number)}",
                       lambda c, d, m=method, p=path, v=view, n=number: c.call(m, fill(p, d, v, n)))
    for shape in shapes:
        if "{dossier}" not in shape.path:
            continue
        for what, change, files in (
                ("", {}, shape.file_parts()), (", all of it", shape.given(True), shape.file_parts(True)),
                (" on a day before any rulebook", {"on": "1950-01-01"}, shape.file_parts()),
                (" on a day of one rulebook", {"on": "1990-01-01"}, shape.file_parts()),
                (" on a day to come", {"on": "2999-01-01"}, shape.file_parts()),
                (" with a member too many", {"no_such_member": "x"}, shape.file_parts()),
                (" with no day", {"on": "x"}, shape.file_parts()),
                (" with nothing", None, [])):
            given = shape.given() | change if change is not None else {}
            yield (f"{shape.act}{what}", lambda c, d, s=shape, g=given, f=files:
                   c.post(fill(s.path, d), g, f))
    large = {"text": "x" * (5 << 20)}
    yield ("dissent-note of 5 MB", lambda c, d: c.act("dissent-note", d, **large))
    yield ("dissent-note of 20 MB", lambda c, d: c.act("dissent-note", d, text="x" * (20 << 20)))
    yield ("a draft that kills its reader", lambda c, d: c.act("draft", d, [("file", "a.docx", bomb())]))


def check_hidden(server, installation, description, shapes, dossiers, people):
    for person, why in people.items():
        client, told, tried = installation.client(server, person), [], 0
        for name, ask in hidden_requests(description, shapes):
            if person == "security" and re.match(r"list-(add|remove)", name):
                continue        # keeps the lists, and so learns which dossiers there are
            nothing = ask(client, NO_ONE)
            for dossier in dossiers:
                got = ask(client, dossier)
                tried += 1
                same = (got.status == nothing.status and without_date(got) == without_date(nothing)
                        and got.body == nothing.body)
                if not same or got.status not in (400, 404, 405, 413):
                    told.append(f"{name}: there {got}; not there {nothing}")
        report(not told, f"{why}: {tried} requests tell no dossier from none", "\n".join(told))
        for query in ("", "?search=Framework", f"?search={dossiers[0]}", "?search=%25", "?search=d-"):
            got = client.get("/api/dossiers" + query)
            report(got.status == 200 and got.json() == {"dossiers": []}, f"{why}: the list{query}", got)
        got = client.act("open", title="x", secretary="secretary-defence", rulebook=dossiers[0])
        report(got.status in (400, 403, 409) and b"Framework" not in got.body, f"{why}: opening", got)


def check_refusals(server, installation, dossier, work):
    drafter = installation.client(server, "so-defence")
    before = drafter.get(f"/api/dossiers/{dossier}/acts").json()["acts"]
    refused = [drafter.act("approve-opening", dossier), drafter.act("waive", dossier, need="consultees",
                                                                    reason="no time"),
               drafter.act("circulate", dossier, to=[{"key": "interior", "value": "security"}], asks="Views"),
               installation.client(server, "ds-defence").act("confirm", dossier, item=["all"])]
    for got in refused:
        told = got.json()
        report(got.status == 403 and told["refused"] is True and told["rule"] and told["source"]
               and told["why"].endswith("."), f"refused: {told.get('why')}", got)
    after = drafter.get(f"/api/dossiers/{dossier}/acts").json()["acts"]
    added = after[len(before):]
    report(after[:len(before)] == before and [(a["refused"], a["rule"], a["why"]) for a in added] ==
           [(True, got.json()["rule"], got.json()["why"]) for got in refused],
           "each stands among the dossier's acts", added)
    report([a["number"] for a in after] == list(range(1, len(after) + 1)), "which are numbered one by one")
    outsider = installation.client(server, "outsider")
    recorded = len(exported_acts(installation.store, work))
    for d in (dossier, NO_ONE):
        outsider.act("approve-opening", d)
        outsider.act("dissent-note", d, text="x" * (5 << 20))
    acts = exported_acts(installation.store, work)[recorded:]
    report(len(acts) == 4 and all(a.get("refused") and a["actor"] == "outsider" for a in acts),
           "those that were hidden are recorded too", [str(a)[:200] for a in acts])
    report(drafter.get(f"/api/dossiers/{dossier}/acts").json()["acts"][:len(after)] == after,
           "and change nothing in the dossier")


def check_officers_see_nothing(server, installation, dossier):
    """Not even when they are listed and given a role."""
    secretary = installation.client(server, "secretary-defence")
    admin, security = installation.client(server, "admin"), installation.client(server, "security")
    got = security.act("list-add", dossier, person="security")
    report(got.status == 403 and got.json()["rule"] == "need:not-own", "no officer lists himself", got)
    admin.do("standing-give", person="security", role="secretary")
    security.act("clearance-level", person="admin", grading="secret")
    got = [security.act("list-add", dossier, person="admin").status,
           secretary.act("role-give", dossier, person="admin", role="registry").status,
           secretary.act("role-give", dossier, person="security", role="registry").status]
    report(all(s in (200, 403) for s in got), "who is listed and given roles", got)
    for person in ("admin", "security"):
        client = installation.client(server, person)
        for path in [*VIEWS, "papers/1", "papers/2", "comments.docx"]:
            status = client.get(f"/api/dossiers/{dossier}/{path}").status
            report(status == 404, f"{person} does not see {path}", status)
        report(client.get("/api/dossiers").json() == {"dossiers": []}, f"{person} has no dossiers")
        got = client.get("/api/people")
        report(got.status == 200 and dossier.encode() not in got.body, f"{person} sees people", got)
        got = client.act("paper-add", dossier, [("file", "a.txt", b"x")], kind="other", title="x")
        report(got.status == 404, f"{person} adds no paper", got)
    security.do("list-remove", dossier, person="admin")
    admin.do("standing-take", person="security", role="secretary")
    got = installation.client(server, "so-defence").get("/api/people")
    report(got.status == 403, "others do not see the list of people", got)


# ---- files ----

NAMES = ["plain.docx", "page.html", "script.svg", "..", "../../etc/passwd", "a b;c=d.txt", "quote\\\"s.txt",
         "per%0d%0acent.txt", "وثيقه.docx", "文件.docx", "x" * 300 + ".docx", "C:\\temp\\a.exe", "a\u202excod.exe"]


def check_files(server, installation, dossier):
    registry = installation.client(server, "registry-defence")
    for name in NAMES:
        data = os.urandom(100)
        added = registry.act("paper-add", dossier, [("file", name, data)], kind="other", title=name)
        if not report(added.status == 200, f"a paper named {name[:40]!a}", added):
            continue
        got = registry.get(f"/api/dossiers/{dossier}/papers/{added.json()['result']['paper']}")
        disposition, kind = got.header("Content-Disposition"), got.header("Content-Type")
        fallback = re.fullmatch(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([!-~]+)",
                                disposition)
        holds = (got.status == 200 and got.body == data and fallback is not None
                 and not set("\"\\/%;") & set(fallback.group(1))
                 and kind.split(";")[0] in ("application/octet-stream", "application/vnd.openxmlformats-"
                                            "officedocument.wordprocessingml.document")
                 and got.header("X-Content-Type-Options") == "nosniff"
                 and "sandbox" in got.header("Content-Security-Policy")
                 and "default-src 'none'" in got.header("Content-Security-Policy")
                 and got.header("Cache-Control") == "no-store"
                 and got.header("X-Frame-Options") == "DENY"
                 and got.header("Referrer-Policy") == "no-referrer"
                 and got.header("Cross-Origin-Resource-Policy") == "same-origin")
        report(holds, f"{name[:40]!a} comes back as an attachment, in a sandbox", f"{got} {got.headers}")
    got = registry.act("paper-add", dossier, [("file", "a\r\nb.txt", b"x")], kind="other", title="x")
    report(got.status == 400, "a name with a line in it is none", got)
    got = registry.get(f"/api/dossiers/{dossier}/comments.docx")
    report(got.status == 200 and zipfile.ZipFile(io.BytesIO(got.body)).testzip() is None
           and got.header("Content-Disposition").startswith("attachment; filename=\"comments.docx\""),
           "the comment table is a Word file", f"{got.headers}")


# ---- other sites, and the clock ----

def check_other_sites(server, installation, dossier):
    """A page of another site has nothing to ride on: no cookie is set or heard, and what a form can send
    without asking first is no request."""
    own, nobody = installation.client(server, "so-defence"), server.client()
    token = installation.tokens["so-defence"]
    path = f"/api/dossiers/{dossier}/acts/waive"
    body = json.dumps({"need": "lead-time", "reason": "x"}).encode()
    kind = {"Content-Type": "application/json"}
    for name, got in {
            "a cookie": nobody.call("POST", path, body, kind | {"Cookie": f"token={token}; session={token}"}),
            "a token in the path": nobody.call("POST", f"{path}?access_token={token}&token={token}", body, kind),
            "a browser's own password": nobody.call("GET", f"/api/dossiers/{dossier}/status", headers={
                "Authorization": "Basic " + base64.b64encode(f"so-defence:{token}".encode()).decode()})}.items():
        report(got.status == 401, f"{name} makes nobody known", got)
    login = json.dumps({"person": "so-defence", "password": "wrong"}).encode()
    for given in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        headers = {"Content-Type": given} if given else {}
        for at, data in (("/api/login", login), (path, body), ("/api/people/so-defence/password", login)):
            got = own.call("POST", at, data, headers)
            report(got.status in (400, 415), f"{at} as {given or 'nothing'} is refused", got)
    got = own.call("OPTIONS", path, headers={"Origin": "https://elsewhere.example",
                                             "Access-Control-Request-Method": "POST"})
    report(got.status == 405, "a browser that asks first is told no", got)
    for got in (own.get("/"), own.get("/api/dossiers"), own.call("POST", path, body, kind),
                own.call("GET", "/api/dossiers", headers={"Origin": "https://elsewhere.example"})):
        names = {name.lower() for name, _ in got.headers}
        report("set-cookie" not in names and not any(n.startswith("access-control-") for n in names),
               "no cookie is set, and no other site is let in", got.headers)


def check_time(server, installation, dossier):
    """How long "no such dossier" takes does not tell one that is hidden from none. (What little is left
    is two queries' rows; a document or a worker that was touched would show.)"""
    outsider = installation.client(server, "outsider")

    def take(at):
        began = time.perf_counter()
        answer = at()
        assert answer.status == 404, answer
        return time.perf_counter() - began
    for name, ask, times in (
            ("a view", lambda d: outsider.get(f"/api/dossiers/{d}/status"), 200),
            ("a paper", lambda d: outsider.get(f"/api/dossiers/{d}/papers/1"), 200),
            ("the comment table", lambda d: outsider.get(f"/api/dossiers/{d}/comments.docx"), 200),
            ("an act with a file", lambda d: outsider.act("draft", d, [("file", "a.docx", DRAFT)]), 100)):
        taken = {dossier: [], NO_ONE: []}
        for _ in range(times):
            for d in random.sample([dossier, NO_ONE], 2):
                taken[d].append(take(lambda d=d: ask(d)))
        hidden, none = (sorted(taken[d])[times // 4] for d in (dossier, NO_ONE))
        report(abs(hidden - none) < 0.25 * none + 0.0001, f"{name} of a hidden dossier takes as long as of none",
               f"{hidden * 1e6:.0f} and {none * 1e6:.0f} us")


def check_both_forms(server, installation, dossier):
    """JSON and multipart do the same, with files and without."""
    secretary = installation.client(server, "secretary-defence")
    given = {"body": "finance", "because": "it binds no money"}
    kind, body = multipart(given, [])
    for name, got in (("JSON", secretary.post(f"/api/dossiers/{dossier}/acts/not-consulted", given)),
                      ("parts", secretary.call("POST", f"/api/dossiers/{dossier}/acts/not-consulted", body,
                                               {"Content-Type": kind})),
                      ("JSON of a charset", secretary.call(
                          "POST", f"/api/dossiers/{dossier}/acts/not-consulted", json.dumps(given).encode(),
                          {"Content-Type": "application/json; charset=utf-8"}))):
        report(got.status == 200 and got.json()["refused"] is False, f"an act as {name}", got)
    asked = secretary.get(f"/api/dossiers/{dossier}/consultation").json()["not_consulted"]
    report([x["because"] for x in asked] == ["it binds no money"], "it is done", asked)
    drafter = installation.client(server, "so-defence")
    got = drafter.act("draft", dossier, [("file", "draft.docx", DRAFT)], note="First")
    report(got.status == 200 and got.json()["result"]["version"] == 1, "a draft", got)
    paper = got.json()["result"]["paper"]
    report(drafter.get(f"/api/dossiers/{dossier}/papers/{paper}").body == DRAFT, "it comes back as it was")
    report(len(drafter.get(f"/api/dossiers/{dossier}/provisions").json()["provisions"]) > 20,
           "its provisions were read")


# ---- readers that die ----

def pack(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(name, data)
    return out.getvalue()


def of_draft(change):
    """The draft with its document.xml changed."""
    with zipfile.ZipFile(io.BytesIO(DRAFT)) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    parts["word/document.xml"] = change(parts["word/document.xml"])
    return pack(parts)


@functools.cache
def bomb():
    return of_draft(lambda xml: xml.replace(b"</w:body>", b"<w:p/>" * 30_000_000 + b"</w:body>", 1))


def long_draft(times):
    """One that takes a while: its articles over and over."""
    def change(xml):
        start = xml.index(b"<w:body>") + len(b"<w:body>")
        end = xml.rindex(b"<w:sectPr")
        return xml[:start] + xml[start:end] * times + xml[end:]
    return of_draft(change)


def check_readers(server, installation, dossier):
    drafter = installation.client(server, "so-defence")
    for name, data in {
            "no zip": b"no document", "an empty file in a zip": pack({"a": b""}),
            "a bomb": bomb(), "a zip cut short": DRAFT[:len(DRAFT) // 2],
            "XML that is none": of_draft(lambda x: x[:len(x) // 2]),
            "XML nested deep": of_draft(lambda x: x.replace(
                b"<w:body>", b"<w:body>" + b"<w:sdt><w:sdtContent>" * 100_000, 1)),
            "entities": of_draft(lambda x: x.replace(
                b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1))}.items():
        got = drafter.act("draft", dossier, [("file", "a.docx", data)])
        told = got.json()
        report(got.status in (400, 413, 415) and len(told["error"]) > 20, f"{name}: {told['error'][:100]}", got)
        report(drafter.get(f"/api/dossiers/{dossier}/status").status == 200, "and the service goes on")
    slow = long_draft(60)
    for number in (signal.SIGABRT, signal.SIGKILL, signal.SIGSYS, signal.SIGXCPU):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(installation.client(
            server, "so-defence").act("draft", dossier, [("file", "slow.docx", slow)])))
        thread.start()
        found = wait_for(server.workers, 20, 0.002)
        for pid in server.workers():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        thread.join()
        name = signal.Signals(number).name
        report(found and answers[0].status in (400, 413), f"a reader that dies of {name} is an error", answers)
        report("send a smaller file" in answers[0].body.decode() or "the reader" in answers[0].body.decode(),
               f"{name}: it is told: {answers[0].json().get('error')}")
        report(drafter.get(f"/api/dossiers/{dossier}/status").status == 200, "and the service goes on")
    acts = drafter.get(f"/api/dossiers/{dossier}/acts").json()["acts"]
    report(len([a for a in acts if a["act"] == "draft" and not a["refused"]]) == 1, "no draft came of any of them")
    report(wait_for(lambda: not server.workers(), 10), "no reader is left behind")


# ---- too much ----

def check_too_much(server, installation, dossier):
    """Requests at the limits of memory, of every thread; the service goes on."""
    clients = [installation.client(server, p) for p in ("so-defence", "outsider", "secretary-defence")]
    for size in (3, 5, 79):
        for client in clients:
            text = "\u0001" * (size << 20) if size < 14 else "x" * (size << 20)
            try:
                statuses = [client.act("dissent-note", dossier, text=text).status for _ in range(5)]
            except OSError as e:
                statuses = [str(e)]
            report(set(statuses) <= {403, 404, 413, 503}, f"a request of {size} MB", statuses)
            status = client.get("/api/dossiers").status if server.is_running() else "it is gone"
            if not report(status == 200, "and the service goes on", status):
                return
    registry = installation.client(server, "registry-defence")
    data = os.urandom(79 << 20)
    got = registry.act("paper-add", dossier, [("file", "large.bin", data)], kind="annex", title="Large")
    report(got.status == 200, "a paper of 79 MB is kept", got)
    if got.status == 200:
        number = got.json()["result"]["paper"]
        report(registry.get(f"/api/dossiers/{dossier}/papers/{number}").body == data, "and comes back")
    got = clients[0].act("draft", dossier, [("file", "large.docx", data)])
    report(got.status in (400, 413), "a draft of 79 MB of anything is none", got)
    try:
        status = clients[0].act("dissent-note", dossier, text="x" * (81 << 20)).status
    except OSError as e:        # ended while it was being sent
        status = type(e).__name__
    report(status in (413, "BrokenPipeError", "ConnectionResetError"), "one of 81 MB is not taken", status)
    fine = [installation.client(server, "so-defence").act("waive", dossier, need="lead-time", reason="x").status
            for _ in range(20)]
    report(fine == [403] * 20, "every thread still does acts", fine)


# ---- logins ----

def check_logins(installation, work):
    server = Server(installation.store, work / "login.log")
    password = PASSWORD
    own = installation.client(server, "ds-defence")
    got = own.post("/api/people/secretary-defence/password", {"password": password})
    report(got.status == 403 and "why" in got.json(), "no one sets another's password", got)
    for officer in ("admin", "security"):
        got = installation.client(server, officer).post("/api/people/ds-defence/password",
                                                        {"password": password})
        report(got.status == 403, f"not even {officer}", got)
    for weak in ("short", "aaaaaaaaaaaaaaaa", "password123456", "123456789012", "ds-defence-2016", "x" * 2000):
        got = own.post("/api/people/ds-defence/password", {"password": weak})
        report(got.status == 400, f"{weak[:20]!a} is no password", got)
    report(own.post("/api/people/ds-defence/password", {"password": password}).status == 200, "one's own")
    nobody = server.client()

    def log_in(person, word):
        return nobody.post("/api/login", {"person": person, "password": word})
    got = log_in("ds-defence", password)
    report(got.status == 200 and got.json()["person"] == "ds-defence", "a login", got)
    report(server.client(got.json()["token"]).get("/api/dossiers").status == 200, "its token is good")
    wrong, none = log_in("ds-defence", "wrong"), log_in("no-such-person", "wrong")
    unset = log_in("draftsman", "wrong")
    report(wrong.status == none.status == unset.status == 401 and wrong.body == none.body == unset.body and
           without_date(wrong) == without_date(none) == without_date(unset),
           "a wrong password, a person without one and one who is not there are told the same",
           f"{wrong} {none} {unset}")
    statuses = [log_in("ds-defence", "wrong").status for _ in range(12)]
    report(statuses == [401] * 9 + [429] * 3, "ten failures, and no more are tried", statuses)
    report(log_in("ds-defence", password).status == 429, "not even with the right one")
    report(own.get("/api/dossiers").status == 200, "who has a token goes on")
    got = installation.client(server, "draftsman").post("/api/people/draftsman/password", {"password": password})
    report(got.status == 200 and log_in("draftsman", password).status == 200, "and so do others", got)
    statuses = [log_in(f"somebody-{n}", "wrong").status for n in range(60)]
    report(statuses == sorted(statuses) and 30 < statuses.count(401) < 50,
           "one address has fifty", f"{statuses.count(401)} tried")
    report(server.stop() == 0, "the service ends when it is told")


def check_sessions(installation, work):
    """They end when they are not used, and in the end; how long that is, serve is told."""
    now, log = int(time.time() * 1000000), work / "session.log"
    server = Server(installation.store, log, now=now)
    token = server.client().post("/api/login", {"person": "draftsman", "password": PASSWORD}).json()["token"]
    server.stop()
    for minutes, options, expected in ((29, (), 200), (58, (), 200), (89, (), 401), (67, ("--idle-minutes", "10"), 200),
                                       (77, ("--idle-minutes", "10"), 401), (80, (), 200)):
        server = Server(installation.store, log, options=options, now=now + minutes * 60_000_000)
        got = server.client(token).get("/api/dossiers")
        report(got.status == expected, f"{minutes} minutes after the login, {' '.join(options) or 'as usual'}: "
               f"{expected}", got)
        server.stop()
    server = Server(installation.store, log, options=("--session-hours", "1"), now=now)
    token = server.client().post("/api/login", {"person": "draftsman", "password": PASSWORD}).json()["token"]
    server.stop()
    for minutes, expected in ((25, 200), (50, 200), (60, 401)):
        server = Server(installation.store, log, now=now + minutes * 60_000_000)
        got = server.client(token).get("/api/dossiers")
        report(got.status == expected, f"of a session of one hour, after {minutes} minutes: {expected}", got)
        server.stop()
    told = run("serve", "--store", installation.store, "--idle-minutes", "forever")
    report(told.returncode == 2 and told.stderr.count("\n") <= 2, "a time is a number", told)


def check_logins_behind_a_proxy(installation, work):
    """On a socket callers are told apart by the address the proxy names."""
    path = work / "http.sock"
    words = [PARAPH, "serve", "--store", str(installation.store), "--socket", str(path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()

    def log_in(person, address):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(path))
        connection.request("POST", "/api/login", json.dumps({"person": person, "password": "wrong"}),
                           {"Content-Type": "application/json", "X-Real-IP": address, "Connection": "close"})
        status = connection.getresponse().status
        connection.close()
        return status
    try:
        statuses = [log_in(f"somebody-{n}", "192.0.2.1") for n in range(55)]
        report(statuses[:40] == [401] * 40 and statuses[-1] == 429, "one address behind the proxy has fifty",
               statuses)
        report(log_in("somebody-else", "192.0.2.2") == 401, "and takes none from others")
    finally:
        process.terminate()
        report(process.wait(timeout=60) == 0, "the service on the socket ends")
        process.stdout.close()


def check_settings(installation, work):
    """What init and serve refuse, and how serve is told to end."""
    words = ["init", work / "untold", "--origin", "paraph.example/treaties", "--rulebook", "pk-1973",
             "--body", "cabinet=Cabinet Division", "--administrator", "admin=System administrator",
             "--security-officer", "security=Security officer", "--rulebooks", ROOT / "rulebooks"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        told = subprocess.run([PARAPH, *map(str, words)], stdout=full, stderr=subprocess.PIPE, text=True,
                              check=False)
    report(told.returncode == 4 and "nothing was made" in told.stderr and told.stderr.count("\n") == 1,
           "an installation whose tokens nobody can read is not made", told)
    report(run(*words).returncode == 0 and run(*words).returncode == 2,
           "and can be made in the same folder, once")
    told = run("serve", "--store", work / "nothing", "--port", "0")
    report(told.returncode == 2 and told.stderr.count("\n") == 1, "no store, no service", told.stderr)
    told = run("serve", "--port", "0")
    report(told.returncode == 2 and "--store" in told.stderr, "nor when none is named", told.stderr)
    left = [installation.store / p / ".paraph-0123456789abcdef" for p in ("", "keys", "files/ab", "rulebooks")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half of a pap")
    young = left[2].with_name(".paraph-00000000000000aa")
    young.write_bytes(b"being written")
    for path in left:
        os.utime(path, (time.time() - 4000,) * 2)
    Server(installation.store, work / "end.log").stop()
    report(not any(p.exists() for p in left) and young.exists(),
           "a service that starts removes what killed ones have left half written, and nothing newer",
           [p for p in left if p.exists()])
    young.unlink()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        server = Server(installation.store, work / "end.log")
        client = installation.client(server, "admin")
        client.get("/api/people")
        told = run("serve", "--store", installation.store, "--port", server.port)
        report(told.returncode == 4 and "in use" in told.stderr, "a port has one service", told.stderr)
        server.process.send_signal(number)
        report(server.process.wait(timeout=60) == 0, f"{number.name} ends it")
        server.process.stdout.close()


def check_tampered(installation, work):
    """A record that was changed is not served."""
    copy = work / "tampered"
    shutil.copytree(installation.store, copy)
    database = sqlite3.connect(copy / "paraph.db")
    database.execute("UPDATE act SET body = replace(body, 'no money', 'some money')")
    database.commit()
    database.close()
    told = run("serve", "--store", copy, "--port", "0", timeout=30)
    report(told.returncode == 1 and told.stderr.startswith("paraph: act ") and told.stderr.count("\n") == 1,
           "a record that was changed is not served", told)


def main():
    work = temporary("api")
    try:
        installation = Installation(work / "store")
        server = Server(installation.store, work / "log")
        installation.enter_people(server)
        installation.add_person(server, "outsider", "interior", "Joint Secretary, Ministry of Interior")
        installation.add_person(server, "no-role", "interior", "Deputy Secretary, Ministry of Interior")
        installation.add_person(server, "lowered", "interior", "Director, Ministry of Interior")
        installation.client(server, "admin").do("standing-give", person="outsider", role="desk-officer")
        if "--bless" in sys.argv:
            text = json.dumps(server.client().get("/api/openapi.json").json(), indent=2, sort_keys=True)
            DESCRIPTION.write_text(text + "\n")
            server.stop()
            return
        dossier = installation.open_dossier(server)
        generic = installation.open_dossier(server, roles={}, rulebook="generic-vclt")
        secret = installation.open_dossier(server, grading="secret")
        security = installation.client(server, "security")
        security.do("list-add", secret, person="lowered")
        installation.client(server, "secretary-defence").do("role-give", secret, person="lowered",
                                                            role="nodal-officer")
        security.do("clearance-level", person="lowered", grading="restricted")
        security.do("list-add", dossier, person="no-role")
        client = installation.client(server, "so-defence")
        check_both_forms(server, installation, dossier)
        description = check_description(server, server.client())
        shapes = check_paths_answer(server, description, installation, dossier)
        check_who_is_known(server, installation, dossier)
        check_no_other_paths(client, dossier)
        check_schemas(server, installation, dossier, shapes)
        check_given(client, description, dossier)
        check_hidden(server, installation, description, shapes, [dossier, generic, secret],
                     {"outsider": "not on the list", "admin": "an administrator",
                      "security": "a security officer"})
        check_hidden(server, installation, description, shapes, [secret], {"lowered": "no more cleared"})
        check_refusals(server, installation, dossier, work)
        check_officers_see_nothing(server, installation, dossier)
        check_files(server, installation, dossier)
        check_other_sites(server, installation, dossier)
        check_time(server, installation, dossier)
        check_readers(server, installation, dossier)
        check_too_much(server, installation, dossier)
        report(server.is_running() and server.stop() == 0, "the service ends when it is told")
        check_logins(installation, work)
        check_sessions(installation, work)
        check_logins_behind_a_proxy(installation, work)
        check_settings(installation, work)
        check_tampered(installation, work)
        record_holds(installation.store, "after all that the record verifies and replays")
        logged = (work / "log").read_text(errors="replace")
        report("ERROR: " not in logged and "runtime error" not in logged, "no sanitizer complained",
               logged[-3000:])
    except Fault as e:
        report(False, "the test can be run", e)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
finish()
