/* SPDX-License-Identifier: MIT */
/* Output of other tools, or of known ones with unfit options: recognised, so that help is exact. */
#ifndef LAZYMMU_TRACE_FOREIGN_H
#define LAZYMMU_TRACE_FOREIGN_H

#include "decode.h"

enum foreign_kind {
	FOREIGN_LINE,	 /* what follows is of its kind */
	FOREIGN_HEADER,	 /* something that is read may follow */
	FOREIGN_OR_TORN, /* the same, if this is the rest of a torn line */
};

struct foreign {
	const char *cause; /* what it is */
	const char *hint;  /* what makes a recording that is read */
	enum foreign_kind kind;
};

/* What a line that begins no recording belongs to; NULL: not known. */
const struct foreign *foreign_find(struct text line, const struct event_index *index);

#endif
