"""A document with what means the same written the same: what revisions.py counts and a reader cannot see.

Where a redline does not give a file back by revisions.py's strict form, known.tsv says why; this is
what holds known.tsv to it. settle(docx) rewrites a document so that only these are alike:

  styles      named by w:name instead of w:styleId: the id is a file's own handle (ECMA-376 17.7.4.17)
  noise       bookmarks, proofErr, rsids, xml:space and run cuts, within drawings too, where the
              checker counts what it leaves out everywhere else; one field code in several w:instrText
  headers     every section names the headers and footers in force in it (17.10.1, 17.10.5), none
              that is empty
  numbering   w:numId named by what its list prints

Words, their formatting, and everything else stay as they are.
"""
import hashlib
import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
STRICT = {"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1],
          "http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1]}
STORY = re.compile(r"word/(document\d*|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$")
NOISE = {W + name for name in ("proofErr", "lastRenderedPageBreak", "bookmarkStart", "bookmarkEnd",
                               "permStart", "permEnd")}
STYLED = {W + name for name in ("pStyle", "rStyle", "tblStyle")}
SEEN = {W + name for name in ("t", "tab", "drawing", "pict", "object", "sym", "fldChar", "fldSimple")}
PRINTED = {W + name for name in ("start", "numFmt", "lvlText", "lvlRestart", "isLgl", "suff",
                                 "startOverride")}
JOINED = {W + "t", W + "instrText"}
KINDS = [(W + f"{place}Reference", kind) for place in ("header", "footer")
         for kind in ("default", "first", "even")]


def parse(data):
    for strict, transitional in STRICT.items():
        data = data.replace(strict.encode(), transitional.encode())
    return ET.fromstring(data)


def value(element):
    return element.get(W + "val", "")


class Document:
    """The parts of one file that say what its ids stand for."""

    def __init__(self, parts):
        self.parts = parts
        self.styles = {s.get(W + "styleId"): value(n) for s in self.root("styles").iter(W + "style")
                       if (n := s.find(W + "name")) is not None}
        self.lists = self.numbering()
        settings = self.root("settings")
        self.even = settings.find(W + "evenAndOddHeaders") is not None
        self.targets = {}
        if "word/_rels/document.xml.rels" in parts:
            for rel in ET.fromstring(parts["word/_rels/document.xml.rels"]):
                target = rel.get("Target", "")
                self.targets[rel.get("Id")] = target[1:] if target.startswith("/") else \
                    posixpath.normpath(posixpath.join("word", target))

    def root(self, name):
        data = self.parts.get(f"word/{name}.xml")
        return parse(data) if data else ET.Element("none")

    def numbering(self):
        """w:numId -> a digest of what the list it stands for prints."""
        root = self.root("numbering")
        abstract = {a.get(W + "abstractNumId"): a for a in root.iter(W + "abstractNum")}
        found = {}
        for num in root.iter(W + "num"):
            of = num.find(W + "abstractNumId")
            levels = [level for level in num.iter(W + "lvlOverride") if len(level)]
            if of is not None and value(of) in abstract:
                levels += abstract[value(of)].iter(W + "lvl")
            told = sorted(f"{level.get(W + 'ilvl')} {part.tag} {value(part)}"
                          for level in levels for part in level.iter() if part.tag in PRINTED)
            found[num.get(W + "numId")] = hashlib.sha1(repr(told).encode()).hexdigest()[:10]
        return found

    # ---- a story ----

    def settle(self, root, numbered):
        drop_noise(root)
        for element in root.iter():
            if element.tag in STYLED:
                element.set(W + "val", self.styles.get(value(element), value(element)))
            elif element.tag == W + "numId" and numbered:
                element.set(W + "val", self.lists.get(value(element), value(element)))
            elif element.tag == W + "t":
                element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        for box in list(root.iter(W + "txbxContent")):
            for paragraph in box.iter(W + "p"):
                join_runs(paragraph)
        for paragraph in list(root.iter(W + "p")):
            if paragraph.find(f".//{W}instrText") is not None:
                join_runs(paragraph)

    def name_headers(self, root):
        """Every w:sectPr names what is in force in it, and nothing else."""
        in_force = {}
        for section in [s for s in root.iter(W + "sectPr")]:
            for place, kind in KINDS:
                for reference in [r for r in section.findall(place)
                                  if r.get(W + "type", "default") == kind]:
                    in_force[place, kind] = reference.get(R + "id")
                    section.remove(reference)
            title = section.find(W + "titlePg")
            shown = {"default"} | ({"even"} if self.even else set())
            if title is not None and value(title) not in ("0", "false", "off"):
                shown.add("first")
            for at, (place, kind) in enumerate(k for k in KINDS
                                               if k[1] in shown and self.is_seen(in_force.get(k))):
                section.insert(at, ET.Element(place, {W + "type": kind, R + "id":
                                                      in_force[place, kind]}))

    def is_seen(self, identifier):
        data = self.parts.get(self.targets.get(identifier, ""))
        return data is not None and any(e.tag in SEEN for run in parse(data).iter(W + "r")
                                        for e in run.iter())


def drop_noise(element):
    for child in list(element):
        if child.tag in NOISE:
            element.remove(child)
        else:
            drop_noise(child)


def properties(run):
    found = run.find(W + "rPr")
    return b"" if found is None else ET.tostring(found)


def join_runs(paragraph):
    """Runs side by side that are formatted alike become one, their texts and field codes too."""
    for parent in list(paragraph.iter()):
        last = None
        for child in list(parent):
            if child.tag != W + "r":
                last = None
            elif last is None or properties(last) != properties(child):
                last = child
            else:
                last.extend(c for c in child if c.tag != W + "rPr")
                parent.remove(child)
    for run in paragraph.iter(W + "r"):
        before = None
        for child in list(run):
            if before is not None and child.tag == before.tag and child.tag in JOINED:
                before.text = (before.text or "") + (child.text or "")
                run.remove(child)
            else:
                before = child


def settle(docx):
    """DOCX (bytes) rewritten as the head of this file says."""
    source = zipfile.ZipFile(io.BytesIO(docx))
    parts = {n: source.read(n) for n in source.namelist() if not n.endswith("/")}
    document, out = Document(parts), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            if STORY.match(name):
                root = parse(data)
                document.settle(root, True)
                if name.startswith("word/document"):
                    document.name_headers(root)
                data = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
            target.writestr(name, data)
    return out.getvalue()
