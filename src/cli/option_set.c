/* SPDX-License-Identifier: MIT */
/* Taking the options of a command line. */
#include "option_set.h"

#include <getopt.h>
#include <limits.h>

#include "cmd.h"

/* The second argument of getopt_long(). */
static void list_letters(const struct option *names, bool until_argument, char *letters)
{
	if (until_argument)
		*letters++ = '+';
	for (; names->name; names++) {
		if (names->val > UCHAR_MAX)
			continue;
		*letters++ = (char)names->val;
		if (names->has_arg)
			*letters++ = ':';
	}
	*letters = '\0';
}

/* A letter does not say which name it stands for. */
static int find_letter(const struct option *names, int letter)
{
	int index = 0;

	while (names[index].val != letter)
		index++;
	return index;
}

bool take_options(int argc, char **argv, const struct option_set *sets, size_t nr_sets,
		  bool until_argument)
{
	struct option names[MAX_OPTIONS + 1] = { 0 };
	const struct option_set *owners[MAX_OPTIONS];
	char letters[2 * MAX_OPTIONS + 2] = "";
	size_t nr = 0;
	int option, index;

	for (size_t i = 0; i < nr_sets; i++) {
		for (const struct option *each = sets[i].names; each->name && nr < MAX_OPTIONS;
		     each++) {
			owners[nr] = &sets[i];
			names[nr++] = *each;
		}
	}
	list_letters(names, until_argument, letters);
	opterr = 0;
	while ((option = getopt_long(argc, argv, letters, names, &index)) != -1) {
		if (option == '?') {
			cmd_error("%s: unknown option or missing value: '%s' (lazymmu help %s)",
				  argv[0], argv[optind - 1], argv[0]);
			return false;
		}
		if (option <= UCHAR_MAX)
			index = find_letter(names, option);
		if (!owners[index]->take(owners[index]->data, option))
			return false;
	}
	return true;
}
