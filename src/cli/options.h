/* SPDX-License-Identifier: MIT */
/*
 * Options that commands share, and their values. Each function prints a message and returns false
 * when something is wrong.
 */
#ifndef LAZYMMU_CLI_OPTIONS_H
#define LAZYMMU_CLI_OPTIONS_H

#include "option_set.h"
#include "subject.h"

enum { MAX_ARCHS = 16 };

struct arch_choice {
	const struct arch *items[MAX_ARCHS];
	size_t nr;
};

enum { MAX_SUBJECTS = 16 };

struct subject_choice {
	const struct subject *items[MAX_SUBJECTS];
	size_t nr;
};

struct kernel_choice {
	const struct kernel *items[NR_KERNELS];
	size_t nr;
};

/* What the commands that run a kernel have in common; a zero means: not given. */
struct kernel_request {
	struct kernel_choice kernels;
	bool radix;
	bool has_preempt;
	enum preempt_model preempt;
	unsigned int page_shift;
	const char *config_names; /* as given; NULL: not */
	unsigned int config;
	bool json;
};

enum { MACHINE_WORDS_SIZE = 256 };

/* --kernel, --mmu, --page-size, --preempt, --config, --json */
struct option_set kernel_options(struct kernel_request *request);
/* What was asked of the machine, as a command line has it: " --preempt rt"; may be empty. */
void machine_words(const struct kernel_request *request, char text[MACHINE_WORDS_SIZE]);

/* NAME[,NAME...] or all; repeated names count once. */
bool parse_archs(const char *text, struct arch_choice *ret);
/* The same; all are those that somebody posted or merged, labs the variants that nobody did. */
bool parse_kernels(const char *text, struct kernel_choice *ret);
bool parse_subjects(const char *text, struct subject_choice *ret);
void add_subject(struct subject_choice *choice, const struct subject *subject);
void add_kernel(struct kernel_choice *choice, const struct kernel *kernel);
/* hash or radix. */
bool parse_mmu(const char *text, bool *radix);
/* A page size in bytes or like 4K; as a shift. */
bool parse_page_size(const char *text, unsigned int *ret);
bool parse_preempt(const char *text, enum preempt_model *ret);
bool parse_cpus(const char *text, int *ret);
/* A number up to max; K, M and G multiply by 1000, a million, 10^9. what names it in messages. */
bool parse_number(const char *what, const char *text, uint64_t max, uint64_t *ret);
/* NAME[,NAME...] of enum config_flag. */
bool parse_config(const char *text, unsigned int *ret);

#endif
