#ifndef VAULT_FLOW_H
#define VAULT_FLOW_H

#include <stddef.h>
#include <stdint.h>

/*
 * One turn of a stream: bytes offered and room for the result. A step function takes from the front of `in`,
 * puts to the front of `out` and moves both on by what it took and put. It stops when `in` is used up or
 * `out` is full. `in` and `out` must not overlap. Bytes are put into `out` only when they are final: of a
 * file being opened, only when they are verified, also when the same step then fails.
 *
 * Every stream of this room is a step function of this one form, so the caller may push (an upload's pieces
 * as they arrive), pull (one buffer of a download at a time) or loop over a file:
 *
 *     int vault_..._step(stream, &flow, end, error)     end: no bytes follow the ones offered
 *     bool vault_..._done(stream)                       everything is out
 *
 * After the last bytes are offered with `end`, the caller repeats the step, with fresh room, until it is
 * done. A step that neither failed nor is done wants more of what has run out. A stream that failed stays
 * failed.
 */
struct vault_flow {
    const uint8_t *in;
    size_t in_left;
    uint8_t *out;
    size_t out_left;
};

#endif
