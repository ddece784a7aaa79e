#pragma once
#include <sqlite3.h>

// "copy this text or blob": a cast, which Swift does not import.
static inline sqlite3_destructor_type pretell_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// Composed codes, which Swift does not import either.
enum {
  pretell_sqlite_short_read = SQLITE_IOERR_SHORT_READ,
  pretell_sqlite_corrupt_file_system = SQLITE_IOERR_CORRUPTFS,
};
