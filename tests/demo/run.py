#!/usr/bin/env python3
"""The reference case (demo/) against what a person expects of it (expected/*.tsv). Prints TAP.

PARAPH names the command (build/paraph). What each office wants is compared by the words it adds and
takes away in each provision, so that it does not matter how a change is cut into rows. Where
../shared is at hand, its independent reader judges the documents as well.
"""
import collections
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback

import reading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DRAFT = ROOT / 'demo/draft.docx'
OFFICES = {'Foreign Affairs': 'foreign-affairs', 'Interior': 'interior',
           'Defence Production': 'defence-production',
           'Joint Staff Headquarters': 'joint-staff-headquarters'}
RETURNS = {office: ROOT / f'demo/returns/{name}.docx' for office, name in OFFICES.items()}
JUDGE = ROOT.parent / 'shared/tools/revisions.py'
VALIDATOR = ROOT.parent / 'shared/tools/validate_docx.py'
PARAPH = os.environ.get('PARAPH', str(ROOT / 'build/paraph'))
WORDLESS = ('format', 'split', 'layout', 'move')   # kinds that add and remove no word


class Skip(Exception):
    pass


def expected(name):
    lines = (HERE / 'expected' / name).read_text().splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith('#')), delimiter='\t',
                               quoting=csv.QUOTE_NONE))


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)


def paraph(*arguments, status=0):
    assert pathlib.Path(PARAPH).exists(), f'there is no {PARAPH}'
    done = run(PARAPH, *arguments)
    if done.returncode != status:
        raise AssertionError(f'{arguments[0]} {arguments[1]} ends with {done.returncode}, not '
                             f'{status}: {done.stderr.strip()} {done.stdout.strip()[:1500]}')
    return done.stdout


def same(what, is_, want):
    if is_ != want:
        raise AssertionError(f'{what}\n  is   {is_!r}\n  want {want!r}')


def words(text):
    return collections.Counter(re.findall(r'\w+', text))


def net(pairs):
    """The words that (existing, proposed) pairs take away and add together."""
    gone, added = collections.Counter(), collections.Counter()
    for existing, proposed in pairs:
        gone += words(existing)
        added += words(proposed)
    return dict(gone - added), dict(added - gone)


def lies_in(provision, place):
    """'Annex A, row 3' lies in 'Annex A', but 'Article 17' not in 'Article 1'."""
    rest = provision[len(place):len(place) + 1]
    return provision.startswith(place) and not rest.isalnum()


# ---- what the command made ----

class Case:
    folder = None
    made = None       # the consolidated file, once there is one
    rows = []
    conflicts = []


def consolidated():
    assert Case.made, 'there is no consolidated file'
    return Case.made


def consolidate(order, suffix=''):
    out = Case.folder / f'consolidated{suffix}.docx'
    text = paraph('consolidate', DRAFT, *(f'{o}={RETURNS[o]}' for o in order), '-o', out, '--json',
                  '--matrix', Case.folder / f'matrix{suffix}.csv',
                  '--conflicts', Case.folder / f'conflicts{suffix}.json')
    return out, json.loads(text)


def read_rows(path):
    """The matrix, by the first word of each column's head."""
    with open(path, newline='', encoding='utf-8-sig') as f:
        rows = [{k.split()[0].lower(): v for k, v in row.items()} for row in csv.DictReader(f)]
    for row in rows:
        row['offices'] = row['office'].split('; ')
    return rows


def is_comment(row):
    return row['kind'] == 'comment'


def rows_of(office):
    consolidated()
    return [r for r in Case.rows if office in r['offices'] and not is_comment(r)]


def wants(office):
    return [e for e in expected('proposals.tsv') if e['office'] == office]


def is_wordless(row):
    kind = row['kind'].lower()
    return any(k in kind for k in ('format', 'move', 'layout', 'properties'))


# ---- tests ----

def test_files_are_what_the_generator_writes():
    done = run(sys.executable, '-B', ROOT / 'demo/make.py', '--check')
    same('demo/make.py --check', (done.returncode, done.stdout), (0, ''))


def test_consolidates_and_proves():
    Case.made, summary = consolidate(OFFICES)
    Case.rows = read_rows(Case.folder / 'matrix.csv')
    Case.conflicts = json.loads((Case.folder / 'conflicts.json').read_text())['conflicts']
    same('proven', summary['proven'], True)
    same('promises that fail', [p for p in summary['promises'] if not p['holds']], [])
    assert Case.rows, 'the matrix is empty'


def test_rejecting_all_gives_the_draft():
    out = Case.folder / 'rejected.docx'
    paraph('resolve', consolidated(), '--reject', 'all', '-o', out)
    same('text', reading.text(out), reading.text(DRAFT))
    same('text by our reader', reading.text(consolidated(), accept=False), reading.text(DRAFT))


def only(office):
    out = Case.folder / f'only {office}.docx'
    if not out.exists():
        paraph('resolve', consolidated(), '--only', office, '-o', out)
    return out


def test_each_office_gets_its_return_back():
    for office, path in RETURNS.items():
        same(f'only {office}', reading.text(only(office)), reading.text(path))


def judge(command, *arguments):
    done = run(sys.executable, '-B', JUDGE, command, '--no-comments', *arguments)
    assert done.returncode == 0, f'{command}: {done.stdout[:3000]}{done.stderr[-500:]}'


def test_the_independent_reader_agrees():
    if not JUDGE.exists():
        raise Skip('no ../shared here')
    rejected, accepted = Case.folder / 'j rejected.docx', Case.folder / 'j accepted.docx'
    judge('reject', consolidated(), rejected)
    judge('eq', DRAFT, rejected)
    judge('eq', DRAFT, Case.folder / 'rejected.docx')
    for office, path in RETURNS.items():
        judge('accept', path, accepted)
        judge('eq', accepted, only(office))


def test_output_is_valid():
    if not VALIDATOR.exists():
        raise Skip('no ../shared here')
    for path in [consolidated()] + [only(office) for office in OFFICES]:
        done = run(sys.executable, '-B', VALIDATOR, '-v', path)
        assert done.returncode == 0, done.stdout


def test_no_inserted_word_is_lost():
    out = Case.folder / 'accepted.docx'
    paraph('resolve', consolidated(), '--accept', 'all', '-o', out)
    have = words(reading.text(out))
    for e in expected('proposals.tsv'):
        if e['kind'] not in WORDLESS:
            missing = [w for w in words(e['proposed']) if w not in have]
            same(f'{e["office"]}, {e["provision"]}: words missing', missing, [])


def group(office):
    """The expected provisions of an office with the rows that belong to each; the rest is new."""
    places = {e['provision'] for e in wants(office)}
    groups = {p: [] for p in places}
    for row in rows_of(office):
        fits = [p for p in places if lies_in(row['provision'], p)]
        groups.setdefault(max(fits, key=len) if fits else 'new', []).append(row)
    return groups


def rows_with_words(rows):
    """Rows about wording. One move is two rows of the same words, and a format changes none."""
    return [(r['existing'], r['proposed']) for r in rows if not is_wordless(r)]


def expected_net(office, place=None):
    return net((e['existing'], e['proposed']) for e in wants(office)
               if e['kind'] not in WORDLESS and place in (None, e['provision']))


def is_new_beside(office, have, want):
    """A new paragraph may be printed under the number of one that is there."""
    extra = collections.Counter(have[1]) - collections.Counter(want[1])
    new = collections.Counter(expected_net(office, 'new')[1])
    return have[0] == want[0] and extra and not extra - new


def test_proposals_of_each_office():
    problems = []
    for office in OFFICES:
        groups = group(office)
        for place, rows in groups.items():
            have, want = net(rows_with_words(rows)), expected_net(office, place)
            if have != want and place != 'new' and not is_new_beside(office, have, want):
                problems.append(f'{office}, {place}: {have}, not {want}')
        have = net(p for rows in groups.values() for p in rows_with_words(rows))
        if have != expected_net(office):
            problems.append(f'{office}, all together: {have}, not {expected_net(office)}')
    assert not problems, '\n'.join(problems)


SIGNS = {'format': ('format',), 'move': ('move',), 'split': ('paragraph', 'split'),
         'layout': ('paragraph', 'layout'), 'row': ('row',), 'footnote': ('insert', 'note')}


def rows_that_show(e):
    """The rows that show the expected change of a kind that is known by its kind."""
    signs = SIGNS[e['kind']]
    rows = [r for r in rows_of(e['office']) if any(s in r['kind'].lower() for s in signs)]
    if e['kind'] in ('row', 'move', 'footnote'):
        text = ' '.join(r['existing'] + ' ' + r['proposed'] for r in rows)
        return [] if words(e['proposed']) - words(text) else rows
    rows = [r for r in rows if lies_in(r['provision'], e['provision'])]
    if e['kind'] == 'format':
        rows = [r for r in rows if e['existing'] in r['existing'] + ' ' + r['proposed']]
    return rows


def test_formats_moves_splits_and_rows():
    problems = [f'{e["office"]}, {e["provision"]}: no {e["kind"]} {e["proposed"][:60]}'
                for e in expected('proposals.tsv') if e['kind'] in SIGNS and not rows_that_show(e)]
    assert not problems, '\n'.join(problems)


def test_joint_changes():
    consolidated()
    rows = [r for r in Case.rows if len(r['offices']) > 1 and not is_comment(r)]
    left = list(rows)
    for e in expected('joint.tsv'):
        fits = [r for r in left if lies_in(r['provision'], e['provision']) and
                sorted(r['offices']) == sorted(e['offices'].split('; '))]
        same(f'{e["provision"]}, {e["offices"]}', net((r['existing'], r['proposed']) for r in fits),
             net([(e['existing'], e['proposed'])]))
        left = [r for r in left if r not in fits]
    same('further joint changes', left, [])


def test_conflicts():
    consolidated()
    found = []
    for c in Case.conflicts:
        offices = {o for p in c['proposals'] for o in p['office'].split('; ')}
        found.append((c['provision'], sorted(offices), c['proposals'], c['base']))
    wanted = expected('conflicts.tsv')
    for e in wanted:
        offices = sorted([e['first'], e['second']])
        fits = [f for f in found if lies_in(f[0], e['provision']) and f[1] == offices]
        assert fits, f'{e["provision"]}: no conflict of {offices} in {[f[:2] for f in found]}'
        text = ' '.join(f[3] + ' ' + r['existing'] + ' ' + r['proposed']
                        for f in fits for r in f[2])
        for wish in (e['wants'], e['instead of']):
            missing = dict(words(wish) - words(text))
            same(f'{e["provision"]}: words missing in the conflict', missing, {})
        found = [f for f in found if f not in fits]
    same('further conflicts', [f[:2] for f in found], [])


def test_people_behind_the_changes():
    problems = []
    for office in OFFICES:
        for place, rows in group(office).items():
            people = {e['person'] for e in wants(office) if e['provision'] == place}
            days = {e['day'] for e in wants(office) if e['provision'] == place}
            text = ' '.join(r['person'] for r in rows)
            problems += [f'{office}, {place}: {p} is not named' for p in people if p not in text]
            for r in rows:
                if len(r['offices']) == 1 and r['person'] and r['person'] not in people:
                    problems.append(f'{office}, {place}: {r["person"]} has nothing to do with it')
                if len(r['offices']) == 1 and r['person'] and r['date'][:10] not in days:
                    problems.append(f'{office}, {place}: {r["date"]} is not the day')
    assert not problems, '\n'.join(problems)


def test_comments_are_carried_over_with_their_words():
    rows = [r for r in Case.rows if is_comment(r)]
    comments = reading.comments(consolidated())
    same('comments in the matrix', len(rows), len(expected('comments.tsv')))
    for e in expected('comments.tsv'):
        row = next((r for r in rows if e['text'] in r['comment']), None)
        assert row, f'not in the matrix: {e["text"]}'
        assert lies_in(row['provision'], e['provision']), f'{e["text"][:40]}: at {row["provision"]}'
        assert e['office'] in row['office'] and e['person'] in row['office'] + row['person'], \
            f'{e["text"][:40]}: of {row["office"]}, {row["person"]}'
        fits = [c for c in comments if c['text'] == e['text']]
        same(f'{e["text"][:40]}: times in the document', len(fits), 1)
        # The words of another office at the same place may stand between.
        have = fits[0]['words']
        letters = iter(re.sub(r'\s', '', have))
        inside = all(ch in letters for ch in re.sub(r'\s', '', e['words']))
        assert inside, f'{e["text"][:40]}: made on {have!r}'


def silent_findings(office, status):
    text = paraph('inspect', RETURNS[office], '--sent', DRAFT, '--json', status=status)
    findings = json.loads(text)['findings']
    same(f'{office}: hazards', [f for f in findings if not f['silent']], [])
    return findings


def test_silent_changes():
    for office, name in OFFICES.items():
        wanted = [e for e in expected('silent.tsv') if e['return'] == name]
        findings = silent_findings(office, 1 if wanted else 0)
        for e in wanted:
            fits = [f for f in findings if lies_in(f['place'], e['place'])]
            if not fits:   # what is new has no place in the draft
                fits = [f for f in findings
                        if words(e['after']) == words(f['after']) - words(f['before'])]
            same(f'{name}, {e["place"]}', net((f['before'], f['after']) for f in fits),
                 net([(e['before'], e['after'])]))
            findings = [f for f in findings if f not in fits]
        same(f'{name}: further silent changes', findings, [])


def test_the_order_of_the_returns_does_not_matter():
    consolidate(reversed(list(OFFICES)), ' reversed')

    def key(rows):
        return sorted((r['provision'], ';'.join(sorted(r['offices'])), r['kind'], r['existing'],
                       r['proposed'], r['comment']) for r in rows)
    same('rows', key(read_rows(Case.folder / 'matrix reversed.csv')), key(Case.rows))


def test_the_matrix_can_be_made_again():
    out = Case.folder / 'again.csv'
    paraph('matrix', consolidated(), '-o', out)
    same('matrix', read_rows(out), Case.rows)


def test_verify_tells_right_from_wrong():
    right = [f'{o}={path}' for o, path in RETURNS.items()]
    paraph('verify', DRAFT, *right, '--consolidated', consolidated())
    wrong = [f'{o}={RETURNS["Interior"]}' for o in RETURNS]
    paraph('verify', DRAFT, *wrong, '--consolidated', consolidated(), status=1)
    paraph('verify', RETURNS['Interior'], *right, '--consolidated', consolidated(), status=1)


def main():
    tests = [(n[5:].replace('_', ' '), f) for n, f in globals().items() if n.startswith('test_')]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Case.folder = pathlib.Path(folder)
        for i, (name, test) in enumerate(tests, 1):
            try:
                test()
                print(f'ok {i} - {name}')
            except Skip as why:
                print(f'ok {i} - {name} # SKIP {why}')
            except Exception as e:
                failed += 1
                why = str(e) if isinstance(e, AssertionError) else traceback.format_exc()
                print(*('# ' + line for line in why.splitlines()), sep='\n')
                print(f'not ok {i} - {name}')
    print(f'1..{len(tests)}')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
