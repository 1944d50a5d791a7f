/* SPDX-License-Identifier: MIT */
/* Names of steps. */
#include "step.h"

#include <stddef.h>

const char *const step_names[NR_STEP_KINDS] = {
	[STEP_COUNT] = "count", [STEP_FLAG] = "flag",	[STEP_HOOK] = "hook", [STEP_READ] = "read",
	[STEP_WRITE] = "write", [STEP_FLUSH] = "flush", [STEP_LOCK] = "lock",
};
