#ifndef SHIPPED_MODEL_H
#define SHIPPED_MODEL_H

#include <stddef.h>

/// The shipped model file's bytes (read-only, for the whole life of the program).
const unsigned char *fakegen_shipped_model(void);
/// Number of bytes at fakegen_shipped_model().
size_t fakegen_shipped_model_size(void);

/// The SHA-256 that the model's rows must have, 64 hexadecimal digits:
/// Tests/Golden/shipped-model-rows.sha256.
const char *fakegen_shipped_signature(void);

#endif
