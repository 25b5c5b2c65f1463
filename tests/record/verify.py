#!/usr/bin/env python3
"""Verifies an exported record, or the proof of one act, without Paraph.

    verify.py EXPORT [--key record.pub] [--extends OLDER-EXPORT] [--leaves 50] [--seed 1]
    verify.py --proof FILE --key record.pub

Written from the specifications alone (RFC 6962 2.1, RFC 8032 5.1, c2sp.org/signed-note,
tlog-checkpoint, tlog-tiles, tlog-proof) with nothing but Python's own library, so that it can err in
other ways than the program it judges. Says what it found; exit status 1 when something is wrong.
"""
import argparse
import base64
import binascii
import hashlib
import json
import random
import re
import sys
from pathlib import Path


class Wrong(Exception):
    """The record is not what it says it is."""


def demand(holds, what):
    if not holds:
        raise Wrong(what)


# ---- Ed25519, RFC 8032 5.1.7 ----

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def add(a, b):      # extended coordinates
    p, q = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    r, s = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = q - p, s - r, s + r, q + p
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decode_point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2 ** 255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, message, signature):
    a, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0 and
            (left[1] * right[2] - right[1] * left[2]) % P == 0)


# ---- signed notes and checkpoints ----

def from_base64(text, what):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{what} is no base64") from error
    demand(base64.b64encode(raw).decode() == text, f"{what} is no canonical base64")
    return raw


class Key:
    def __init__(self, text):
        self.text = text.strip()
        name, _, rest = self.text.partition("+")
        identity, _, key = rest.partition("+")
        raw = from_base64(key, "the verifier key")
        demand(len(raw) == 33 and raw[0] == 1, "the verifier key is not of Ed25519")
        self.name, self.key = name, raw[1:]
        self.id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        demand(self.id.hex() == identity, "the verifier key's id does not belong to it")


class Checkpoint:
    def __init__(self, note, key):
        demand(all(byte >= 0x20 or byte == 0x0A for byte in note), "a control character in a note")
        gap = note.rfind(b"\n\n")
        demand(gap >= 0, "the checkpoint is no signed note")
        body, signatures = note[:gap + 1], note[gap + 2:].decode()
        demand(signatures.endswith("\n"), "the signatures do not end in a newline")
        found = 0
        for line in signatures[:-1].split("\n"):
            dash, name, text = (line.split(" ") + ["", ""])[:3]
            demand(dash == "\u2014" and line.count(" ") == 2, "a signature line is malformed")
            raw = from_base64(text, "a signature")
            if name == key.name and raw[:4] == key.id:
                demand(is_signed(key.key, body, raw[4:]), "the checkpoint's signature is false")
                found += 1
        demand(found, "the checkpoint is not signed by the key")
        lines = body.decode().split("\n")
        demand(len(lines) >= 4 and lines[-1] == "" and "" not in lines[:-1], "empty line in a checkpoint")
        demand(lines[0] == key.name, "the checkpoint is of another log")
        demand(lines[1].isascii() and lines[1].isdigit() and str(int(lines[1])) == lines[1],
               "the checkpoint's size is no number")
        self.size, self.root = int(lines[1]), from_base64(lines[2], "the root")
        demand(len(self.root) == 32, "the root is no SHA-256")


# ---- the tree, RFC 6962 2.1 ----

def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """MTH of any range, with whole subtrees of 256 kept."""
    def __init__(self, leaves):
        self.leaves, self.kept = leaves, {}

    def root(self, start, end):
        n = end - start
        if n == 0:
            return hashlib.sha256(b"").digest()
        if n == 1:
            return self.leaves[start]
        if (start, end) in self.kept:
            return self.kept[start, end]
        k = 1 << ((n - 1).bit_length() - 1)
        result = node_hash(self.root(start, start + k), self.root(start + k, end))
        if n >= 256 and n & (n - 1) == 0:
            self.kept[start, end] = result
        return result

    def path(self, m, start, end):              # PATH(m, D[start:end]), m counted from start
        n = end - start
        if n == 1:
            return []
        k = 1 << ((n - 1).bit_length() - 1)
        if m < k:
            return self.path(m, start, start + k) + [self.root(start + k, end)]
        return self.path(m - k, start + k, end) + [self.root(start, start + k)]

    def subproof(self, m, start, end, whole):   # SUBPROOF(m, D[start:end], whole)
        n = end - start
        if m == n:
            return [] if whole else [self.root(start, end)]
        k = 1 << ((n - 1).bit_length() - 1)
        if m <= k:
            return self.subproof(m, start, start + k, whole) + [self.root(start + k, end)]
        return self.subproof(m - k, start + k, end, False) + [self.root(start, start + k)]


def root_of_inclusion(leaf, index, size, path):
    """The root that a path comes to, by counting its turns from the leaf up."""
    demand(0 <= index < size, "an index outside of the tree")
    path, result, last = list(path), leaf, size - 1
    while last > 0:
        if index & 1:
            demand(path, "the path is too short")
            result = node_hash(path.pop(0), result)
        elif index < last:
            demand(path, "the path is too short")
            result = node_hash(result, path.pop(0))
        index, last = index >> 1, last >> 1
    demand(not path, "the path is too long")
    return result


def check_consistency(old, new, proof):
    """RFC 9162 2.1.4.2."""
    demand(old.size <= new.size, "the older record is longer")
    if old.size in (0, new.size):
        demand(not proof, "a consistency proof where none is needed")
        demand(old.size == 0 or old.root == new.root, "two roots of one size")
        return
    proof = list(proof)
    if old.size & (old.size - 1) == 0:
        proof.insert(0, old.root)
    demand(proof, "the consistency proof is empty")
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        demand(sn, "the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    demand(sn == 0 and fr == old.root and sr == new.root, "the record does not extend the older one")


# ---- tiles and acts ----

def tile_name(n, width=256):
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03d}")
    return "/".join(parts) + (f".p/{width}" if width < 256 else "")


class Export:
    def __init__(self, folder, key_text=None):
        self.folder = Path(folder)
        self.key = Key(key_text or (self.folder / "record.pub").read_text())
        self.checkpoint = Checkpoint(self.read("checkpoint"), self.key)

    def read(self, name):
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise Wrong(f"{name} cannot be read: {error.strerror}") from error

    def widths(self, level):
        """(n, width) of each tile of a level."""
        count = self.checkpoint.size >> (8 * level)
        for n in range(0, count, 256):
            yield n // 256, min(256, count - n)

    def tile(self, level, n, width):
        raw = self.read(f"tile/{level}/{tile_name(n, width)}")
        demand(len(raw) == 32 * width, f"tile {level}/{n} has another width")
        return [raw[i:i + 32] for i in range(0, len(raw), 32)]

    def entries(self):
        for n, width in self.widths(0):
            raw, at = self.read(f"tile/entries/{tile_name(n, width)}"), 0
            for _ in range(width):
                length = int.from_bytes(raw[at:at + 2], "big")
                demand(len(raw) >= at + 2 + length, f"bundle {n} is cut short")
                yield raw[at + 2:at + 2 + length]
                at += 2 + length
            demand(at == len(raw), f"bundle {n} is too long")

    def acts(self):
        for n, width in self.widths(0):
            lines = self.read(f"acts/{tile_name(n)}.jsonl").split(b"\n")
            demand(len(lines) == width + 1 and lines[-1] == b"", f"acts/{n} has another length")
            yield from lines[:-1]

    def check(self):
        leaves = [leaf_hash(entry) for entry in self.entries()]
        demand(len(leaves) == self.checkpoint.size, "there are more or fewer entries than leaves")
        level, hashes = 0, leaves
        while hashes:
            for n, width in self.widths(level):
                demand(self.tile(level, n, width) == hashes[n * 256:n * 256 + width],
                       f"tile {level}/{n} is not what lies below it")
            whole = [hashes[i:i + 256] for i in range(0, len(hashes) - 255, 256)]
            level, hashes = level + 1, [Tree(tile).root(0, 256) for tile in whole]
        self.tree = Tree(leaves)
        demand(self.tree.root(0, len(leaves)) == self.checkpoint.root, "the root is another")
        self.check_acts()

    def check_acts(self):
        last = 0
        for seq, (line, entry) in enumerate(zip(self.acts(), self.entries())):
            salt, act, body = split_line(line, seq)
            demand(hashlib.sha256(salt + body).digest() == entry, f"act {seq} is not its entry")
            demand(act["seq"] == seq, f"act {seq} says it is act {act['seq']}")
            demand(act["at"] >= last, f"act {seq} was recorded before its predecessor")
            last = act["at"]


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def split_line(line, seq):
    outer = json.loads(line)
    demand(canonical(outer) == line, f"the line of act {seq} is not canonical JSON")
    demand(set(outer) == {"act", "salt"}, f"the line of act {seq} has other members")
    demand(re.fullmatch("[0-9a-f]{64}", outer["salt"]), f"the salt of act {seq} is none")
    body = line[len(b'{"act":'):-len(b',"salt":"' + b'0' * 64 + b'"}')]
    demand(body == canonical(outer["act"]), f"act {seq} is not canonical JSON")
    return bytes.fromhex(outer["salt"]), outer["act"], body


def check_proof(text, key):
    lines, _, note = text.partition(b"\n\n")
    lines = lines.decode().split("\n")
    demand(lines[0] == "c2sp.org/tlog-proof@v1", "it is no tlog-proof")
    demand(lines[1].startswith("extra ") and lines[2].startswith("index "), "its lines are others")
    extra, index = from_base64(lines[1][6:], "the extra data"), int(lines[2][6:])
    demand(str(index) == lines[2][6:], "the index is no number")
    checkpoint = Checkpoint(note, key)
    path = [from_base64(line, "a hash") for line in lines[3:]]
    leaf = leaf_hash(hashlib.sha256(extra).digest())     # extra: salt || act
    demand(root_of_inclusion(leaf, index, checkpoint.size, path) == checkpoint.root,
           "the act is not in the log")
    act = json.loads(extra[32:])
    demand(canonical(act) == extra[32:] and act["seq"] == index, "the act is another")
    return act, checkpoint


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("export", nargs="?")
    parser.add_argument("--key", help="the file of the verifier key to insist on")
    parser.add_argument("--extends", help="an older export of the same record")
    parser.add_argument("--proof", help="the file of one act's proof")
    parser.add_argument("--leaves", type=int, default=50, help="how many leaves to prove")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not args.export and not (args.proof and args.key):
        parser.error("name an export, or a proof with the key it is to be signed by")
    key = Path(args.key).read_text() if args.key else None
    if args.proof:
        act, checkpoint = check_proof(Path(args.proof).read_bytes(), Key(key))
        print(f"act {act['seq']} ({act['kind']}) is in the log of {checkpoint.size} acts")
    if not args.export:
        return
    export = Export(args.export, key)
    export.check()
    size, tree = export.checkpoint.size, export.tree
    chance = random.Random(args.seed)
    for index in {chance.randrange(size) for _ in range(args.leaves)} | {0, size - 1} if size else ():
        got = root_of_inclusion(tree.leaves[index], index, size, tree.path(index, 0, size))
        demand(got == export.checkpoint.root, f"leaf {index} cannot be proven")
    print(f"{size} acts under the signed root of {export.key.name}")
    if args.extends:
        older = Export(args.extends, export.key.text)
        older.check()
        proof = tree.subproof(older.checkpoint.size, 0, size, True) if older.checkpoint.size else []
        check_consistency(older.checkpoint, export.checkpoint, proof)
        print(f"they extend the {older.checkpoint.size} acts of the older export")


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"wrong: {wrong}")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        sys.exit(f"wrong: it cannot be read: {error!r}")
