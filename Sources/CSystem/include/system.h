#ifndef CSYSTEM_SYSTEM_H
#define CSYSTEM_SYSTEM_H

// The part of POSIX that the command line uses. Embedded Swift has no Glibc, Musl or Darwin module;
// this one is the same everywhere. What C has as macros or with variable arguments, which Swift
// cannot import, is here as functions.

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SWIFT_NAME(name) __attribute__((swift_name(name)))

/// The last failed call's error number.
static inline int fakegen_errno(void) SWIFT_NAME("getter:errno()");
static inline int fakegen_errno(void) { return errno; }
static inline void fakegen_set_errno(int number) SWIFT_NAME("setter:errno(_:)");
static inline void fakegen_set_errno(int number) { errno = number; }

/// open(2); `mode` counts where a file is created.
static inline int fakegen_open(const char *path, int flags, mode_t mode)
    SWIFT_NAME("open(_:_:_:)");
static inline int fakegen_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

/// Whether the process ignores the signal.
static inline bool fakegen_ignores(int signal_number) SWIFT_NAME("ignoresSignal(_:)");
static inline bool fakegen_ignores(int signal_number) {
  struct sigaction action;
  return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// A thread's handle, which Swift sees as another type in every C library.
typedef struct {
  pthread_t handle;
} fakegen_thread;

/// pthread_create(3) without attributes.
static inline int fakegen_thread_create(
    fakegen_thread *thread, void *(*run)(void *), void *context) {
  return pthread_create(&thread->handle, NULL, run, context);
}

/// pthread_join(3) without the thread's result.
static inline int fakegen_thread_join(fakegen_thread thread) {
  return pthread_join(thread.handle, NULL);
}

#undef SWIFT_NAME

#endif
