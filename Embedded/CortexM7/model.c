#include "board.h"

// #embed is C23; clang has it in every mode and warns in the older ones.
#pragma clang diagnostic ignored "-Wc23-extensions"

// MODEL is the file's path in quotes.
static const unsigned char bytes[] __attribute__((aligned(8))) = {
#embed MODEL
};

const unsigned char *board_model(void) { return bytes; }
size_t board_model_size(void) { return sizeof bytes; }
