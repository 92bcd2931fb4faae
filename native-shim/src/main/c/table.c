#include "table.h"

#include "table.inc"

const size_t rp_parameter_count = sizeof rp_parameters / sizeof *rp_parameters;
