#include "shipped_model.h"

static const unsigned char bytes[] = {
#embed "../../models/default.fakegen"
};

const unsigned char *fakegen_shipped_model(void) { return bytes; }
size_t fakegen_shipped_model_size(void) { return sizeof bytes; }
