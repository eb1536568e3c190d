#include "levels.h"
