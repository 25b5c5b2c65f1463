#!/usr/bin/env python3
"""The story of July 2016 (demo/story.sh) against what must have come of it, written by hand. TAP.

    story.py [--postgres]       the second under script/with-postgres

PARAPH names the command (build/paraph). The story is run into a temporary folder; what came of it is
read with `paraph show` and `paraph paper`, from the exported record, and from the papers themselves
by reading.py, which shares nothing with the program. A second run stops before the text is vetted:
there a provision is changed, to see whose clearances that touches.
"""
import collections
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree as ET
import zipfile

import reading
import run as case

ROOT = case.ROOT
PARAPH = str(pathlib.Path(case.PARAPH).resolve())
W = reading.q

# ---- what must come of it ----

ACTS = 114
REFUSALS = [    # act, by whom, the rule that refuses it
    ('open', 'so-defence', 'need:grading'),
    ('circulate', 'secretary-defence', 'need:consultees'),
    ('incorporate', 'so-defence', 'need:all-disposed'),
    ('confirm', 'so-defence', 'role'),
    ('vet', 'so-defence', 'role'),
    ('compose-summary', 'so-defence', 'need:summary-parts'),
    ('lodge', 'secretary-defence', 'need:lead-time'),
    ('decide', 'cabinet-secretary', 'need:complete'),
    ('decide', 'cabinet-secretary', 'need:scope'),
]
COPIES = [      # copy, body, its name on the copy, paper
    (1, 'foreign-affairs', 'Ministry of Foreign Affairs', 2),
    (2, 'interior', 'Ministry of Interior', 3),
    (3, 'defence-production', 'Ministry of Defence Production', 4),
    (4, 'joint-staff', 'Joint Staff Headquarters', 5),
]
RETURNS = [     # body, channel, the copy it was made on (0: none), its file
    ('foreign-affairs', 'courier', 1, 'foreign-affairs'),
    ('interior', 'email', 0, 'interior'),
    ('defence-production', 'courier', 3, 'defence-production'),
    ('joint-staff', '', 4, 'joint-staff-headquarters'),
]
TITLES = {      # as tests/demo/expected/ names the offices
    'Foreign Affairs': 'Ministry of Foreign Affairs', 'Interior': 'Ministry of Interior',
    'Defence Production': 'Ministry of Defence Production',
    'Joint Staff Headquarters': 'Joint Staff Headquarters'}
PROVISIONS = 142
PARTS = ['Background', 'Relevant facts', 'Views of the Divisions', 'Points for decision',
         'Recommendation of the Minister-in-charge', 'Annexes']
VIEWS = [       # how the view of each body begins in the Summary
    'Ministry of Foreign Affairs (sought 18 May 2016, received 6 June 2016): supports the text.',
    'Ministry of Interior (sought 18 May 2016, received 8 June 2016): supports the text. Not '
    'accepted: Article 12(2), Article 13(2), Article 15(2), Article 15(5)',
    'Ministry of Defence Production (sought 18 May 2016, received 9 June 2016): supports the text. '
    'Not accepted: Article 1(c), Article 6(3), Article 7(2), Article 7(3), Article 8(2)(d), '
    'Article 8(3)',
    'Joint Staff Headquarters (sought 18 May 2016, received 10 June 2016): supports the text. Not '
    'accepted: Article 6(3), Article 10(3), Article 11(1)(a), Article 11(3)',
    'Finance Division was not consulted, because the agreement binds no money; each implementing '
    'arrangement will be referred.',
    'Law division: vetting certified on 30 June 2016.',
]


# ---- a story that was run ----

def database(name):
    """The URL of a new database, when there is to be one."""
    if '--postgres' not in sys.argv:
        return []
    server = os.environ['PARAPH_TEST_POSTGRES']
    done = case.run('psql', '-qX', server, '-c', f'CREATE DATABASE {name}')
    assert done.returncode == 0, done.stderr
    return [server.replace('/postgres?', f'/{name}?')]


class Story:
    def __init__(self, folder, until):
        self.store = folder
        self.tokens = pathlib.Path(f'{folder}.tokens')
        self.said = subprocess.run(
            ['sh', str(ROOT / 'demo/story.sh'), str(folder), *database(f'story_{folder.name}')],
            capture_output=True, text=True, timeout=600,
            env=dict(os.environ, PARAPH=PARAPH, UNTIL=until))
        assert self.said.returncode == 0, f'demo/story.sh: {self.said.stderr[-2000:]}'
        listed = json.loads(self.call('so-defence', 'show', 'list').stdout)['dossiers']
        case.same('dossiers', [(d['title'], d['grading'], d['state']) for d in listed],
                  [('Long-term strategic framework agreement on cooperation in defence and security',
                    'restricted', 'live')])
        self.dossier = listed[0]['id']

    def call(self, person, *words):
        token = (self.tokens / person).read_text()
        return subprocess.run([PARAPH, *map(str, words)], capture_output=True, text=True, timeout=300,
                              env=dict(os.environ, PARAPH_STORE=str(self.store), PARAPH_TOKEN=token))

    def show(self, view, person='so-defence'):
        done = self.call(person, 'show', view, '--dossier', self.dossier)
        assert done.returncode == 0, f'show {view}: {done.stderr}'
        return json.loads(done.stdout)

    @functools.cache
    def paper(self, number):
        path = self.store.parent / f'{self.store.name} paper {number}'
        done = self.call('so-defence', 'paper', number, '--dossier', self.dossier, '-o', path)
        assert done.returncode == 0, f'paper {number}: {done.stderr}'
        return path

    def act(self, day, person, act, *members, status=0, system=False):
        """What the act gives as JSON; of an error, what it says."""
        place = () if system else ('--dossier', self.dossier)
        done = self.call(person, 'act', act, *place, '--on', day, '--json', *members)
        assert done.returncode == status, \
            f'{act}: exit status {done.returncode}, not {status}: {done.stdout}{done.stderr}'
        return json.loads(done.stdout) if done.stdout else done.stderr

    def record(self):
        """The acts, from an export of the record."""
        out = self.store.parent / f'{self.store.name} record'
        shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run([PARAPH, 'record', 'export', str(self.store), '-o', str(out)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        lines = [l for f in sorted(out.glob('acts/**/*.jsonl')) for l in f.read_text().splitlines()]
        return [json.loads(l)['act'] for l in lines], out


class Stage:
    folder = None


@functools.cache
def whole():
    return Story(Stage.folder / 'whole', 'The record')


@functools.cache
def cleared():
    return Story(Stage.folder / 'cleared', '27 June')


def done(kind):
    return [a for a in whole().record()[0] if a['kind'] == kind and not a.get('refused')]


# ---- the acts ----

def test_acts_and_refusals():
    acts, _ = whole().record()
    case.same('acts', len(acts), ACTS)
    case.same('refusals', [(a['kind'], a['actor'], a['rule']) for a in acts if a.get('refused')],
              REFUSALS)
    case.same('rulebooks', {a['rulebook'] for a in acts if a.get('dossier')}, {'pk-1973@2000'})
    shown = whole().show('acts')['acts']
    case.same('as shown', [(a['act'], a['actor'], a['on']) for a in shown],
              [(a['kind'], a['actor'], a['on']) for a in acts if a.get('dossier')])


def test_the_record_holds_by_us_and_by_others():
    _, export = whole().record()
    for words in (('verify', whole().store), ('replay', whole().store), ('verify', export)):
        told = subprocess.run([PARAPH, 'record', *map(str, words)], capture_output=True, text=True)
        case.same(f'record {words[0]}: {told.stderr}', told.returncode, 0)
    judge = [sys.executable, '-B', str(ROOT / 'tests/record/verify.py')]
    told = subprocess.run([*judge, str(export)], capture_output=True, text=True)
    case.same(told.stdout + told.stderr, told.returncode, 0)
    assert f'{ACTS} acts' in told.stdout, told.stdout
    proof, key = Stage.folder / 'decision.tlog-proof', whole().store / 'keys/record.pub'
    case.run(PARAPH, 'record', 'prove', ACTS - 1, whole().store, '-o', proof)
    told = subprocess.run([*judge, '--proof', str(proof), '--key', str(key)], capture_output=True,
                          text=True)
    case.same(told.stdout + told.stderr, told.returncode, 0)


# ---- copies and returns ----

def marks(path):
    """(kind of page, "header" or "footer") -> its first or last paragraph, of every section."""
    parts = reading.read(path)
    root = ET.fromstring(parts['word/document.xml'])
    relations = {r.get('Id'): 'word/' + r.get('Target')
                 for r in ET.fromstring(parts['word/_rels/document.xml.rels'])}
    found = {}
    for what, at in (('header', 0), ('footer', -1)):
        for e in root.iter(W(f'{what}Reference')):
            part = ET.fromstring(parts[relations[e.get(reading.RELATION)]])
            texts = [''.join(t.text or '' for t in p.iter(W('t'))) for p in part.iter(W('p'))]
            found.setdefault((e.get(W('type')), what), set()).add(texts[at])
    kinds = ['default'] + ['first'] * (root.find(f'.//{W("titlePg")}') is not None)
    settings = ET.fromstring(parts.get('word/settings.xml', b'<none/>'))
    kinds += ['even'] * (settings.find(W('evenAndOddHeaders')) is not None)
    return found, {(k, w) for k in kinds for w in ('header', 'footer')}


def copy_id(path):
    with zipfile.ZipFile(path) as z:
        records = [ET.fromstring(z.read(n)) for n in z.namelist() if re.fullmatch(r'customXml/[^/]*\.xml', n)]
    ids = [r.get('id') for r in records if r.tag == '{urn:paraph:copy}copy']
    return ids[0] if ids else None


def test_each_copy_is_numbered_and_marked():
    recorded = {c['copy']: c for c in done('circulate')[0]['objects']['copies']}
    case.same('copies', sorted(recorded), [1, 2, 3, 4])
    for number, body, name, paper in COPIES:
        path = whole().paper(paper)
        found, kinds = marks(path)
        case.same(f'copy {number}: kinds of page', set(found), kinds)
        for (kind, what), words in found.items():
            want = f'RESTRICTED · Copy {number} · {name} · Draft 1' if what == 'footer' else 'RESTRICTED'
            case.same(f'copy {number}: {what}, {kind}', words, {want})
        c = recorded[number]
        case.same(f'copy {number}: body', (c['body'], c['paper']['number']), (body, paper))
        case.same(f'copy {number}: digest', hashlib.sha256(path.read_bytes()).hexdigest(),
                  c['paper']['digest'])
        case.same(f'copy {number}: id', copy_id(path), c['copy_id'])
        assert re.fullmatch('[0-9a-f]{32}', c['copy_id']), c['copy_id']
    case.same('ids', len({c['copy_id'] for c in recorded.values()}), 4)
    case.same('ids of drafts', [copy_id(whole().paper(n)) for n in (1, 11)], [None, None])


def test_returns_are_matched_to_their_copies():
    acts = done('receive') + done('issue-view')
    have = [(a['objects']['body'], a['objects'].get('by', ''), a['objects']['copy']) for a in acts]
    case.same('returns', have, [r[:3] for r in RETURNS])
    for a, (body, _, copy, name) in zip(acts, RETURNS):
        case.same(f'{body}: copy known', a['objects']['copy_known'], copy > 0)
        warned = [w for w in a['objects'].get('warnings', []) if 'matches no copy' in w]
        case.same(f'{body}: said so', len(warned), int(copy == 0))
        # what is kept is what came, and it says what its body wrote
        kept = whole().paper(a['objects']['file']['number'])
        case.same(f'{body}: kept', hashlib.sha256(kept.read_bytes()).hexdigest(),
                  a['objects']['file']['digest'])
        text = reading.text(kept).split('== headerReference')[0]
        case.same(body, text, reading.text(case.RETURNS_BY_FILE[name]).split('== headerRef')[0])


def test_silent_changes_are_listed():
    found = [f for f in whole().show('findings')['findings'] if f['is_silent']]
    for e in case.expected('silent.tsv'):
        fits = [f for f in found if f['body'] == e['return'] and case.lies_in(f['place'], e['place'])]
        case.same(f'{e["return"]}, {e["place"]}', case.net((f['before'], f['after']) for f in fits),
                  case.net([(e['before'], e['after'])]))
        found = [f for f in found if f not in fits]
    case.same('further silent changes', found, [])


# ---- incorporation ----

def test_every_item_is_disposed_of_and_confirmed_by_another():
    items = whole().show('items')['items']
    acts, _ = whole().record()
    number = next(a for a in acts if a['kind'] == 'consolidate')['objects']['items']
    case.same('items', (len(items), [i['number'] for i in items]),
              (len(number), list(range(1, len(items) + 1))))
    case.same('people', {(i['by'], i['confirmed_by']) for i in items}, {('so-defence', 'ds-defence')})
    for i in items:
        mine = TITLES['Foreign Affairs'] in i['offices']
        case.same(f'item {i["number"]}', i['disposition'], 'accepted' if mine else 'rejected')
        assert mine or i['reason'], f'item {i["number"]} is rejected without a reason'
    for e in case.expected('comments.tsv'):
        fits = [i for i in items if i['kind'] == 'comment' and e['text'] in i['comment']]
        case.same(f'{e["text"][:40]}: items', len(fits), 1)
    changes = [i for i in items if i['kind'] != 'comment']
    for office, title in TITLES.items():
        rows = [(i['existing'], i['proposed']) for i in changes if title in i['offices'] and
                not any(k in i['kind'] for k in ('format', 'move'))]
        case.same(f'{office}: words of its items', case.net(rows), case.expected_net(office))


def rows_of_table(path):
    """The rows of a comment table, below its head, as lists of texts."""
    with zipfile.ZipFile(path) as z:
        body = ET.fromstring(z.read('word/document.xml'))
    return [['\n'.join(''.join(t.text or '' for t in p.iter(W('t'))) for p in cell.iter(W('p')))
             for cell in row.iter(W('tc'))] for row in body.iter(W('tr'))][1:]


def test_the_comment_table_says_what_each_item_proposes():
    """In one command, for the drafter and for a body's own officer; and it can be read as a return."""
    items = whole().show('items')['items']
    for person, own in (('so-defence', items), ('director-jshq', whole().show('items', 'director-jshq')['items'])):
        path = whole().store.parent / f'comments of {person}.docx'
        done = whole().call(person, 'paper', 'comments', '--dossier', whole().dossier, '-o', path)
        case.same('the command', (done.returncode, done.stderr), (0, ''))
        case.same('its grading, at the top and the bottom', marks(path)[0],
                  {('default', 'header'): {'RESTRICTED'}, ('default', 'footer'): {'RESTRICTED'}})
        rows = rows_of_table(path)
        case.same('a row an item', len(rows), len(own))
        for row, item in zip(rows, own):
            told = row[5] + row[6]
            missing = [item[key] for key in ('existing', 'proposed', 'comment')
                       if item[key].split('\n')[0] not in told]
            case.same(f"item {item['number']}", (row[0], row[2], bool(told.strip()), missing),
                      (item['offices'], item['place'], True, []))
            assert item['disposition'] in row[7], row
    assert len(own) < len(items), 'a body sees its own items alone'


def test_draft_2_is_what_foreign_affairs_proposed():
    """Its own changes and those it made jointly, and nothing that others alone proposed."""
    text, draft = reading.text(whole().paper(11)), reading.text(case.DRAFT)
    case.same('draft 2', text, reading.text(case.RETURNS_BY_FILE['foreign-affairs']))
    for e in case.expected('proposals.tsv'):
        joint = any(j['provision'] == e['provision'] and 'Foreign Affairs' in j['offices'] and
                    e['office'] in j['offices'] for j in case.expected('joint.tsv'))
        whole_words = len(case.words(e['proposed'])) > 2 and e['kind'] not in case.WORDLESS
        if whole_words and e['office'] != 'Foreign Affairs' and not joint:
            case.same(f'{e["office"]}: times that {e["proposed"]} is in draft 2',
                      text.count(e['proposed']), draft.count(e['proposed']))
    case.same('tracked changes and comments', reading.comments(whole().paper(11)), [])
    xml = reading.read(whole().paper(11))['word/document.xml']
    case.same('revisions', re.findall(rb'<w:(?:ins|del|moveFrom|moveTo|rPrChange)\b', xml), [])


# ---- clearance and vetting ----

def test_every_clearance_is_current():
    shown = whole().show('clearances')
    case.same('to be asked again', shown['ask_again'], {})
    have = collections.Counter((c['body'], c['standing']) for c in shown['clearances'])
    case.same('clearances', dict(have), {(body, 'cleared'): PROVISIONS for _, body, _, _ in COPIES})
    digests = {p['id']: p['digest'] for p in whole().show('provisions')['provisions']}
    case.same('provisions', len(digests), PROVISIONS)
    for c in shown['clearances']:
        case.same(f'{c["body"]}, {c["number"]}', c['given_for'], digests[c['provision']])


def test_the_certificate_is_bound_to_the_text():
    path = Stage.folder / 'draft-2.docx'
    shutil.copy(whole().paper(11), path)
    rows = json.loads(case.paraph('provisions', path, '--json'))['provisions']
    text = ''.join(f'{r["number"]}\n{r["digest"]}\n' for r in rows)
    digest = hashlib.sha256(text.encode()).hexdigest()
    case.same('presented', [a['objects']['text_digest'] for a in done('present')], [digest])
    case.same('vetted', [(a['actor'], a['objects']['text_digest']) for a in done('vet')],
              [('draftsman', digest)])


# ---- Summary and decision ----

def test_the_summary():
    paragraphs = reading.text(whole().paper(20)).split('\n')
    at = [paragraphs.index(part) for part in PARTS]
    case.same('order of the parts', at, sorted(at))
    for part, start, end in zip(PARTS, at, at[1:] + [len(paragraphs)]):
        assert ''.join(paragraphs[start + 1:end]).strip(), f'{part} is empty'
    views = paragraphs[at[2] + 1:at[3]]
    case.same('views', len(views), len(VIEWS))
    for want in VIEWS:
        case.same(want, len([v for v in views if v.startswith(want)]), 1)
    for view in views:
        places = re.findall(r'(?:Article|Annex) \w+(?:, row \d+)?(?:\(\w+\))*',
                            view.partition('accepted: ')[2])
        case.same(f'places named twice in {view[:40]}', len(places), len(set(places)))
    case.same('grading', marks(whole().paper(20))[0],
              {('default', 'header'): {'SECRET'}, ('default', 'footer'): {'SECRET'}})
    assert 1 <= done('compose-summary')[0]['objects']['pages'] <= 2
    if shutil.which('pdfinfo'):
        told = case.run('pdfinfo', whole().paper(21)).stdout
        pages = int(re.search(r'Pages:\s+(\d+)', told)[1])
        case.same('pages', pages, done('compose-summary')[0]['objects']['pages'])


def test_the_decision_is_to_negotiate():
    decisions = whole().show('status')['decisions']
    case.same('decisions', [(d['outcome'], d['scope'], d['on'], d['by']) for d in decisions],
              [('approve', 'negotiate', '2016-07-15', 'cabinet-secretary')])
    case.same('in the way', whole().show('status')['in_the_way'], [])


# ---- what a change does to clearances ----

def changed(story, source, name, old, new):
    """A copy of the paper with one word of its text another."""
    path = story.store.parent / name
    with zipfile.ZipFile(story.paper(source)) as z, zipfile.ZipFile(path, 'w') as out:
        for n in z.namelist():
            data = z.read(n)
            if n == 'word/document.xml':
                case.same(f'places of {old}', data.count(old.encode()), 1)
                data = data.replace(old.encode(), new.encode())
            out.writestr(n, data)
    return path


def standings(story):
    return collections.Counter(c['standing'] for c in story.show('clearances')['clearances'])


def ask_port_authority(s):
    """A fifth body, that is asked about Article 13 alone, and clears it."""
    s.act('2016-06-23', 'admin', 'body-add', '--id', 'ports', '--name', 'Port Authority', system=True)
    s.act('2016-06-23', 'admin', 'person-add', '--id', 'chair-ports', '--body', 'ports', '--title',
          'Chairman, Port Authority', system=True)
    for who in (('--body', 'ports'), ('--person', 'chair-ports')):
        s.act('2016-06-23', 'security', 'clearance-level', *who, '--grading', 'restricted', system=True)
    s.act('2016-06-23', 'security', 'list-add', '--person', 'chair-ports')
    s.act('2016-06-23', 'secretary-defence', 'role-give', '--person', 'chair-ports', '--role',
          'authorised-officer')
    s.act('2016-06-23', 'secretary-defence', 'circulate', '--asks', 'Clearance', '--to',
          'ports=papers of ships', '--concern', 'ports=Article 13')
    s.act('2016-06-23', 'registry-defence', 'clear', '--body', 'ports', '--officer', 'chair-ports',
          '--letter', ROOT / 'demo/README.md')


BODIES = [body for _, body, _, _ in COPIES]


def test_a_change_makes_the_clearances_of_its_provision_stale():
    s = cleared()
    ask_port_authority(s)
    before = standings(s)
    case.same('before', set(before), {'cleared'})
    s.act('2016-06-24', 'so-defence', 'draft', '--file',
          changed(s, 11, 'draft-3.docx', '>thirty<', '>forty<'))
    shown = s.show('clearances')
    case.same('to be asked again', shown['ask_again'], {b: ['Article 12(2)'] for b in BODIES})
    stale = [(c['body'], c['number']) for c in shown['clearances'] if c['standing'] == 'stale']
    case.same('stale', sorted(stale), sorted((b, 'Article 12(2)') for b in BODIES))
    case.same('current', standings(s)['cleared'], before['cleared'] - 4)


def test_who_was_not_touched_is_not_asked_again():
    told = cleared().act('2016-06-24', 'secretary-defence', 'circulate', '--stale', '--asks', 'Again',
                         '--to', 'ports=papers of ships', status=3)
    assert 'nothing is to be asked of ports again' in told, told


def test_a_circulation_of_what_is_stale_asks_about_that_alone():
    s = cleared()
    made = s.act('2016-06-24', 'secretary-defence', 'circulate', '--stale', '--asks', 'Clearance again',
                 '--to', 'interior=internal security', '--to', 'joint-staff=military requirements')
    case.same('copies', [c['body'] for c in made['result']['copies']], ['interior', 'joint-staff'])
    changed_id = next(p['id'] for p in s.show('provisions')['provisions']
                      if p['number'] == 'Article 12(2)')
    acts, _ = s.record()
    copies = [c for a in acts if a['seq'] == made['act'] for c in a['objects']['copies']]
    case.same('asked about', [(c['body'], c['concerns']) for c in copies],
              [('interior', [changed_id]), ('joint-staff', [changed_id])])
    s.act('2016-06-25', 'registry-defence', 'clear', '--body', 'interior', '--officer',
          'secretary-interior', '--provision', 'Article 12(2)', '--letter', ROOT / 'demo/README.md')
    case.same('to be asked again', sorted(s.show('clearances')['ask_again']),
              ['defence-production', 'foreign-affairs', 'joint-staff'])
    by_letter(s, 'joint-staff', 'director-jshq')
    case.same('to be asked again', sorted(s.show('clearances')['ask_again']),
              ['defence-production', 'foreign-affairs'])


def by_letter(s, body, officer):
    s.act('2016-06-25', 'registry-defence', 'clear', '--body', body, '--officer', officer, '--letter',
          ROOT / 'demo/README.md')


def test_a_letter_speaks_of_the_text_the_body_was_sent():
    s = cleared()
    by_letter(s, 'foreign-affairs', 'secretary-foreign')    # which has only seen draft 2
    case.same('to be asked again', sorted(s.show('clearances')['ask_again']),
              ['defence-production', 'foreign-affairs'])
    s.act('2016-06-25', 'secretary-defence', 'circulate', '--stale', '--asks', 'Clearance again',
          '--to', 'foreign-affairs=foreign policy', '--to', 'defence-production=arms')
    by_letter(s, 'foreign-affairs', 'secretary-foreign')
    by_letter(s, 'defence-production', 'secretary-production')
    case.same('to be asked again', s.show('clearances')['ask_again'], {})


def papers_of(story, kind):
    return [p['number'] for p in story.show('papers')['papers'] if p['kind'] == kind]


CERTIFY = ('certify-editorial', '--provision', 'Article 13(4)', '--reason', 'a figure in words')


def test_an_editorial_change_is_certified_by_a_second_person():
    s = cleared()
    s.act('2016-06-26', 'secretary-defence', 'role-give', '--person', 'ds-defence', '--role', 'drafter')
    s.act('2016-06-26', 'ds-defence', 'draft', '--file',
          changed(s, papers_of(s, 'draft')[-1], 'draft-4.docx', '>seventy-two<', '>72<'))
    case.same('to be asked again', s.show('clearances')['ask_again'],
              {b: ['Article 13(4)'] for b in BODIES + ['ports']})
    told = s.act('2016-06-27', 'ds-defence', *CERTIFY, status=1)
    case.same('who changed it', (told['refused'], told['rule']), (True, 'separation:draft'))
    told = s.act('2016-06-27', 'so-defence', *CERTIFY, status=1)
    case.same('who holds no role for it', (told['refused'], told['rule']), (True, 'role'))
    told = s.act('2016-06-27', 'secretary-defence', 'certify-editorial', '--provision',
                 'Article 12(2)', '--reason', 'nothing changed there', status=1)
    case.same('what did not change', told['rule'], 'need:change-exists')
    case.same('still stale', standings(s)['stale'], 5)
    s.act('2016-06-27', 'secretary-defence', *CERTIFY)
    shown = s.show('clearances')
    case.same('to be asked again', shown['ask_again'], {})
    kept = [(c['body'], c['number']) for c in shown['clearances']
            if c['standing'] == 'cleared, editorial change since']
    case.same('kept alive', sorted(kept), sorted((b, 'Article 13(4)') for b in BODIES + ['ports']))
    case.same('certificates', [(e['reason'], e['by'], e['on']) for e in shown['editorial']],
              [('a figure in words', 'secretary-defence', '2016-06-27')])


def test_the_certificate_stays_visible_and_covers_no_other_change():
    s = cleared()
    s.act('2016-06-28', 'so-defence', 'draft', '--file',
          changed(s, papers_of(s, 'draft')[-1], 'draft-5.docx', '>72<', '>80<'))
    shown = s.show('clearances')
    case.same('to be asked again', shown['ask_again'],
              {b: ['Article 13(4)'] for b in BODIES + ['ports']})
    case.same('certificates', [(e['by'], e['on']) for e in shown['editorial']],
              [('secretary-defence', '2016-06-27')])
    told = subprocess.run([PARAPH, 'record', 'replay', str(s.store)], capture_output=True, text=True)
    case.same(told.stderr, told.returncode, 0)


def main():
    case.RETURNS_BY_FILE = {p.stem: p for p in case.RETURNS.values()}
    tests = [(n[5:].replace('_', ' '), f) for n, f in globals().items() if n.startswith('test_')]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Stage.folder = pathlib.Path(folder)
        for i, (name, test) in enumerate(tests, 1):
            try:
                test()
                print(f'ok {i} - {name}', flush=True)
            except Exception as e:
                failed += 1
                why = str(e) if isinstance(e, AssertionError) else traceback.format_exc()
                print(*('# ' + line for line in why.splitlines()), sep='\n')
                print(f'not ok {i} - {name}', flush=True)
    print(f'1..{len(tests)}')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
