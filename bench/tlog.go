// tlog: how many entries a second Go's own transparency log takes, for a comparison. In memory, and kept in a file that is
// synchronised after each batch: hashes and entries, as a log must before it signs.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const entries = 400000

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlog:", err)
		os.Exit(1)
	}
}

type hashes []tlog.Hash

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = (*h)[index]
	}
	return out, nil
}

func add(h *hashes, n int64, leaf []byte) []tlog.Hash {
	binary.LittleEndian.PutUint64(leaf[1:], uint64(n))
	made, err := tlog.StoredHashes(n, leaf, h)
	must(err)
	*h = append(*h, made...)
	return made
}

// The root after each batch: a log signs one.
func rate(file *os.File, batch, count int64) float64 {
	var h hashes
	leaf := make([]byte, 33)
	begun := time.Now()
	for n := int64(0); n < count; {
		var kept []byte
		for i := int64(0); i < batch; i++ {
			for _, hash := range add(&h, n, leaf) {
				kept = append(kept, hash[:]...)
			}
			kept = append(kept, leaf...)
			n++
		}
		_, err := tlog.TreeHash(n, &h)
		must(err)
		if file != nil {
			_, err := file.Write(kept)
			must(err)
			must(file.Sync())
		}
	}
	return float64(count) / time.Since(begun).Seconds()
}

func main() {
	file, err := os.CreateTemp("", "proviso-tlog-")
	must(err)
	os.Remove(file.Name())
	fmt.Printf("memory %.0f\n", rate(nil, 1024, entries/1024*1024))
	fmt.Printf("synced %.0f\n", rate(file, 1024, entries/1024*1024))
	fmt.Printf("synced10 %.0f\n", rate(file, 10, 20000))
}
