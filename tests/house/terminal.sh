#!/bin/sh
# On a terminal, work that takes over a second says what it is doing, and wipes the line when it is
# done; elsewhere nothing is said. A signal leaves no temporary file behind.
. tests/house/tap.sh.inc
binary=${PARAPH:-build/paraph}
if [ ! -x "$binary" ]; then
    skipped "progress on a terminal" "no $binary"
    tap_end
fi
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
cat >"$work/check.py" <<'END'
import os, pty, subprocess, sys, time
sys.path.insert(0, 'tests/golden')
import docx
binary, work = sys.argv[1:]
line = 'The Parties shall consult each other on the matters of paragraph %d of this Article.'
size = 20000
while True:
    docx.write(f'{work}/a.docx', '\n'.join(line % i for i in range(size)))
    docx.write(f'{work}/b.docx', '\n'.join(line % i if i % 7 else 'Each Party bears %d.' % i for i in range(size)))
    began = time.monotonic()
    command = [binary, 'compare', f'{work}/a.docx', f'{work}/b.docx', '-o', f'{work}/c.docx']
    done = subprocess.run(command, capture_output=True)
    took = time.monotonic() - began
    if done.returncode != 0: sys.exit(f'exit status {done.returncode}: {done.stderr.decode()}')
    if done.stderr: sys.exit(f'said without a terminal: {done.stderr!r}')
    if took > 1.6 or size > 600000: break
    size *= 2
if took < 1.6: sys.exit(0)
master, slave = pty.openpty()
child = subprocess.Popen(command, stderr=slave, stdout=subprocess.DEVNULL, env={**os.environ, 'TERM': 'xterm'})
os.close(slave)
said = b''
while True:
    try: more = os.read(master, 4096)
    except OSError: break
    if not more: break
    said += more
child.wait()
if b'paraph: merging 1 return' not in said: sys.exit(f'no progress in {said!r}')
if not said.endswith(b'\r\x1b[K'): sys.exit(f'not wiped: {said[-40:]!r}')
os.remove(f'{work}/c.docx')
child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(took * 0.7)
child.terminate()
child.wait()
left = sorted(os.listdir(work))
if left not in (['a.docx', 'b.docx', 'check.py'], ['a.docx', 'b.docx', 'c.docx', 'check.py']):
    sys.exit(f'left behind: {left}')
END
if ! python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
    skipped "progress on a terminal" "no terminal to be had here"
    tap_end
fi
found=$(python3 -B "$work/check.py" "$binary" "$work" 2>&1)
verdict "progress on a terminal alone, and nothing left behind by a signal" "$found"
tap_end
