/* SPDX-License-Identifier: MIT */
/* Values of options that commands share. Each prints a message and returns false when it is wrong.
 */
#ifndef LAZYMMU_CLI_OPTIONS_H
#define LAZYMMU_CLI_OPTIONS_H

#include "arch.h"

enum { MAX_ARCHS = 16 };

struct arch_choice {
	const struct arch *items[MAX_ARCHS];
	size_t nr;
};

struct kernel_choice {
	const struct kernel *items[NR_KERNELS];
	size_t nr;
};

/* NAME[,NAME...] or all; repeated names count once. */
bool parse_archs(const char *text, struct arch_choice *ret);
/* The same; all are those that somebody posted or merged, labs the variants that nobody did. */
bool parse_kernels(const char *text, struct kernel_choice *ret);
/* A page size in bytes or like 4K; as a shift. */
bool parse_page_size(const char *text, unsigned int *ret);
bool parse_preempt(const char *text, enum preempt_model *ret);
bool parse_cpus(const char *text, int *ret);
/* NAME[,NAME...] of enum config_flag. */
bool parse_config(const char *text, unsigned int *ret);

#endif
