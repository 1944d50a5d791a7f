/* SPDX-License-Identifier: MIT */
/* Where a probe sits, as its line says behind the name of its event. */
#ifndef LAZYMMU_TRACE_PROBE_H
#define LAZYMMU_TRACE_PROBE_H

#include "text.h"

enum probe_place {
	PLACE_UNNAMED,	/* no place, or an address that nothing names */
	PLACE_FUNCTION, /* "(function+offset/size)", any offset */
	PLACE_RETURN,	/* "(caller <- function)": the call ended, which is no new call */
};

/* function is set for PLACE_FUNCTION. */
enum probe_place probe_place(struct text args, struct text *function);

/*
 * A symbol as the source has it: without the '.' that begins one of powerpc64, without what the
 * compiler appends (.part.0, .isra.0, .constprop.0, .cold) and without an offset.
 */
struct text probe_symbol(struct text symbol);

#endif
