/* SPDX-License-Identifier: MIT */
/* libzstd with a limit on what a file can make it allocate. */
#include "unzstd.h"

#ifdef HAVE_ZSTD

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* What zstd(1) decompresses without further options: windows of 128 MiB. */
enum { MAX_WINDOW_LOG = 27 };

struct unzstd {
	ZSTD_DStream *stream;
	bool in_frame;
};

bool unzstd_magic(const unsigned char *bytes, size_t size)
{
	if (size < ZSTD_MAGIC_SIZE)
		return false;
	bool frame = bytes[0] == 0x28 && bytes[1] == 0xb5 && bytes[2] == 0x2f && bytes[3] == 0xfd;
	bool skippable = (bytes[0] & 0xf0) == 0x50 && bytes[1] == 0x2a && bytes[2] == 0x4d &&
			 bytes[3] == 0x18;
	return frame || skippable;
}

struct unzstd *unzstd_create(void)
{
	struct unzstd *unzstd = calloc(1, sizeof(*unzstd));

	if (!unzstd)
		return NULL;
	unzstd->stream = ZSTD_createDStream();
	if (!unzstd->stream || ZSTD_isError(ZSTD_DCtx_setParameter(
				       unzstd->stream, ZSTD_d_windowLogMax, MAX_WINDOW_LOG))) {
		unzstd_destroy(unzstd);
		return NULL;
	}
	return unzstd;
}

void unzstd_destroy(struct unzstd *unzstd)
{
	if (!unzstd)
		return;
	ZSTD_freeDStream(unzstd->stream);
	free(unzstd);
}

static int fail(struct unzstd_step *step, size_t result)
{
	switch ((int)ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		step->message = "out of memory";
		return -ENOMEM;
	case ZSTD_error_frameParameter_windowTooLarge:
		step->message = "compressed with a window above 128 MiB (zstd -dc --long=31 first)";
		return -EINVAL;
	default:
		step->message = "the compressed data is damaged";
		return -EIO;
	}
}

int unzstd_some(struct unzstd *unzstd, struct unzstd_step *step)
{
	ZSTD_inBuffer in = { step->in, step->in_size, 0 };
	ZSTD_outBuffer out = { step->into, step->size, 0 };
	size_t result = ZSTD_decompressStream(unzstd->stream, &out, &in);

	step->in += in.pos;
	step->in_size -= in.pos;
	step->got = out.pos;
	if (ZSTD_isError(result))
		return fail(step, result);
	/* Without input, between two frames, it answers how much it would like. */
	if (in.pos || out.pos)
		unzstd->in_frame = result != 0;
	return 0;
}

bool unzstd_at_frame_end(const struct unzstd *unzstd)
{
	return !unzstd->in_frame;
}

#else

bool unzstd_magic(const unsigned char *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	return false;
}

struct unzstd *unzstd_create(void)
{
	return NULL;
}

void unzstd_destroy(struct unzstd *unzstd)
{
	(void)unzstd;
}

int unzstd_some(struct unzstd *unzstd, struct unzstd_step *step)
{
	(void)unzstd;
	(void)step;
	return 0;
}

bool unzstd_at_frame_end(const struct unzstd *unzstd)
{
	(void)unzstd;
	return true;
}

#endif
