#pragma once
#include "Distributed.h"
#include <stddef.h>

// What Pretell needs of MPI. Built without it, pmpi_is_built is 0 and the rest must not be called.
// Functions return 0, or MPI's error code.

int pmpi_is_built(void);
int pmpi_start(int *rank, int *count, int *on_this_machine);
int pmpi_finish(void);
void pmpi_abort(int status);

int pmpi_send(const void *bytes, size_t count, int to);
/// Whether a message has arrived, from whom, and how long it is; does not wait.
int pmpi_probe(int *has_arrived, int *from, size_t *count);
int pmpi_receive(void *bytes, size_t count, int from);

/// values[i] becomes the sum over all ranks; every rank gets the same bits.
int pmpi_sum(double *values, size_t count);

/// The text of an error code; at most 512 bytes with the zero.
void pmpi_error_text(int code, char *text);
