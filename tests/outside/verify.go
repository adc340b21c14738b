// verify LOG KEY PROOFS: Go's own transparency log looks at ours. LOG is the address of a served log or the folder of a
// copy; KEY its verifier key; PROOFS what prove.c made of a copy of it.
//
//	note  opens the checkpoint with the key
//	tlog  reads every hash through the tiles that are served, checking each against the checkpoint's root
//
// Then it proves inclusion and consistency by itself and checks that, and checks our proofs, each also with a bit turned.
// Only the paths of tiles are translated: Go writes tile/8/0/000 and tile/8/data/000 where C2SP says tile/0/000 and
// tile/entries/000.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

func get(log, path string) ([]byte, error) {
	if !strings.HasPrefix(log, "http://") {
		return os.ReadFile(filepath.Join(log, path))
	}
	answer, err := http.Get(log + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// The checkpoint's text is C2SP's, which Go's tlog has no reader for: origin, size, root.
func open(source []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(source, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("this is not a checkpoint of the log: %q", opened.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

type tiles struct {
	log  string
	read int
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range list {
		data, err := get(t.log, translate(tile))
		if err != nil {
			return nil, err
		}
		t.read++
		all = append(all, data)
	}
	return all, nil
}

func translate(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func leaves(log string, size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		data, err := get(log, translate(tlog.Tile{H: height, L: -1, N: n, W: width}))
		must(err)
		for i := 0; i < width; i++ {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			must(fmt.Errorf("bundle %d has more than its entries", n))
		}
	}
	return all
}

type proofs struct {
	Inclusion []struct {
		Index  int64
		Leaf   string
		Hashes []tlog.Hash
	}
	Consistency []struct {
		From   int64
		Hashes []tlog.Hash
	}
}

// The same with one bit of its hashes turned, or, where there are none, with a hash too many.
func bent(hashes []tlog.Hash) []tlog.Hash {
	copied := append([]tlog.Hash(nil), hashes...)
	if len(copied) == 0 {
		return []tlog.Hash{{}}
	}
	copied[len(copied)/2][7] ^= 0x10
	return copied
}

func main() {
	log := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	source, err := get(log, "checkpoint")
	must(err)
	tree := open(source, verifier)
	damaged := []byte(strings.Replace(string(source), "\n"+strconv.FormatInt(tree.N, 10)+"\n", "\n"+strconv.FormatInt(tree.N+1, 10)+"\n", 1))
	if _, err := note.Open(damaged, note.VerifierList(verifier)); err == nil {
		must(fmt.Errorf("a checkpoint of another size passes"))
	}
	reader := &tiles{log: log}
	hashes := tlog.TileHashReader(tree, reader)
	root, err := tlog.TreeHash(tree.N, hashes)
	must(err)
	if root != tree.Hash {
		must(fmt.Errorf("the tiles do not give the root"))
	}
	all := leaves(log, tree.N)
	for index, leaf := range all {
		proof, err := tlog.ProveRecord(tree.N, int64(index), hashes)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(leaf)))
		if tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(append([]byte{1}, leaf...))) == nil {
			must(fmt.Errorf("another entry passes at %d", index))
		}
	}
	var given proofs
	content, err := os.ReadFile(os.Args[3])
	must(err)
	must(json.Unmarshal(content, &given))
	for _, p := range given.Inclusion {
		leaf, err := base64.StdEncoding.DecodeString(p.Leaf)
		must(err)
		must(tlog.CheckRecord(p.Hashes, tree.N, tree.Hash, p.Index, tlog.RecordHash(leaf)))
		if tlog.CheckRecord(bent(p.Hashes), tree.N, tree.Hash, p.Index, tlog.RecordHash(leaf)) == nil {
			must(fmt.Errorf("a bent proof of %d passes", p.Index))
		}
	}
	for _, p := range given.Consistency {
		old, err := tlog.TreeHash(p.From, hashes)
		must(err)
		must(tlog.CheckTree(p.Hashes, tree.N, tree.Hash, p.From, old))
		if tlog.CheckTree(bent(p.Hashes), tree.N, tree.Hash, p.From, old) == nil {
			must(fmt.Errorf("a bent proof from %d passes", p.From))
		}
		own, err := tlog.ProveTree(tree.N, p.From, hashes)
		must(err)
		must(tlog.CheckTree(own, tree.N, tree.Hash, p.From, old))
	}
	if len(given.Inclusion) == 0 || len(given.Consistency) == 0 || len(all) == 0 {
		must(fmt.Errorf("there was nothing to check"))
	}
	fmt.Printf("go: signature, root, %d entries, %d tiles read, %d of our inclusion and %d of our consistency proofs\n", len(all),
		reader.read, len(given.Inclusion), len(given.Consistency))
}
