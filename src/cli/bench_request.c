/* SPDX-License-Identifier: MIT */
/* The options of bench. */
#include "bench_request.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

enum { OPT_ARCH = 256, OPT_PARAM, OPT_SWEEP, OPT_COSTS, OPT_SVG, OPT_TIMELINE };

enum {
	MAX_COSTS_SIZE = 1 << 16, /* bytes of a user's file */
	VALUE_SIZE = 32,
};

static const struct option own_options[] = {
	{ "arch", required_argument, NULL, OPT_ARCH },
	{ "param", required_argument, NULL, OPT_PARAM },
	{ "sweep", required_argument, NULL, OPT_SWEEP },
	{ "costs", required_argument, NULL, OPT_COSTS },
	{ "svg", required_argument, NULL, OPT_SVG },
	{ "timeline", required_argument, NULL, OPT_TIMELINE },
	{ NULL, 0, NULL, 0 },
};

/* The value of a parameter, in its range. */
static bool parse_value(enum param param, const char *text, int length, uint64_t *ret)
{
	const struct param_range *range = &param_ranges[param];
	char value[VALUE_SIZE] = "";

	strncpy(value, text, (size_t)(length < VALUE_SIZE ? length : VALUE_SIZE - 1));
	if (!parse_number(range->name, value, range->max, ret))
		return false;
	if (*ret < range->min)
		cmd_error("%s '%s' is below %" PRIu64, range->name, value, range->min);
	else if (param_is_power(param) && *ret & (*ret - 1))
		cmd_error("%s '%s' is no power of two", range->name, value);
	else
		return true;
	return false;
}

static bool parse_name(const char *text, int length, enum param *ret)
{
	int name = (int)strcspn(text, "=");

	*ret = name < length ? param_find(text, name) : NR_PARAMS;
	if (*ret != NR_PARAMS)
		return true;
	cmd_error("'%.*s' is not PARAM=N (lazymmu list params names them)", length, text);
	return false;
}

/* K=V[,..] */
static bool parse_params(const char *text, struct params *params)
{
	while (*text) {
		int length = (int)strcspn(text, ",");
		int name = (int)strcspn(text, "=") + 1;
		enum param param;
		if (!parse_name(text, length, &param) ||
		    !parse_value(param, text + name, length - name, &params->n[param]))
			return false;
		text += length + (text[length] == ',');
	}
	return true;
}

/* K=A..B */
static bool parse_sweep(const char *text, struct sweep *sweep)
{
	const char *dots = strstr(text, "..");

	if (!dots) {
		cmd_error("--sweep '%s' is not PARAM=A..B, such as section=1..512", text);
		return false;
	}
	if (!parse_name(text, (int)strlen(text), &sweep->param))
		return false;
	const char *first = strchr(text, '=') + 1;
	if (!parse_value(sweep->param, first, (int)(dots - first), &sweep->first) ||
	    !parse_value(sweep->param, dots + 2, VALUE_SIZE, &sweep->last))
		return false;
	if (sweep->first <= sweep->last)
		return true;
	cmd_error("--sweep '%s' ends before it begins", text);
	return false;
}

bool sweep_next(const struct sweep *sweep, uint64_t *value)
{
	if (sweep->param == NR_PARAMS || *value >= sweep->last)
		return false;
	*value = *value ? *value * 2 : 1;
	if (*value > sweep->last)
		*value = sweep->last;
	return true;
}

/* It is written while the report is. */
static bool take_timeline(const char *path, struct bench_request *request)
{
	request->timeline_path = path;
	if (strcmp(path, "-") != 0)
		return true;
	cmd_error("--timeline needs a file of its own: the report goes to standard output");
	return false;
}

static bool take_option(void *data, int option)
{
	struct bench_request *request = data;

	switch (option) {
	case OPT_ARCH:
		request->subjects.nr = 0;
		return parse_subjects(optarg, &request->subjects);
	case OPT_PARAM:
		return parse_params(optarg, &request->params);
	case OPT_SWEEP:
		return parse_sweep(optarg, &request->sweep);
	case OPT_COSTS:
		request->costs_path = optarg;
		return true;
	case OPT_SVG:
		request->svg_path = optarg;
		return true;
	default:
		return take_timeline(optarg, request);
	}
}

bool bench_request_parse(int argc, char **argv, struct bench_request *ret)
{
	const struct option_set sets[] = {
		kernel_options(&ret->kernel),
		{ own_options, take_option, ret },
	};

	*ret = (struct bench_request){ .sweep = { .param = NR_PARAMS } };
	params_init(&ret->params);
	if (!take_options(argc, argv, sets, sizeof(sets) / sizeof(sets[0]), false))
		return false;
	if (!ret->kernel.has_preempt)
		ret->kernel.preempt = PREEMPT_FULL;
	machine_words(&ret->kernel, ret->machine);
	return true;
}

static int read_file(const char *path, char text[MAX_COSTS_SIZE])
{
	FILE *file = fopen(path, "r");

	if (!file) {
		cmd_error("%s: %s", path, strerror(errno));
		return EXIT_COULD_NOT_RUN;
	}
	size_t size = fread(text, 1, MAX_COSTS_SIZE, file);
	bool failed = ferror(file);
	fclose(file);
	if (failed) {
		cmd_error("%s: it cannot be read", path);
		return EXIT_COULD_NOT_RUN;
	}
	if (size == MAX_COSTS_SIZE || memchr(text, '\0', size)) {
		cmd_error("%s: no table of costs (text of less than %d bytes)", path,
			  MAX_COSTS_SIZE);
		return EXIT_USAGE;
	}
	text[size] = '\0';
	return EXIT_CLEAN;
}

static int parse_text(const char *path, const char *text, struct cost_table *table)
{
	struct cost_error error;

	if (!costs_parse(text, table, &error))
		return EXIT_CLEAN;
	cmd_error("%s:%u:%u: %s", path, error.line, error.column, error.text);
	return EXIT_USAGE;
}

int load_costs(const struct bench_request *request, const char *arch, struct cost_table *ret)
{
	char *text;

	ret->nr = ret->nr_measured = 0;
	for (const struct shipped_costs *each = shipped_costs; each->arch; each++) {
		int status = strcmp(each->arch, arch) == 0 ? parse_text(arch, each->text, ret)
							   : EXIT_CLEAN;
		if (status)
			return status;
	}
	if (!request->costs_path)
		return EXIT_CLEAN;
	text = malloc(MAX_COSTS_SIZE);
	if (!text) {
		cmd_error("%s: out of memory", request->costs_path);
		return EXIT_COULD_NOT_RUN;
	}
	int status = read_file(request->costs_path, text);
	if (!status)
		status = parse_text(request->costs_path, text, ret);
	free(text);
	return status;
}

const char bench_help[] =
	"usage: lazymmu bench [OPTION...] [WORKLOAD|FILE...]\n"
	"\n"
	"Runs the same operations with batching and with immediate flushes: exact counts first, then\n"
	"modelled time with its range. Without a WORKLOAD: all that 'lazymmu list workloads' has. A FILE\n"
	"is a recording, of which the causes are run.\n"
	"\n"
	"  --arch NAME[,..]|all       of 'lazymmu list subjects'; default: all,\n"
	"                             of a recording that tells its own that one\n"
	"  --kernel NAME[,..]|all|labs  kernel generations; default: the recorded one, else the newest\n"
	"  --param NAME=N[,..]        of 'lazymmu list params'\n"
	"  --sweep NAME=A..B          each power of two times A, up to B\n"
	"  --costs FILE               costs that replace those of arch/*/costs.txt\n"
	"  --svg FILE                 a picture: ratios against what is swept, sizes of batches\n"
	"  --timeline FILE            each run as trace events, for Perfetto or chrome://tracing\n"
	"  --mmu hash|radix           powerpc\n"
	"  --page-size BYTES          also 4K 8K 16K 64K; what the backend has\n"
	"  --preempt MODEL            none voluntary full lazy rt\n"
	"  --config NAME[,..]         debug_vm debug_pagealloc kfence kasan_vmalloc kpkeys s390_with_ptes\n"
	"  --json                     one JSON document\n"
	"\n"
	"exit status: 0 done; 2 usage or malformed input; 3 could not run; 130 interrupted\n";
