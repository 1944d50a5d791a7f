/* SPDX-License-Identifier: MIT */
/* A build without libtracecmd. */
#include "dat.h"

#include <errno.h>

bool dat_starts(struct text bytes)
{
	(void)bytes;
	return false;
}

int dat_open(struct stream *stream, struct text bytes, struct dat **ret)
{
	(void)stream;
	(void)bytes;
	(void)ret;
	return -ENOSYS;
}

void dat_close(struct dat *dat)
{
	(void)dat;
}

int dat_read(struct dat *dat, char *into, size_t size, size_t *got)
{
	(void)dat;
	(void)into;
	(void)size;
	*got = 0;
	return -ENOSYS;
}

const char *dat_error(const struct dat *dat)
{
	(void)dat;
	return "this build does not read trace.dat";
}
