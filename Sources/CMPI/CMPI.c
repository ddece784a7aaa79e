#include "CMPI.h"

#include <string.h>

#ifdef WITH_MPI
#include <mpi.h>

#define PIECE ((size_t)1 << 27)

int pmpi_is_built(void) { return 1; }

int pmpi_start(int *rank, int *count, int *on_this_machine) {
  int level = 0, code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  if (code != MPI_SUCCESS) return code;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (level < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, count);
  MPI_Comm machine;
  code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  if (code != MPI_SUCCESS) return code;
  MPI_Comm_size(machine, on_this_machine);
  return MPI_Comm_free(&machine);
}

int pmpi_finish(void) { return MPI_Finalize(); }
void pmpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

int pmpi_send(const void *bytes, size_t count, int to) {
  return MPI_Send(bytes, (int)count, MPI_BYTE, to, 0, MPI_COMM_WORLD);
}

int pmpi_probe(int *has_arrived, int *from, size_t *count) {
  MPI_Status status;
  int code = MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, has_arrived, &status);
  if (code != MPI_SUCCESS || !*has_arrived) return code;
  int length = 0;
  code = MPI_Get_count(&status, MPI_BYTE, &length);
  *from = status.MPI_SOURCE;
  *count = (size_t)length;
  return code;
}

int pmpi_receive(void *bytes, size_t count, int from) {
  return MPI_Recv(bytes, (int)count, MPI_BYTE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

int pmpi_sum(double *values, size_t count) {
  for (size_t start = 0; start < count; start += PIECE) {
    size_t rest = count - start;
    int code = MPI_Allreduce(MPI_IN_PLACE, values + start, (int)(rest < PIECE ? rest : PIECE), MPI_DOUBLE, MPI_SUM,
                             MPI_COMM_WORLD);
    if (code != MPI_SUCCESS) return code;
  }
  return 0;
}

void pmpi_error_text(int code, char *text) {
  int length = 0;
  char whole[MPI_MAX_ERROR_STRING];
  MPI_Error_string(code, whole, &length);
  strncpy(text, whole, 511);
  text[511] = 0;
}

#else

int pmpi_is_built(void) { return 0; }
int pmpi_start(int *rank, int *count, int *on_this_machine) { return 1; }
int pmpi_finish(void) { return 1; }
void pmpi_abort(int status) {}
int pmpi_send(const void *bytes, size_t count, int to) { return 1; }
int pmpi_probe(int *has_arrived, int *from, size_t *count) { return 1; }
int pmpi_receive(void *bytes, size_t count, int from) { return 1; }
int pmpi_sum(double *values, size_t count) { return 1; }
void pmpi_error_text(int code, char *text) { strcpy(text, "built without MPI"); }

#endif
