/* SPDX-License-Identifier: MIT */
/* The cases of micro. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore_load.h"
#include "micro.h"
#include "pte_load.h"
#include "replay_load.h"

enum { MAX_CASES = 16 };

/* Cases that take turns. */
struct group {
	struct result results[MAX_CASES];
	const char *operations[MAX_CASES];
	struct timed_case cases[MAX_CASES];
	size_t nr;
	bool has_store; /* the first is the plain loop */
};

bool micro_wants(const struct micro *micro, const char *name)
{
	for (int i = 0; i < micro->nr_wanted; i++) {
		if (strncmp(name, micro->wanted[i], strlen(micro->wanted[i])) == 0)
			return true;
	}
	return micro->nr_wanted == 0;
}

static void add_case(struct group *group, const char *name, const char *operation,
		     struct timed_case timed)
{
	size_t i = group->nr++;

	snprintf(group->results[i].name, CASE_NAME_SIZE, "%s", name);
	group->operations[i] = operation;
	group->cases[i] = timed;
}

static int keep(struct micro *micro, const struct group *group, size_t i)
{
	if (micro->results.nr == MAX_RESULTS)
		return -ENOMEM;
	micro->results.items[micro->results.nr++] = group->results[i];
	return results_table_add(&micro->table, &group->results[i], group->operations[i],
				 group->has_store ? group->results : NULL);
}

static int run_group(struct micro *micro, struct group *group)
{
	struct timing timings[MAX_CASES];
	int err = group->nr ? time_cases(group->cases, group->nr, timings) : 0;

	for (size_t i = 0; i < group->nr && !err; i++) {
		group->results[i].timing = timings[i];
		err = keep(micro, group, i);
	}
	return err;
}

static bool complain(const char *name, int err)
{
	if (err)
		fprintf(stderr, "micro: %s: %s\n", name, strerror(-err));
	return !err;
}

/* A load with its laboratory, as the data of a case. */
struct lab_load {
	const struct lab *lab;
	const struct pte_load *load;
};

static void prepare_lab(void *data)
{
	const struct lab_load *load = data;

	pte_load_prepare(load->lab, load->load);
}

static uint64_t run_lab(void *data)
{
	const struct lab_load *load = data;

	return pte_load_run(load->lab, load->load);
}

/* The plain loop comes with any of them. */
static void add_loads(const struct micro *micro, const char *subject, const struct lab *lab,
		      struct lab_load loads[MAX_CASES], struct group *group)
{
	bool any = false;

	for (const struct pte_load *load = pte_loads; load->name; load++) {
		char name[CASE_NAME_SIZE];
		snprintf(name, sizeof(name), "%s/%s", subject, load->name);
		bool wanted = micro_wants(micro, name);
		any = any || wanted;
		if (!wanted && load->kind != LOAD_STORE)
			continue;
		struct lab_load *data = &loads[group->nr];
		*data = (struct lab_load){ lab, load };
		add_case(group, name, load->operation,
			 (struct timed_case){ pte_load_wears(lab, load) ? prepare_lab : NULL,
					      run_lab, data });
	}
	if (!any)
		group->nr = 0;
}

static bool run_subject(struct micro *micro, const struct subject *subject)
{
	struct lab_load loads[MAX_CASES];
	struct group group = { .has_store = true };
	struct lab lab;
	int err = lab_init(&lab, subject, micro->kernel);

	if (!err) {
		add_loads(micro, subject->name, &lab, loads, &group);
		err = run_group(micro, &group);
	}
	lab_fini(&lab);
	return complain(subject->name, err);
}

static bool run_subjects(struct micro *micro)
{
	const struct subject *subject;

	for (size_t i = 0; (subject = lab_subject(i)); i++) {
		if (!run_subject(micro, subject))
			return false;
	}
	return true;
}

static uint64_t run_replay(void *data)
{
	return replay_load_run(data);
}

/* After the file, up to a blank. */
static void name_recording(const char *path, char name[CASE_NAME_SIZE])
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	snprintf(name, CASE_NAME_SIZE, "replay/%.*s", (int)strcspn(base, " \t\r\n"), base);
}

static bool run_recording(struct micro *micro, const char *path)
{
	struct replay_load *load = malloc(sizeof(*load));
	struct group group = { .nr = 0 };
	char name[CASE_NAME_SIZE];
	int err = load ? replay_load_init(load, path) : -ENOMEM;

	if (!err) {
		name_recording(path, name);
		add_case(&group, name, "event", (struct timed_case){ NULL, run_replay, load });
		err = run_group(micro, &group);
	}
	if (load)
		replay_load_fini(load);
	free(load);
	return complain(path, err);
}

static bool run_recordings(struct micro *micro)
{
	for (size_t i = 0; i < micro->nr_recordings; i++) {
		char name[CASE_NAME_SIZE];
		name_recording(micro->recordings[i], name);
		if (micro_wants(micro, name) && !run_recording(micro, micro->recordings[i]))
			return false;
	}
	return true;
}

static uint64_t run_explore(void *data)
{
	return explore_load_run(data);
}

/* Scenarios of which nothing breaks a rule on the subject, so that no search ends early. */
static bool run_explorations(struct micro *micro)
{
	static const struct {
		const char *name;
		const char *scenario;
		const char *subject;
	} searches[] = {
		{ "explore/protocols/xen", "protocols", "xen" },
		{ "explore/protocols/arm64", "protocols", "arm64" },
	};
	bool done = true;

	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]) && done; i++) {
		struct explore_load load;
		struct group group = { .nr = 0 };
		if (!micro_wants(micro, searches[i].name))
			continue;
		int err = explore_load_init(&load, searches[i].scenario, searches[i].subject);
		add_case(&group, searches[i].name, "state",
			 (struct timed_case){ NULL, run_explore, &load });
		err = err ? err : run_group(micro, &group);
		explore_load_fini(&load);
		done = complain(searches[i].name, err);
	}
	return done;
}

bool micro_run(struct micro *micro)
{
	return run_subjects(micro) && run_recordings(micro) && run_explorations(micro);
}
