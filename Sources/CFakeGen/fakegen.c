/* FakeGenC implements the header, in Swift; this file is here because a C target needs one. */
#include "fakegen.h"
