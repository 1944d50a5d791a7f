/* SPDX-License-Identifier: MIT */
/* The options of replay. */
#include "replay_request.h"

#include <getopt.h>
#include <string.h>

#include "cmd.h"

enum { OPT_ARCH = 256, OPT_MODE, OPT_CPUS, OPT_POPULATE, OPT_BY, OPT_TOP, OPT_EVENTS };

static const struct option own_options[] = {
	{ "arch", required_argument, NULL, OPT_ARCH },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "populate", required_argument, NULL, OPT_POPULATE },
	{ "by", required_argument, NULL, OPT_BY },
	{ "top", required_argument, NULL, OPT_TOP },
	{ "events", no_argument, NULL, OPT_EVENTS },
	{ NULL, 0, NULL, 0 },
};

static bool parse_mode(const char *text, struct replay_request *request)
{
	bool both = strcmp(text, "both") == 0;

	request->lazy = both || strcmp(text, "lazy") == 0;
	request->immediate = both || strcmp(text, "immediate") == 0;
	if (request->lazy || request->immediate)
		return true;
	cmd_error("mode '%s' is none of lazy, immediate, both", text);
	return false;
}

/* NAME[,..]: each at most once. */
static bool parse_populations(const char *text, struct replay_request *request)
{
	request->nr_populations = 0;
	while (*text) {
		size_t size = strcspn(text, ",");
		enum population found = NR_POPULATIONS;
		for (int i = 0; i < NR_POPULATIONS; i++) {
			if (strlen(population_names[i]) == size &&
			    strncmp(population_names[i], text, size) == 0)
				found = (enum population)i;
		}
		for (size_t i = 0; i < request->nr_populations; i++) {
			if (request->populations[i] == found)
				found = NR_POPULATIONS;
		}
		if (found == NR_POPULATIONS)
			break;
		request->populations[request->nr_populations++] = found;
		text += size + (text[size] == ',');
	}
	if (!*text && request->nr_populations)
		return true;
	cmd_error("populate '%s' is none of none, all, touch, faults, or there twice", text);
	return false;
}

static bool parse_by(const char *text, enum group_by *by)
{
	for (int i = 0; i < NR_GROUP_BYS; i++) {
		if (strcmp(text, group_by_names[i]) == 0) {
			*by = (enum group_by)i;
			return true;
		}
	}
	cmd_error("'%s' is none of phase, syscall, process, walker", text);
	return false;
}

static bool take_option(void *data, int option)
{
	struct replay_request *request = data;

	switch (option) {
	case OPT_ARCH:
		return parse_archs(optarg, &request->archs);
	case OPT_MODE:
		return parse_mode(optarg, request);
	case OPT_CPUS:
		return parse_cpus(optarg, &request->nr_cpus);
	case OPT_POPULATE:
		return parse_populations(optarg, request);
	case OPT_BY:
		return parse_by(optarg, &request->by);
	case OPT_EVENTS:
		request->events = true;
		return true;
	default:
		return parse_number("--top", optarg, MAX_PHASES, &request->top);
	}
}

bool replay_request_parse(int argc, char **argv, struct replay_request *ret)
{
	const struct option_set sets[] = {
		kernel_options(&ret->kernel),
		{ own_options, take_option, ret },
	};

	*ret = (struct replay_request){ .lazy = true };
	if (!take_options(argc, argv, sets, sizeof(sets) / sizeof(sets[0]), false))
		return false;
	if (!ret->kernel.has_preempt)
		ret->kernel.preempt = PREEMPT_FULL;
	if (ret->events && ret->kernel.json) {
		cmd_error("replay: --events or --json, not both");
		return false;
	}
	if (optind < argc)
		return true;
	cmd_error("replay: no recording given ('-' is standard input)");
	return false;
}

const char replay_help[] =
	"usage: lazymmu replay [OPTION...] FILE...\n"
	"\n"
	"Replays the causes of a recording (syscalls, faults, switches) through the model and compares\n"
	"the effects that it predicts with those that were recorded. '-' is standard input.\n"
	"\n"
	"  --arch NAME[,..]|all       backends: arm64 powerpc sparc xen s390 generic\n"
	"  --kernel NAME[,..]|all|labs  kernel generations; the first is the recorded one\n"
	"  --mode lazy|immediate|both batching, immediate flushes, or one beside the other\n"
	"  --mmu hash|radix           powerpc\n"
	"  --page-size BYTES          also 4K 8K 16K 64K; what the backend has\n"
	"  --preempt MODEL            none voluntary full lazy rt\n"
	"  --cpus N                   of the recorded machine\n"
	"  --config NAME[,..]         debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes\n"
	"  --populate HOW[,..]        which pages are there: none all touch faults\n"
	"  --by phase|syscall|process|walker  what the report is divided by\n"
	"  --top N                    of these, the N with the most work\n"
	"  --events                   each event with its work as a line of JSON, and no report\n"
	"  --json                     one JSON document\n"
	"\n"
	"exit status: 0 clean; 1 a finding, or a recorded effect that the prediction misses; 2 usage or\n"
	"malformed input (the report is still printed); 3 could not run; 130 interrupted (the report is of what was read)\n";
