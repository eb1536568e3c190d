#ifndef SHIPPED_MODEL_H
#define SHIPPED_MODEL_H

#include <stddef.h>

/// The shipped model file's bytes (read-only, for the whole life of the program).
const unsigned char *fakegen_shipped_model(void);
/// Number of bytes at fakegen_shipped_model().
size_t fakegen_shipped_model_size(void);

#endif
