#include "ledger/proof.h"

#include "base/error.h"
#include "hasher.h"

/* Which child a node is, on the way from a leaf to the root: RFC 9162 section 2.1.3.2 calls these fn and sn.
 */
struct climb {
    uint64_t place, last;
};

/* True where the next hash of the proof stands to the left. */
static bool climb_left(struct climb *climb)
{
    bool left = (climb->place & 1) || climb->place == climb->last;
    if (left)
        while (!(climb->place & 1) && climb->place != 0) {
            climb->place >>= 1;
            climb->last >>= 1;
        }
    climb->place >>= 1;
    climb->last >>= 1;
    return left;
}

static int proof_wrong(struct error *error, const char *what)
{
    return error_set(error, ERROR_CHECK, "proof", "", "%s", what);
}

static bool proof_sized(const struct ledger_head *head, const struct ledger_proof *proof)
{
    return head->size <= LEDGER_SIZE_MAX && proof->count <= LEDGER_PROOF_MAX;
}

int ledger_inclusion_check(const struct ledger_head *head, uint64_t index, const struct ledger_hash *leaf,
                           const struct ledger_proof *proof, struct error *error)
{
    if (!proof_sized(head, proof) || index >= head->size)
        return proof_wrong(error, "the leaf lies beyond the end of the tree");
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    struct climb climb = {index, head->size - 1};
    struct ledger_hash root = *leaf;
    for (uint32_t i = 0; i < proof->count; i++) {
        if (climb.last == 0)
            return proof_wrong(error, "the inclusion proof has too many hashes");
        if (climb_left(&climb))
            root = ledger_hasher_node(&hasher, &proof->hash[i], &root);
        else
            root = ledger_hasher_node(&hasher, &root, &proof->hash[i]);
    }
    if (climb.last != 0)
        return proof_wrong(error, "the inclusion proof has too few hashes");
    if (!ledger_hash_equal(&root, &head->root))
        return proof_wrong(error, "the inclusion proof does not lead to the root of the tree");
    return 0;
}

int ledger_consistency_check(const struct ledger_head *from, const struct ledger_head *to,
                             const struct ledger_proof *proof, struct error *error)
{
    if (!proof_sized(to, proof) || from->size > to->size)
        return proof_wrong(error, "the older tree is larger than the newer one");
    if (from->size == 0)
        return proof_wrong(error, "consistency with an empty tree shows nothing");
    if (from->size == to->size) {
        if (proof->count != 0 || !ledger_hash_equal(&from->root, &to->root))
            return proof_wrong(error, "two trees of the same size have different roots");
        return 0;
    }
    struct climb climb = {from->size - 1, to->size - 1};
    while (climb.place & 1) {
        climb.place >>= 1;
        climb.last >>= 1;
    }
    /* Where the old tree is one full subtree, its root is the start and the proof leaves it out. */
    bool whole = climb.place == 0;
    if (!whole && proof->count == 0)
        return proof_wrong(error, "the consistency proof has too few hashes");
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    struct ledger_hash old_root = whole ? from->root : proof->hash[0], new_root = old_root;
    for (uint32_t i = whole ? 0 : 1; i < proof->count; i++) {
        if (climb.last == 0)
            return proof_wrong(error, "the consistency proof has too many hashes");
        if (climb_left(&climb)) {
            old_root = ledger_hasher_node(&hasher, &proof->hash[i], &old_root);
            new_root = ledger_hasher_node(&hasher, &proof->hash[i], &new_root);
        } else {
            new_root = ledger_hasher_node(&hasher, &new_root, &proof->hash[i]);
        }
    }
    if (climb.last != 0)
        return proof_wrong(error, "the consistency proof has too few hashes");
    if (!ledger_hash_equal(&old_root, &from->root))
        return proof_wrong(error, "the consistency proof does not lead to the older root");
    if (!ledger_hash_equal(&new_root, &to->root))
        return proof_wrong(error, "the consistency proof does not lead to the newer root");
    return 0;
}

int ledger_growth_check(const struct ledger_growth *growth, struct error *error)
{
    if (growth->to.size > LEDGER_SIZE_MAX || growth->from.size >= growth->to.size)
        return proof_wrong(error, "the tree has not grown");
    if (growth->from.size > 0)
        return ledger_consistency_check(&growth->from, &growth->to, &growth->proof, error);
    struct ledger_hash empty = ledger_hash_empty();
    if (growth->proof.count != 0 || !ledger_hash_equal(&growth->from.root, &empty))
        return proof_wrong(error, "the empty tree has a wrong root or a proof");
    return 0;
}
