/* SPDX-License-Identifier: MIT */
/*
 * pte_write SUBJECT KERNEL: every load of pte_load.h, for callgrind. pte_write.sh divides the
 * instructions of pte_load_run(), of which it gets a dump for each count_load(), by the number of
 * operations that this program prints.
 */
#include <inttypes.h>
#include <stdio.h>

#include "pte_load.h"

enum { NR_ROUNDS = 8 };

__attribute__((noinline)) static uint64_t count_load(const struct lab *lab,
						     const struct pte_load *load)
{
	uint64_t operations = 0;

	for (int i = 0; i < NR_ROUNDS; i++) {
		pte_load_prepare(lab, load);
		operations += pte_load_run(lab, load);
	}
	return operations;
}

static int count_loads(const struct lab *lab)
{
	for (const struct pte_load *load = pte_loads; load->name; load++)
		printf("%s %s %" PRIu64 "\n", load->name, load->operation, count_load(lab, load));
	return lab->machine->findings.total != 0;
}

int main(int argc, char **argv)
{
	const struct subject *subject = argc == 3 ? lab_subject_find(argv[1]) : NULL;
	const struct kernel *kernel = argc == 3 ? kernel_find(argv[2]) : NULL;
	struct lab lab;

	if (!subject || !kernel) {
		fprintf(stderr, "usage: pte_write SUBJECT KERNEL\n");
		return 2;
	}
	int status = lab_init(&lab, subject, kernel) ? 3 : count_loads(&lab);
	lab_fini(&lab);
	return status;
}
