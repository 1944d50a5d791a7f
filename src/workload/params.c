/* SPDX-License-Identifier: MIT */
/* The parameters of workloads. */
#include "params.h"

#include <string.h>

const struct param_range param_ranges[NR_PARAMS] = {
	[PARAM_PAGES] = { "pages", 4096, 1, 4000000, "pages" },
	[PARAM_SECTION] = { "section", 0, 0, 1000000,
			    "pages of one section or call; 0: all of a table, one call" },
	[PARAM_EVERY] = { "every", 1, 1, 512, "one of so many pages is present, or folios" },
	[PARAM_FOLIO] = { "folio", 1, 1, 4096,
			  "pages of one folio of anonymous memory, as far as the kernel has such" },
	[PARAM_DIRTY] = { "dirty", 100, 0, 100, "percent of pages that are dirty" },
	[PARAM_YOUNG] = { "young", 100, 0, 100, "percent of pages that are young" },
	[PARAM_CPUS] = { "cpus", 4, 1, 64, "CPUs that have the address space loaded" },
	[PARAM_RESCHED] = { "resched", 0, 0, 1000000,
			    "need_resched() is true each so many times it is asked; 0: never" },
	[PARAM_NEST] = { "nest", 0, 0, 1000000,
			 "of nested: pages for each inner section, in their middle; 0: 64" },
	/* With the outer one no more than the u8 of v7.0 counts. */
	[PARAM_DEPTH] = { "depth", 1, 1, UINT8_MAX - 1,
			  "of nested: inner sections, one in the other" },
};

void params_init(struct params *params)
{
	for (int i = 0; i < NR_PARAMS; i++)
		params->n[i] = param_ranges[i].value;
}

enum param param_find(const char *name, int length)
{
	int i = 0;

	while (i < NR_PARAMS && (strlen(param_ranges[i].name) != (size_t)length ||
				 strncmp(param_ranges[i].name, name, (size_t)length) != 0))
		i++;
	return (enum param)i;
}
