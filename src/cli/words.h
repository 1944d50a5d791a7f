/* SPDX-License-Identifier: MIT */
/* The words of a command line, which is run without a shell, or printed for one. */
#ifndef LAZYMMU_CLI_WORDS_H
#define LAZYMMU_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { MAX_OWN_WORDS = 32 };

/* A few words of ours, then those of a command of any length. */
struct words {
	const char **items; /* ends with NULL */
	size_t nr;
};

/* Room for MAX_OWN_WORDS and the command's; 0 or -ENOMEM. */
int words_init(struct words *words, char *const *command);
void words_fini(struct words *words);

/* The strings stay the caller's. The list ends with NULL. */
void words_add(struct words *words, const char *const *more);

/* One word or all of them, quoted where a shell would read them otherwise. */
void shell_word(const char *word, FILE *out);
void shell_words(const char *const *words, FILE *out);

#endif
