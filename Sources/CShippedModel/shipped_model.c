#include "shipped_model.h"

// #embed is C23; clang has it in every mode and warns in the older ones.
#pragma clang diagnostic ignored "-Wc23-extensions"

// Numbers are read where they lie.
static const _Alignas(16) unsigned char bytes[] = {
#embed "../../models/vermont-9d7ba56a.fakegen"
};

static const char signature[65] = {
#embed "../../Tests/Golden/shipped-model-rows.sha256" limit(64)
};

const unsigned char *fakegen_shipped_model(void) { return bytes; }
size_t fakegen_shipped_model_size(void) { return sizeof bytes; }
const char *fakegen_shipped_signature(void) { return signature; }
