/* SPDX-License-Identifier: MIT */
/* The table of subjects. */
#include "subject.h"

#include <string.h>

const struct subject subjects[] = {
	{ .name = "arm64", .arch = "arm64" },
	{ .name = "powerpc", .arch = "powerpc" },
	{ .name = "powerpc-radix", .arch = "powerpc", .radix = true },
	{ .name = "sparc", .arch = "sparc" },
	{ .name = "xen", .arch = "xen" },
	{ .name = "s390-with-ptes", .arch = "s390", .config = CONFIG_S390_WITH_PTES },
	{ .name = "s390", .arch = "s390" },
	{ .name = "generic", .arch = "generic" },
	{ .name = NULL },
};

const struct subject *subject_find(const char *name)
{
	for (const struct subject *subject = subjects; subject->name; subject++) {
		if (strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

bool subject_applies(const struct subject *subject, const struct kernel *kernel,
		     unsigned int config)
{
	const struct arch *arch = arch_find(subject->arch);
	const struct machine_config machine_config = { .kernel = kernel,
						       .radix = subject->radix,
						       .config = config | subject->config };

	if (config & CONFIG_KPKEYS && strcmp(subject->arch, "arm64") != 0)
		return false;
	/* Radix selects ARCH_HAS_LAZY_MMU_MODE like hash: the counters are there from v7.0 on. */
	if (subject->radix)
		return task_keeps_mode(kernel);
	return arch_has_mode(arch->select(&machine_config));
}
