#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

// MPI's constants are macros that Swift cannot see, of types that every implementation chooses for
// itself. These functions work on MPI_COMM_WORLD and bytes, and return MPI's error codes.

#include <mpi.h>
#include <stdlib.h>

/// Starts MPI for calls from the main thread, and has its errors returned.
static inline int cmpi_start(int *rank, int *ranks) {
  int provided = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, ranks);
  return code;
}

/// Every rank's block of `buffer`, put at its place on all ranks.
static inline int cmpi_all_gather(void *buffer, const int *counts, const int *offsets) {
  return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, buffer, counts, offsets, MPI_BYTE,
                        MPI_COMM_WORLD);
}

/// A block of `send` to each rank, a block of `receive` from each rank.
static inline int cmpi_all_to_all(const void *send, const int *send_counts,
                                  const int *send_offsets, void *receive,
                                  const int *receive_counts, const int *receive_offsets) {
  return MPI_Alltoallv(send, send_counts, send_offsets, MPI_BYTE, receive, receive_counts,
                       receive_offsets, MPI_BYTE, MPI_COMM_WORLD);
}

/// The largest of the ranks' values, on all ranks.
static inline int cmpi_maximum(int *value) {
  return MPI_Allreduce(MPI_IN_PLACE, value, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
}

static inline int cmpi_finish(void) { return MPI_Finalize(); }

static inline int cmpi_is_success(int code) { return code == MPI_SUCCESS; }

/// Ends every rank.
static inline _Noreturn void cmpi_abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  exit(status);
}

enum { cmpi_message_capacity = MPI_MAX_ERROR_STRING };

/// The error's text, at most `cmpi_message_capacity` bytes with its end.
static inline void cmpi_message(int code, char *text) {
  int length = 0;
  text[0] = 0;
  MPI_Error_string(code, text, &length);
}

#endif
