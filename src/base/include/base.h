#ifndef BASE_H
#define BASE_H

/* base: memory, text, time, errors, JSON, files. Every room stands on it; it knows nothing of any of them. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/number.h"
#include "base/temporal.h"
#include "base/text.h"
#include "base/wire.h"

#endif
