/* SPDX-License-Identifier: MIT */
/* Words of a command line, and how a shell has to see them. */
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int words_init(struct words *words, char *const *command)
{
	size_t nr = 0;

	while (command[nr])
		nr++;
	words->nr = 0;
	words->items = calloc(nr + MAX_OWN_WORDS + 1, sizeof(words->items[0]));
	return words->items ? 0 : -ENOMEM;
}

void words_fini(struct words *words)
{
	free(words->items);
}

void words_add(struct words *words, const char *const *more)
{
	for (; *more; more++)
		words->items[words->nr++] = *more;
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_@%+=:,./-";

	return *word != '\0' && word[strspn(word, plain)] == '\0';
}

void shell_word(const char *word, FILE *out)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	}
	fputc('\'', out);
}

void shell_words(const char *const *words, FILE *out)
{
	for (; *words; words++) {
		shell_word(*words, out);
		if (words[1])
			fputc(' ', out);
	}
}
