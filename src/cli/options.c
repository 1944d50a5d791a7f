/* SPDX-License-Identifier: MIT */
/* Options and their values. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

enum { WORD_SIZE = 32 };

/* The next word of a comma-separated list; false at its end. */
static bool next_word(const char **text, char word[WORD_SIZE])
{
	if (**text == '\0')
		return false;
	size_t length = strcspn(*text, ",");
	size_t kept = length < WORD_SIZE - 1 ? length : WORD_SIZE - 1;
	memcpy(word, *text, kept);
	word[kept] = '\0';
	*text += length;
	if (**text == ',')
		(*text)++;
	return true;
}

static bool has_any(size_t nr, const char *what)
{
	if (nr == 0)
		cmd_error("no %s is named", what);
	return nr > 0;
}

static void add_arch(struct arch_choice *choice, const struct arch *arch)
{
	for (size_t i = 0; i < choice->nr; i++) {
		if (choice->items[i] == arch)
			return;
	}
	if (choice->nr < MAX_ARCHS)
		choice->items[choice->nr++] = arch;
}

bool parse_archs(const char *text, struct arch_choice *ret)
{
	char word[WORD_SIZE];

	ret->nr = 0;
	while (next_word(&text, word)) {
		const struct arch *arch = arch_find(word);
		if (arch) {
			add_arch(ret, arch);
		} else if (strcmp(word, "all") == 0) {
			for (const struct arch *const *each = arch_table; *each; each++)
				add_arch(ret, *each);
		} else {
			cmd_error("unknown backend '%s' (lazymmu list arch names them)", word);
			return false;
		}
	}
	return has_any(ret->nr, "backend");
}

void add_kernel(struct kernel_choice *choice, const struct kernel *kernel)
{
	for (size_t i = 0; i < choice->nr; i++) {
		if (choice->items[i] == kernel)
			return;
	}
	choice->items[choice->nr++] = kernel;
}

/* All labs, or all others. */
static void add_kernels(struct kernel_choice *choice, bool labs)
{
	for (int i = 0; i < NR_KERNELS; i++) {
		if (kernel_is_lab(&kernels[i]) == labs)
			add_kernel(choice, &kernels[i]);
	}
}

bool parse_kernels(const char *text, struct kernel_choice *ret)
{
	char word[WORD_SIZE];

	ret->nr = 0;
	while (next_word(&text, word)) {
		const struct kernel *kernel = kernel_find(word);
		if (kernel) {
			add_kernel(ret, kernel);
		} else if (strcmp(word, "all") == 0) {
			add_kernels(ret, false);
		} else if (strcmp(word, "labs") == 0) {
			add_kernels(ret, true);
		} else {
			cmd_error("unknown kernel '%s' (lazymmu list kernels names them)", word);
			return false;
		}
	}
	return has_any(ret->nr, "kernel");
}

void add_subject(struct subject_choice *choice, const struct subject *subject)
{
	for (size_t i = 0; i < choice->nr; i++) {
		if (choice->items[i] == subject)
			return;
	}
	if (choice->nr < MAX_SUBJECTS)
		choice->items[choice->nr++] = subject;
}

bool parse_subjects(const char *text, struct subject_choice *ret)
{
	char word[WORD_SIZE];

	ret->nr = 0;
	while (next_word(&text, word)) {
		const struct subject *subject = subject_find(word);
		if (subject) {
			add_subject(ret, subject);
		} else if (strcmp(word, "all") == 0) {
			for (subject = subjects; subject->name; subject++)
				add_subject(ret, subject);
		} else {
			cmd_error("unknown backend '%s' (lazymmu list subjects names them)", word);
			return false;
		}
	}
	return ret->nr > 0;
}

bool parse_mmu(const char *text, bool *radix)
{
	*radix = strcmp(text, "radix") == 0;
	if (*radix || strcmp(text, "hash") == 0)
		return true;
	cmd_error("MMU '%s' is neither hash nor radix", text);
	return false;
}

bool parse_number(const char *what, const char *text, uint64_t max, uint64_t *ret)
{
	static const struct {
		char letter;
		uint64_t factor;
	} units[] = { { 'K', 1000 }, { 'M', 1000000 }, { 'G', 1000000000 } };
	char *end;
	unsigned long long number = strtoull(text, &end, 0);
	uint64_t factor = 1;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end != text && *end == units[i].letter) {
			factor = units[i].factor;
			end++;
			break;
		}
	}
	if (*end != '\0' || end == text || text[0] == '-' || number > max / factor) {
		cmd_error("%s '%s' is not a number up to %llu", what, text,
			  (unsigned long long)max);
		return false;
	}
	*ret = number * factor;
	return true;
}

bool parse_page_size(const char *text, unsigned int *ret)
{
	char *end;
	unsigned long long size = strtoull(text, &end, 0);

	if (*end == 'K' || *end == 'k') {
		size *= 1024;
		end++;
	}
	for (unsigned int shift = 12; shift <= 16 && *end == '\0'; shift++) {
		if (size == 1ull << shift) {
			*ret = shift;
			return true;
		}
	}
	cmd_error("page size '%s' is none of 4K, 8K, 16K, 64K", text);
	return false;
}

bool parse_preempt(const char *text, enum preempt_model *ret)
{
	for (int i = 0; i < NR_PREEMPT_MODELS; i++) {
		if (strcmp(preempt_model_names[i], text) == 0) {
			*ret = (enum preempt_model)i;
			return true;
		}
	}
	cmd_error("preemption model '%s' is none of none, voluntary, full, lazy, rt", text);
	return false;
}

bool parse_cpus(const char *text, int *ret)
{
	char *end;
	long cpus = strtol(text, &end, 0);

	if (*end != '\0' || end == text || cpus < 1 || cpus > MAX_CPUS) {
		cmd_error("number of CPUs '%s' is not within 1 to %d", text, MAX_CPUS);
		return false;
	}
	*ret = (int)cpus;
	return true;
}

bool parse_config(const char *text, unsigned int *ret)
{
	char word[WORD_SIZE];

	*ret = 0;
	while (next_word(&text, word)) {
		unsigned int flag = config_flag_find(word);
		if (!flag) {
			cmd_error("unknown config '%s' (debug_vm, debug_pagealloc, kfence, "
				  "kasan_vmalloc, kpkeys, s390_with_ptes)",
				  word);
			return false;
		}
		*ret |= flag;
	}
	return true;
}

enum { OPT_KERNEL = 256, OPT_MMU, OPT_PAGE_SIZE, OPT_PREEMPT, OPT_CONFIG, OPT_JSON };

static const struct option kernel_option_names[] = {
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "mmu", required_argument, NULL, OPT_MMU },
	{ "page-size", required_argument, NULL, OPT_PAGE_SIZE },
	{ "preempt", required_argument, NULL, OPT_PREEMPT },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "json", no_argument, NULL, OPT_JSON },
	{ NULL, 0, NULL, 0 },
};

static bool take_kernel_option(void *data, int option)
{
	struct kernel_request *request = data;

	switch (option) {
	case OPT_KERNEL:
		return parse_kernels(optarg, &request->kernels);
	case OPT_MMU:
		return parse_mmu(optarg, &request->radix);
	case OPT_PAGE_SIZE:
		return parse_page_size(optarg, &request->page_shift);
	case OPT_PREEMPT:
		request->has_preempt = true;
		return parse_preempt(optarg, &request->preempt);
	case OPT_CONFIG:
		request->config_names = optarg;
		return parse_config(optarg, &request->config);
	default:
		request->json = true;
		return true;
	}
}

void machine_words(const struct kernel_request *request, char text[MACHINE_WORDS_SIZE])
{
	char page_size[32] = "";
	const char *preempt = request->has_preempt ? preempt_model_names[request->preempt] : NULL;
	const char *config = request->config_names;

	if (request->page_shift)
		snprintf(page_size, sizeof(page_size), " --page-size %u",
			 1u << request->page_shift);
	snprintf(text, MACHINE_WORDS_SIZE, "%s%s%s%s%s%s", request->radix ? " --mmu radix" : "",
		 page_size, preempt ? " --preempt " : "", preempt ? preempt : "",
		 config ? " --config " : "", config ? config : "");
}

struct option_set kernel_options(struct kernel_request *request)
{
	return (struct option_set){ kernel_option_names, take_kernel_option, request };
}
