/* SPDX-License-Identifier: MIT */
/* Recordings as workloads: read twice, first for what they say of their machine. */
#include "bench_recording.h"

#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "progress.h"
#include "replay.h"

static int open_recording(const char *path, struct reader **ret)
{
	const struct reader_options options = { 0 };
	struct diag diag = { 0 };
	int err = reader_open(path, &options, ret, &diag);

	if (!err)
		return EXIT_CLEAN;
	cmd_diag(path, &diag);
	return cmd_input_status(err);
}

/* Bad lines are named by replay; a recording without a known format is none. */
static int judge_reading(const char *path, const struct reader *reader, int got)
{
	if (got < 0) {
		cmd_diag(path, reader_error(reader));
		return reader_format(reader) == FORMAT_UNKNOWN ? cmd_input_status(got) : EXIT_USAGE;
	}
	if (!reader_bad_lines(reader))
		return EXIT_CLEAN;
	cmd_error("%s: %llu bad lines (lazymmu replay names them)", path,
		  (unsigned long long)reader_bad_lines(reader));
	return EXIT_USAGE;
}

/* xen_mc_flush() is traced for an empty buffer, too. */
static void count_multicall(struct recorded_multicalls *multicalls, const struct event *event)
{
	if (event->kind != EVENT_XEN_FLUSH || event->arg[0] == 0)
		return;
	multicalls->nr++;
	multicalls->single += event->arg[0] == 1;
}

int bench_recording_look(const char *path, struct recording_facts *ret)
{
	struct reader *reader;
	struct event event;
	int status = open_recording(path, &reader), got;

	*ret = (struct recording_facts){ 0 };
	if (status)
		return status;
	while ((got = reader_next(reader, &event)) > 0 && !was_interrupted()) {
		ret->has_pages |=
			event.kind >= EVENT_SECTION_ENTER && event.kind <= EVENT_CLEAR_PTE;
		count_multicall(&ret->multicalls, &event);
	}
	ret->reader = *reader_facts(reader);
	ret->has_pages |= ret->reader.has_faults || ret->reader.shows_arch;
	status = judge_reading(path, reader, got);
	reader_close(reader);
	return status;
}

static int feed(struct replay *replay, struct timeline_run *drawn)
{
	struct event event;
	int err = 0;

	while (!err && !was_interrupted() && ahead_next(replay->ahead, &event) > 0) {
		err = replay_event(replay, &event);
		for (int i = 0; drawn && i < NR_DRAWN; i++)
			timeline_run_settle(&drawn[i]);
	}
	return err ? err : replay_finish(replay);
}

static int feed_drawn(struct replay *replay, struct timeline_run *drawn)
{
	for (int i = 0; drawn && i < NR_DRAWN; i++) {
		struct machine *machine = replay->runs[i].machine;
		timeline_run_begin(&drawn[i], machine, &machine->total);
	}
	int err = feed(replay, drawn);
	for (int i = 0; drawn && i < NR_DRAWN; i++)
		timeline_run_end(&drawn[i]);
	return err;
}

static int collect(const struct replay *replay, size_t run, struct measurement *ret)
{
	const struct finding_list *findings = &replay->runs[run].machine->findings;

	memcpy(ret->findings, findings->by_kind, sizeof(ret->findings));
	return replay_totals(replay, run, &ret->counters);
}

/* No pages are known where none were recorded: all that could be there is a bound. */
static int create(const struct recording_facts *facts, const struct arch *arch,
		  const struct machine_config *config, struct replay *replay)
{
	const struct reader_facts *reader = &facts->reader;
	bool is_recorded = reader->arch && strcmp(reader->arch, arch->name) == 0;
	struct replay_options options = {
		.archs = &arch,
		.nr_archs = 1,
		.kernels = &config->kernel,
		.nr_kernels = 1,
		.populations = { facts->has_pages ? POPULATION_FAULTS : POPULATION_ALL },
		.nr_populations = 1,
		.has_faults = reader->has_faults,
		.undivided = true,
		.in_order = reader->shows_arch,
		.lazy = true,
		.immediate = true,
		.page_shift = config->page_shift ? config->page_shift
			      : is_recorded	 ? reader->page_shift
						 : 0,
		.page_shift_is_asked = config->page_shift != 0,
		.config = *config,
	};

	options.config.nr_cpus =
		reader->nr_cpus > 0 && reader->nr_cpus <= MAX_CPUS ? reader->nr_cpus : MAX_CPUS;
	return replay_create(&options, replay);
}

static int run_replay(struct replay *replay, struct timeline_run *drawn,
		      struct bench_result *result)
{
	int err = feed_drawn(replay, drawn);

	if (!err)
		err = collect(replay, 0, &result->lazy);
	return err ? err : collect(replay, 1, &result->immediate);
}

static int complain(const char *path, const struct arch *arch, const struct replay *replay, int err)
{
	const char *limit = err == -EINVAL ? NULL : replay_limit(replay);

	if (err == -EINVAL)
		cmd_error("%s: %s has no pages of that size", path, arch->name);
	else
		cmd_error("%s: %s%s", path, limit ? "the limit is reached: " : "out of memory",
			  limit ? limit : "");
	return err == -EINVAL ? EXIT_USAGE : EXIT_COULD_NOT_RUN;
}

int bench_recording_run(const char *path, const struct recording_facts *facts,
			const struct arch *arch, const struct machine_config *config,
			struct timeline_run *drawn, struct bench_result *result)
{
	struct reader *reader;
	struct replay replay;
	struct ahead ahead;
	int status = open_recording(path, &reader);

	if (status)
		return status;
	ahead_init(&ahead, reader);
	int err = create(facts, arch, config, &replay);
	replay.ahead = &ahead;
	if (!err)
		err = run_replay(&replay, drawn, result);
	if (err)
		status = complain(path, arch, &replay, err);
	replay_destroy(&replay);
	reader_close(reader);
	ahead_fini(&ahead);
	result->recorded = facts->multicalls;
	return status;
}
