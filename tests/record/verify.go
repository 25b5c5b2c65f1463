// Verifies an exported record with the reference implementation of signed notes and tiled logs, that
// of Go's checksum database (golang.org/x/mod/sumdb; Debian: golang-golang-x-mod-dev).
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go EXPORT [OLDER-EXPORT]
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go -proof FILE RECORD.PUB
//
// Theirs are: the note's parsing and signature, the hashes of leaves and nodes, the reading of tiles
// (each is held against the root), the proofs of inclusion and of consistency, and their checking. Ours
// are the names of files and the lines of a checkpoint.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func demand(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "wrong:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	b, err := os.ReadFile(path)
	demand(err)
	return b
}

type export struct {
	dir  string
	tree tlog.Tree
}

func checkpoint(text []byte, key string) tlog.Tree {
	verifier, err := note.NewVerifier(strings.TrimSpace(key))
	demand(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	demand(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		demand(fmt.Errorf("the checkpoint's lines are others"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	demand(err)
	root, err := tlog.ParseHash(lines[2])
	demand(err)
	return tlog.Tree{N: size, Hash: root}
}

func open(dir string) export {
	key := string(read(filepath.Join(dir, "record.pub")))
	return export{dir, checkpoint(read(filepath.Join(dir, "checkpoint")), key)}
}

// tlog.TileReader

func (e export) Height() int                     { return 8 }
func (e export) SaveTiles([]tlog.Tile, [][]byte) {}
func (e export) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		b, err := os.ReadFile(filepath.Join(e.dir, path))
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

func (e export) hashes() tlog.HashReader { return tlog.TileHashReader(e.tree, e) }

// The entries of all bundles, each proven under the root.
func (e export) checkEntries() {
	hashes := e.hashes()
	for start := int64(0); start < e.tree.N; start += 256 {
		width := e.tree.N - start
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: -1, N: start / 256, W: int(width)}
		path := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle := read(filepath.Join(e.dir, path))
		for i := int64(0); i < width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			leaf := tlog.RecordHash(bundle[2 : 2+length])
			bundle = bundle[2+length:]
			want, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, start+i)})
			demand(err)
			if want[0] != leaf {
				demand(fmt.Errorf("entry %d is not its leaf", start+i))
			}
			if i%97 == 0 || start+i == e.tree.N-1 {
				proof, err := tlog.ProveRecord(e.tree.N, start+i, hashes)
				demand(err)
				demand(tlog.CheckRecord(proof, e.tree.N, e.tree.Hash, start+i, leaf))
			}
		}
		if len(bundle) != 0 {
			demand(fmt.Errorf("bundle %d is too long", start/256))
		}
	}
	root, err := tlog.TreeHash(e.tree.N, hashes)
	demand(err)
	if e.tree.N > 0 && root != e.tree.Hash {
		demand(fmt.Errorf("the root is another"))
	}
}

func checkProof(file, key string) {
	head, rest, _ := strings.Cut(string(read(file)), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		demand(fmt.Errorf("it is no tlog-proof"))
	}
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	demand(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	demand(err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		demand(err)
		proof = append(proof, h)
	}
	tree := checkpoint([]byte(rest), string(read(key)))
	entry := sha256.Sum256(extra)
	demand(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry[:])))
	fmt.Printf("act %d is in the log of %d acts\n", index, tree.N)
}

func main() {
	args := os.Args[1:]
	if len(args) == 3 && args[0] == "-proof" {
		checkProof(args[1], args[2])
		return
	}
	if len(args) < 1 || len(args) > 2 {
		fmt.Fprintln(os.Stderr, "usage: verify EXPORT [OLDER-EXPORT] | -proof FILE RECORD.PUB")
		os.Exit(2)
	}
	e := open(args[0])
	e.checkEntries()
	fmt.Printf("%d acts under the signed root\n", e.tree.N)
	if len(args) == 2 {
		older := open(args[1])
		older.checkEntries()
		if older.tree.N > 0 {
			proof, err := tlog.ProveTree(e.tree.N, older.tree.N, e.hashes())
			demand(err)
			demand(tlog.CheckTree(proof, e.tree.N, e.tree.Hash, older.tree.N, older.tree.Hash))
		}
		fmt.Printf("they extend the %d acts of the older export\n", older.tree.N)
	}
}
