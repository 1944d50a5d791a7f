/* SPDX-License-Identifier: MIT */
/* Replays of a recording in memory. */
#include "replay_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

enum {
	MAX_TEXT = 1 << 24, /* bytes of a recording: they are kept */
	MIN_TEXT = 1 << 22, /* so that a reader and a machine are a small part */
};

static int read_all(struct stream *stream, struct replay_load *load)
{
	size_t got;
	int err;

	do {
		err = load->size == MAX_TEXT ? -EFBIG : 0;
		if (!err)
			err = stream_read(stream, load->text + load->size, MAX_TEXT - load->size,
					  &got);
		load->size += err ? 0 : got;
	} while (!err && got);
	return err;
}

static int read_text(struct replay_load *load, const char *path)
{
	struct stream *stream;
	int err = stream_open(path, &stream);

	if (err)
		return err;
	load->text = malloc(MAX_TEXT);
	err = load->text ? read_all(stream, load) : -ENOMEM;
	stream_close(stream);
	return err;
}

static int learn_facts(struct replay_load *load)
{
	struct reader *reader;
	struct event event;
	int err = reader_open_memory(load->text, load->size, NULL, &reader), got;

	if (err)
		return err;
	while ((got = reader_next(reader, &event)) > 0)
		;
	load->facts = *reader_facts(reader);
	reader_close(reader);
	return got < 0 ? -EINVAL : 0;
}

/* Several times in one text, as when somebody repeats the same commands. */
static void repeat(struct replay_load *load)
{
	size_t once = load->size;

	while (load->size < MIN_TEXT && load->size + once <= MAX_TEXT) {
		memcpy(load->text + load->size, load->text, once);
		load->size += once;
	}
}

int replay_load_init(struct replay_load *load, const char *path)
{
	*load = (struct replay_load){ 0 };
	int err = read_text(load, path);
	if (!err)
		err = learn_facts(load);
	if (!err)
		repeat(load);
	return err;
}

void replay_load_fini(struct replay_load *load)
{
	free(load->text);
}

static int create(struct replay_load *load)
{
	const struct reader_facts *facts = &load->facts;
	const struct arch *arch = arch_find(facts->arch ? facts->arch : "generic");
	const struct kernel *kernel =
		facts->kernel_line ? kernel_of_version(facts->kernel_major, facts->kernel_minor)
				   : &kernels[KERNEL_NEWEST];
	const struct replay_options options = {
		.archs = &arch,
		.nr_archs = 1,
		.kernels = &kernel,
		.nr_kernels = 1,
		.has_faults = facts->has_faults,
		.lazy = true,
		.recorded_arch = facts->arch,
		.page_shift = facts->page_shift,
		.config = { .preempt = PREEMPT_FULL, .nr_cpus = MAX_CPUS },
	};

	return replay_create(&options, &load->replay);
}

static uint64_t feed(struct replay_load *load, struct reader *reader)
{
	struct event event;
	int err = 0;

	while (!err && reader_next(reader, &event) > 0)
		err = replay_event(&load->replay, &event);
	replay_finish(&load->replay);
	return err ? 0 : load->replay.events;
}

uint64_t replay_load_run(struct replay_load *load)
{
	struct reader *reader;
	uint64_t events = 0;

	if (reader_open_memory(load->text, load->size, NULL, &reader))
		return 0;
	if (!create(load))
		events = feed(load, reader);
	replay_destroy(&load->replay);
	reader_close(reader);
	return events;
}
